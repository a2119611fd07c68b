import { formatFor } from '../../i18n/format.ts'
import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../../outbox/letter.tsx'
import type { MailWriter } from '../../outbox/mail.ts'
import { paths } from '../../paths.ts'
import { registrationDigits } from '../secret.ts'
import { findAccepted, findCodeForMail } from './store.ts'

const registrationCode: MailWriter = async ({ db, env, row, practice, at }) => {
  const found = await findCodeForMail(db, row.subjectId, at)
  if (!found) return null
  const { code, invitation } = found
  const { language } = invitation
  const t = mailWords[language].mail.registrationCode
  return {
    to: invitation.email,
    ...writeLetter({
      language,
      practice,
      subject: t.subject(practice.name),
      passages: [
        t.intro,
        { copy: await registrationDigits(env.TOKEN_KEY, code.id) },
        t.expiry(formatFor(language, practice.timeZone).moment(code.expiresAt)),
        t.private,
        t.help(practice.phone),
      ],
    }),
  }
}

const registered: MailWriter = async ({ db, env, row, practice }) => {
  const found = await findAccepted(db, row.subjectId)
  if (!found?.invitation.acceptedAt) return null
  const { invitation, account } = found
  const { language } = account
  const t = mailWords[language].mail.registered
  const when = formatFor(language, practice.timeZone).moment(found.invitation.acceptedAt)
  const isNew = account.createdAt.getTime() === invitation.acceptedAt?.getTime()
  return {
    to: invitation.email,
    ...writeLetter({
      language,
      practice,
      subject: t.subject(practice.name),
      passages: [
        isNew ? t.intro(when) : t.added(when),
        { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.link },
        t.help(practice.phone),
      ],
    }),
  }
}

export const registrationMails = { 'registration-code': registrationCode, registered }
