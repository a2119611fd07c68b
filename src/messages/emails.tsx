import { mailWords } from '../i18n/mail/words.ts'
import { writeLetter } from '../outbox/letter.tsx'
import type { MailWriter } from '../outbox/mail.ts'
import { unsubscribing } from '../outbox/unsubscribe/unsubscribing.ts'
import { paths } from '../paths.ts'
import { findRecipient } from './store.ts'

/** Says that there is something to read, and nothing about it: not from whom, not for whom, not what. */
export const newMessageMail: MailWriter = async ({ db, env, row, practice }) => {
  const recipient = row.accountId && (await findRecipient(db, row.subjectId, row.accountId))
  if (!recipient) return null
  const t = mailWords[recipient.language].messages.mail
  const { link, headers } = await unsubscribing(env, { accountId: row.accountId ?? '', kind: 'new-message' })
  return {
    to: recipient.email,
    headers,
    ...writeLetter({
      language: recipient.language,
      practice,
      subject: t.subject,
      passages: [t.body(practice.name), { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.signIn }],
      unsubscribe: link,
    }),
  }
}
