import { formatFor } from '../../i18n/format.ts'
import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../../outbox/letter.tsx'
import type { MailWriter, MailWriters } from '../../outbox/mail.ts'
import { href, paths } from '../../paths.ts'
import { maskedAddress } from '../invitation/invitation.ts'
import { emailChangeDigits, emailUndoToken } from '../secret.ts'
import { findChange } from './store.ts'

const isOver = ({ confirmedAt, voidAt }: { confirmedAt: Date | null; voidAt: Date | null }) =>
  confirmedAt !== null || voidAt !== null

/** To the new address: its code, which never says whose account it is for. */
const code: MailWriter = async ({ db, env, row, practice, at }) => {
  const found = await findChange(db, row.subjectId)
  if (!found || isOver(found.change) || found.change.expiresAt <= at) return null
  const { change, language } = found
  const t = mailWords[language].mail.emailChange
  return {
    to: change.newEmail,
    ...writeLetter({
      language,
      practice,
      subject: t.code.subject,
      passages: [
        t.code.intro,
        { copy: await emailChangeDigits(env.TOKEN_KEY, change.id) },
        t.code.expiry(formatFor(language, practice.timeZone).moment(change.expiresAt)),
        t.code.private,
        t.code.help(practice.phone),
      ],
    }),
  }
}

/** The same moment, to an address that has an account: whoever reads it learns that, and whoever asked does not. */
const taken: MailWriter = async ({ db, env, row, practice }) => {
  const found = await findChange(db, row.subjectId)
  if (!found?.holder || isOver(found.change)) return null
  const t = mailWords[found.holder].mail.emailChange.taken
  return {
    to: found.change.newEmail,
    ...writeLetter({
      language: found.holder,
      practice,
      subject: t.subject,
      passages: [
        t.body,
        t.own,
        { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.link },
        t.help(practice.phone),
      ],
    }),
  }
}

/** To the old address: what happened, and the way back. */
const changed: MailWriter = async ({ db, env, row, practice }) => {
  const found = await findChange(db, row.subjectId)
  if (!found?.change.confirmedAt || !found.change.undoUntil || found.change.undoneAt) return null
  const { change, language } = found
  const t = mailWords[language].mail.emailChange.changed
  const { moment } = formatFor(language, practice.timeZone)
  const token = await emailUndoToken(env.TOKEN_KEY, change.id)
  return {
    to: change.oldEmail,
    ...writeLetter({
      language,
      practice,
      subject: t.subject,
      passages: [
        t.body(moment(found.change.confirmedAt), maskedAddress(change.newEmail)),
        t.undo,
        { link: `${env.APP_ORIGIN}${href(paths.emailUndo, { token })}`, label: t.link },
        t.expiry(moment(found.change.undoUntil)),
        t.help(practice.phone),
      ],
    }),
  }
}

/** To the address that loses the account again: whoever asked for it may be its owner, and the old mailbox a thief's. */
const undone: MailWriter = async ({ db, row, practice }) => {
  const found = await findChange(db, row.subjectId)
  if (!found?.change.undoneAt) return null
  const { change, language } = found
  const t = mailWords[language].mail.emailChange.undone
  const moment = formatFor(language, practice.timeZone).moment(row.createdAt)
  return {
    to: change.newEmail,
    ...writeLetter({
      language,
      practice,
      subject: t.subject,
      passages: [t.body(moment), t.help(practice.phone)],
    }),
  }
}

const done: MailWriter = async ({ db, env, row, practice }) => {
  const found = await findChange(db, row.subjectId)
  if (!found?.change.confirmedAt || found.change.undoneAt) return null
  const { change, language } = found
  const t = mailWords[language].mail.emailChange.done
  return {
    to: change.newEmail,
    ...writeLetter({
      language,
      practice,
      subject: t.subject,
      passages: [
        t.body(formatFor(language, practice.timeZone).moment(found.change.confirmedAt)),
        { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.link },
        t.help(practice.phone),
      ],
    }),
  }
}

export const emailChangeMails = {
  'email-change-code': code,
  'email-change-taken': taken,
  'email-changed': changed,
  'email-change-undone': undone,
  'email-change-done': done,
} satisfies MailWriters
