import { invitation } from '../en/invitation.ts'
import { joining } from '../en/joining.ts'
import { newPassword } from '../en/new-password.ts'
import { recovery } from '../en/recovery.ts'

export const en = { invitation, joining, newPassword, recovery }
