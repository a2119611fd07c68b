import { formatFor } from '../../i18n/format.ts'
import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../../outbox/letter.tsx'
import type { MailContext, MailWriter } from '../../outbox/mail.ts'
import { href, paths } from '../../paths.ts'
import { invitationToken } from '../secret.ts'
import { expiryOf, type Invitation, linkKey, linkLife } from './invitation.ts'
import { findForMail, markSent } from './store.ts'

/** The link, and until when it works: what an invitation and its reminder both say. */
async function aboutTheLink({ env, practice }: MailContext, invitation: Invitation, expiresAt: Date) {
  const t = mailWords[invitation.language].mail.invitation
  const token = await invitationToken(env.TOKEN_KEY, invitation.id)
  return [
    { link: `${env.APP_ORIGIN}${href(paths.register, { token })}`, label: t.link },
    t.expiry(formatFor(invitation.language, practice.timeZone).moment(expiresAt)),
    t.steps,
    t.spam,
    t.private,
    t.help(practice.phone),
  ]
}

const invitation: MailWriter = async (context) => {
  const { db, env, row, practice, at } = context
  const found = await findForMail(db, row.subjectId, at)
  if (!found) return null
  const { language } = found
  const t = mailWords[language].mail.invitation
  return {
    to: found.email,
    ...writeLetter({
      language,
      practice,
      subject: t.subject(practice.name),
      passages: [
        found.kind === 'patient' ? t.intro(practice.name) : t.introCaregiver(practice.name),
        // A mail sent once more gives no more time than the first.
        ...(await aboutTheLink(context, found, found.expiresAt ?? expiryOf(at))),
      ],
    }),
    accepted: (sentAt) => [markSent(db, found.id, sentAt)],
    afterwards: () =>
      env.INVITATIONS.put(linkKey(found.tokenHash), found.id, { expirationTtl: linkLife / 1000 }),
  }
}

const reminder: MailWriter = async (context) => {
  const { db, row, practice, at } = context
  const found = await findForMail(db, row.subjectId, at)
  if (!found?.expiresAt) return null
  const { language } = found
  const t = mailWords[language].mail.reminder
  return {
    to: found.email,
    ...writeLetter({
      language,
      practice,
      subject: t.subject(practice.name),
      passages: [t.intro(practice.name), ...(await aboutTheLink(context, found, found.expiresAt))],
    }),
  }
}

export const invitationMails = { invitation, 'invitation-reminder': reminder }
