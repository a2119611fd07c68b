import { appointmentMails } from './appointments/emails.tsx'
import { emailChangeMails } from './identity/credentials/emails.tsx'
import { invitationMails } from './identity/invitation/emails.tsx'
import { joiningMails } from './identity/joining/emails.tsx'
import { noticeMails } from './identity/notices.tsx'
import { recoveryMails } from './identity/recovery/emails.tsx'
import { registrationMails } from './identity/registration/emails.tsx'
import { newResultMail } from './labs/emails.tsx'
import { newMessageMail } from './messages/emails.tsx'
import { canaryMails } from './outbox/canary/emails.tsx'
import type { MailWriters } from './outbox/mail.ts'

/** Every kind of e-mail the portal sends. */
export const mailWriters: MailWriters = {
  ...invitationMails,
  ...registrationMails,
  ...joiningMails,
  ...recoveryMails,
  ...noticeMails,
  ...emailChangeMails,
  ...appointmentMails,
  'new-message': newMessageMail,
  'new-result': newResultMail,
  ...canaryMails,
}
