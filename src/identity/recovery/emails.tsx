import { formatFor } from '../../i18n/format.ts'
import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../../outbox/letter.tsx'
import type { MailWriter } from '../../outbox/mail.ts'
import { href, paths } from '../../paths.ts'
import { resetToken } from '../secret.ts'
import { expiryOf } from './reset.ts'
import { findForMail, markSent } from './store.ts'

const passwordReset: MailWriter = async ({ db, env, row, practice, at }) => {
  const found = await findForMail(db, row.subjectId)
  if (!found) return null
  const { reset, email, language } = found
  if (reset.expiresAt && reset.expiresAt <= at) return null
  const t = mailWords[language].mail.passwordReset
  const token = await resetToken(env.TOKEN_KEY, reset.id)
  return {
    to: email,
    ...writeLetter({
      language,
      practice,
      subject: t.subject,
      passages: [
        reset.requestedBy ? t.askedForYou : t.asked,
        { link: `${env.APP_ORIGIN}${href(paths.reset, { token })}`, label: t.link },
        t.expiry(formatFor(language, practice.timeZone).moment(reset.expiresAt ?? expiryOf(at))),
        t.private,
        t.help(practice.phone),
      ],
    }),
    accepted: (sentAt) => [markSent(db, reset.id, sentAt)],
  }
}

export const recoveryMails = { 'password-reset': passwordReset }
