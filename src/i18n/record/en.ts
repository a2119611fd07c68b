import { accessHistory } from '../en/access-history.ts'
import { devices } from '../en/devices.ts'
import { record } from '../en/record.ts'
import { users } from '../en/users.ts'

export const en = { record, accessHistory, users, devices }
