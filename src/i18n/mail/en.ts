import { appointments } from '../en/appointments.ts'
import { devices } from '../en/devices.ts'
import { labs } from '../en/labs.ts'
import { mail } from '../en/mail.ts'
import { messages } from '../en/messages.ts'

export const en = { mail, messages, appointments, labs, devices }
