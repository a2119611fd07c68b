import { invitation } from '../es/invitation.ts'
import { joining } from '../es/joining.ts'
import { newPassword } from '../es/new-password.ts'
import { recovery } from '../es/recovery.ts'
import type { en } from './en.ts'

export const es = { invitation, joining, newPassword, recovery } satisfies typeof en
