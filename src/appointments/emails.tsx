import { dictionaries } from '../i18n/text.ts'
import { writeLetter } from '../outbox/letter.tsx'
import type { MailContext, MailWriter } from '../outbox/mail.ts'
import { paths } from '../paths.ts'
import { findReader, stillAhead } from './reminders/store.ts'

type Reader = NonNullable<Awaited<ReturnType<typeof findReader>>>
type Words = 'reminder' | 'changed'

/** Says that there is something to look at, and nothing about it: not what, not when, not for whom. */
function letter({ env, practice }: MailContext, { email, language }: Reader, which: Words) {
  const t = dictionaries[language].appointments.mail
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
    }),
  }
}

const reminderMail: MailWriter = async (context) => {
  const { db, row, at } = context
  if (!row.accountId || !row.patientId) return null
  const ahead = stillAhead(row.patientId, row.accountId, row.createdAt, at)
  const reader = await findReader(db, row.patientId, row.accountId, ahead)
  return reader ? letter(context, reader, 'reminder') : null
}

const changedMail: MailWriter = async (context) => {
  const { db, row } = context
  const reader = row.accountId && row.patientId && (await findReader(db, row.patientId, row.accountId))
  return reader ? letter(context, reader, 'changed') : null
}

export const appointmentMails = { 'appointment-reminder': reminderMail, 'appointment-changed': changedMail }
