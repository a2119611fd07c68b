import { mailWords } from '../i18n/mail/words.ts'
import { writeLetter } from '../outbox/letter.tsx'
import type { MailContext, MailWriter } from '../outbox/mail.ts'
import { unsubscribing } from '../outbox/unsubscribe/unsubscribing.ts'
import { paths } from '../paths.ts'
import { findReader, stillAhead, toldOfChanges } from './reminders/store.ts'

type Reader = NonNullable<Awaited<ReturnType<typeof findReader>>>
type Words = 'reminder' | 'changed'

/** Says that there is something to look at, and nothing about it: not what, not when, not for whom. */
function letter(
  { env, practice }: MailContext,
  { email, language }: Reader,
  which: Words,
  unsubscribe?: string
) {
  const t = mailWords[language].appointments.mail
  return {
    to: email,
    ...writeLetter({
      language,
      practice,
      subject: t[which].subject,
      passages: [
        t[which].body(practice.name),
        { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.signIn },
        ...(which === 'reminder' ? [t.choice] : []),
      ],
      ...(unsubscribe && { unsubscribe }),
    }),
  }
}

const reminderMail: MailWriter = async (context) => {
  const { db, env, row, at } = context
  if (!row.accountId || !row.patientId) return null
  const ahead = stillAhead(row.patientId, row.accountId, row.createdAt, at)
  const reader = await findReader(db, row.patientId, row.accountId, ahead)
  if (!reader) return null
  const of = { accountId: row.accountId, kind: 'appointment-reminder' } as const
  const { link, headers } = await unsubscribing(env, of)
  return { ...letter(context, reader, 'reminder', link), headers }
}

const changedMail: MailWriter = async (context) => {
  const { db, row } = context
  const reader =
    row.accountId && row.patientId && (await findReader(db, row.patientId, row.accountId, toldOfChanges))
  return reader ? letter(context, reader, 'changed') : null
}

export const appointmentMails = { 'appointment-reminder': reminderMail, 'appointment-changed': changedMail }
