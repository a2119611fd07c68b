import type { invitation as en } from '../en/invitation.ts'

export const invitation = {} satisfies typeof en
