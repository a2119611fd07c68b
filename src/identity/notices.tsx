import { formatFor } from '../i18n/format.ts'
import { type Dictionary, dictionaries } from '../i18n/text.ts'
import { writeLetter } from '../outbox/letter.tsx'
import type { MailWriter, MailWriters } from '../outbox/mail.ts'
import { paths } from '../paths.ts'
import { findAccount } from './store.ts'

type Words = Dictionary['mail']['notices']
type NoticeKind = Exclude<keyof Words, 'help' | 'link'>

/** A notice that something about an account has changed, to its own address: when, and whom to call if it was not them. */
const notice =
  (words: NoticeKind): MailWriter =>
  async ({ db, env, row, practice }) => {
    const account = await findAccount(db, row.accountId ?? '')
    if (!account) return null
    const { language, email } = account
    const t = dictionaries[language].mail.notices
    const when = formatFor(language, practice.timeZone).moment(row.createdAt)
    return {
      to: email,
      ...writeLetter({
        language,
        practice,
        subject: t[words].subject,
        passages: [
          t[words].body(when),
          { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.link },
          t.help(practice.phone),
        ],
      }),
    }
  }

/** Queue these with the account as both subject and receiver. */
export const noticeMails = {
  'new-device': notice('newDevice'),
  'password-changed': notice('passwordChanged'),
  'second-step-on': notice('secondStepOn'),
  'second-step-off': notice('secondStepOff'),
  'second-step-reset': notice('secondStepReset'),
  'recovery-codes-new': notice('recoveryCodesNew'),
  'passkey-added': notice('passkeyAdded'),
  'passkey-removed': notice('passkeyRemoved'),
  'passkey-suspended': notice('passkeySuspended'),
} satisfies MailWriters
  'recovery-code-used': notice('recoveryCodeUsed'),
  'app-removed': notice('appRemoved'),
