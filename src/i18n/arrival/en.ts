import { invitation } from '../en/invitation.ts'
import { joining } from '../en/joining.ts'
import { newPassword } from '../en/new-password.ts'
import { recovery } from '../en/recovery.ts'
import { unsubscribe } from '../en/unsubscribe.ts'

export const en = { invitation, joining, newPassword, recovery, unsubscribe }
