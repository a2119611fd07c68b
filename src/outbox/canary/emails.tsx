import { mailWords } from '../../i18n/mail/words.ts'
import { writeLetter } from '../letter.tsx'
import type { MailWriter } from '../mail.ts'

/** To ourselves, about nobody: that it arrives says that mail leaves. */
const canary: MailWriter = async ({ env, practice }) => {
  if (!env.CANARY_ADDRESS) return null
  const { subject, body } = mailWords.en.mail.canary
  return { to: env.CANARY_ADDRESS, ...writeLetter({ language: 'en', practice, subject, passages: [body] }) }
}

export const canaryMails = { canary }
