import { invitationMails } from './identity/invitation/emails.tsx'
import { newMessageMail } from './messages/emails.tsx'
import type { MailWriters } from './outbox/mail.ts'

/** Every kind of e-mail the portal sends. */
export const mailWriters: MailWriters = {
  ...invitationMails,
  'new-message': newMessageMail,
}
