import { appointments } from '../es/appointments.ts'
import { devices } from '../es/devices.ts'
import { labs } from '../es/labs.ts'
import { mail } from '../es/mail.ts'
import { messages } from '../es/messages.ts'
import type { en } from './en.ts'

export const es = { mail, messages, appointments, labs, devices } satisfies typeof en
