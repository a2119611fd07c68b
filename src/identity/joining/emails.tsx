import { formatFor } from '../../i18n/format.ts'
import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../../outbox/letter.tsx'
import type { MailWriter } from '../../outbox/mail.ts'
import { href, paths } from '../../paths.ts'
import { expiryOf } from '../invitation/invitation.ts'
import { invitationToken, joiningDigits } from '../secret.ts'
import { findForCodeMail, findForJoiningMail, markJoiningSent } from './store.ts'

const invitation: MailWriter = async ({ db, env, row, practice, at }) => {
  const found = await findForJoiningMail(db, row.subjectId, at)
  if (!found) return null
  const { joining: t, invitation: link } = mailWords[found.language].mail
  const token = await invitationToken(env.TOKEN_KEY, found.id)
  return {
    to: found.email,
    ...writeLetter({
      language: found.language,
      practice,
      subject: t.subject(practice.name),
      passages: [
        t.intro(practice.name),
        { link: `${env.APP_ORIGIN}${href(paths.join, { token })}`, label: t.link },
        link.expiry(formatFor(found.language, practice.timeZone).moment(expiryOf(at))),
        t.steps,
        link.private,
        t.help,
      ],
    }),
    accepted: (sentAt) => [markJoiningSent(db, found.id, sentAt)],
  }
}

const code: MailWriter = async ({ db, env, row, practice, at }) => {
  const found = await findForCodeMail(db, row.subjectId, at)
  if (!found?.codeExpiresAt) return null
  const { joining, registrationCode: t } = mailWords[found.language].mail
  return {
    to: found.email,
    ...writeLetter({
      language: found.language,
      practice,
      subject: t.subject(practice.name),
      passages: [
        joining.codeIntro,
        { copy: await joiningDigits(env.TOKEN_KEY, row.subjectId) },
        t.expiry(formatFor(found.language, practice.timeZone).moment(found.codeExpiresAt)),
        t.private,
        t.help(practice.phone),
      ],
    }),
  }
}

export const joiningMails = { 'staff-invitation': invitation, 'joining-code': code }
