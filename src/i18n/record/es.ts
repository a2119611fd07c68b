import { accessHistory } from '../es/access-history.ts'
import { devices } from '../es/devices.ts'
import { record } from '../es/record.ts'
import { users } from '../es/users.ts'
import type { en } from './en.ts'

export const es = { record, accessHistory, users, devices } satisfies typeof en
