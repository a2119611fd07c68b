import { formatFor } from '../i18n/format.ts'
import { type MailWords, mailWords } from '../i18n/mail/words.ts'
import type { Language } from '../i18n/text.ts'
import { type Passage, writeLetter } from '../outbox/letter.tsx'
import type { MailContext, MailWriter, MailWriters } from '../outbox/mail.ts'
import { paths } from '../paths.ts'
import { nameOf } from './devices/kind.ts'
import { findSession } from './devices/store.ts'
import { passkeysAt } from './passkeys/store.ts'
import { findAccount } from './store.ts'

type Words = MailWords['mail']['notices']
type NoticeKind = Exclude<keyof Words, 'help' | 'link'>

/** A notice that something about an account has changed, to its own address: when, and when to call. */
const notice =
  (
    words: NoticeKind,
    facts?: (context: MailContext, t: MailWords, language: Language) => Promise<Passage[]>
  ): MailWriter =>
  async (context) => {
    const { db, env, row, practice } = context
    const account = await findAccount(db, row.accountId ?? '')
    if (!account) return null
    const { language, email } = account
    const t = mailWords[language].mail.notices
    const said = t[words]
    const when = formatFor(language, practice.timeZone).moment(row.createdAt)
    return {
      to: email,
      ...writeLetter({
        language,
        practice,
        subject: said.subject,
        passages: [
          said.body(when),
          ...((await facts?.(context, mailWords[language], language)) ?? []),
          { link: `${env.APP_ORIGIN}${paths.signIn}`, label: t.link },
          ('help' in said ? said : t).help(practice.phone),
        ],
      }),
    }
  }

/** What kind of device it was, and roughly where: enough to know it again, and nothing else. */
async function deviceFacts({ db, row }: MailContext, { devices, mail }: MailWords) {
  const session = await findSession(db, row.subjectId)
  if (!session) return []
  const t = mail.notices.newDevice
  return [t.device(nameOf(session.userAgent, devices)), ...(session.place ? [t.place(session.place)] : [])]
}

/** A passkey somebody left behind would outlive the password: the owner is told that there is one to look at. */
async function passkeyFacts({ db, row, practice }: MailContext, t: MailWords, language: Language) {
  const there = await passkeysAt(db, row.accountId ?? '', row.createdAt)
  const newest = there.at(-1)
  if (!newest) return []
  const { date } = formatFor(language, practice.timeZone)
  return [t.mail.notices.passwordChanged.passkeys(there.length, date(newest.createdAt))]
}

/** Queue these with the account as both subject and receiver; a new device with its session as the subject. */
export const noticeMails = {
  'new-device': notice('newDevice', deviceFacts),
  'password-changed': notice('passwordChanged', passkeyFacts),
  'second-step-on': notice('secondStepOn'),
  'second-step-off': notice('secondStepOff'),
  'second-step-reset': notice('secondStepReset'),
  'recovery-codes-new': notice('recoveryCodesNew'),
  'recovery-code-used': notice('recoveryCodeUsed'),
  'app-removed': notice('appRemoved'),
  'access-changed': notice('accessChanged'),
  'access-ended': notice('accessEnded'),
  'passkey-added': notice('passkeyAdded'),
  'passkey-removed': notice('passkeyRemoved'),
  'passkey-suspended': notice('passkeySuspended'),
} satisfies MailWriters
