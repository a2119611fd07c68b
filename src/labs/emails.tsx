import { mailWords } from '../i18n/mail/words.ts'
import { writeLetter } from '../outbox/letter.tsx'
import type { MailWriter } from '../outbox/mail.ts'
import { unsubscribing } from '../outbox/unsubscribe/unsubscribing.ts'
import { paths } from '../paths.ts'
import { findReader } from './notices/store.ts'

/** Says that there is something new to read, and nothing about it: not what, not for whom. */
export const newResultMail: MailWriter = async ({ db, env, row, practice, at }) => {
  const reader = row.accountId && (await findReader(db, row.subjectId, row.accountId, at))
  if (!reader) return null
  const t = mailWords[reader.language].labs.mail
  const { link, headers } = await unsubscribing(env, { accountId: row.accountId ?? '', kind: 'new-result' })
  return {
    to: reader.email,
    headers,
    ...writeLetter({
      language: reader.language,
      practice,
      subject: t.subject,
      passages: [t.body(practice.name), { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.signIn }],
      unsubscribe: link,
    }),
  }
}
