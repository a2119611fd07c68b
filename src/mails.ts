import { invitationMails } from './identity/invitation/emails.tsx'
import { noticeMails } from './identity/notices.tsx'
import { registrationMails } from './identity/registration/emails.tsx'
import { recoveryMails } from './identity/recovery/emails.tsx'
import { newMessageMail } from './messages/emails.tsx'
import type { MailWriters } from './outbox/mail.ts'

/** Every kind of e-mail the portal sends. */
export const mailWriters: MailWriters = {
  ...invitationMails,
  ...registrationMails,
  ...noticeMails,
  ...recoveryMails,
  'new-message': newMessageMail,
}
