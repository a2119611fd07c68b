import { invitationMails } from './identity/invitation/emails.tsx'
import { registrationMails } from './identity/registration/emails.tsx'
import { newMessageMail } from './messages/emails.tsx'
import type { MailWriters } from './outbox/mail.ts'

/** Every kind of e-mail the portal sends. */
export const mailWriters: MailWriters = {
  ...invitationMails,
  ...registrationMails,
  'new-message': newMessageMail,
}
