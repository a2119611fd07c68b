import type { Bindings } from '../../env.ts'
import { sameText, unsubscribeMac } from '../../identity/secret.ts'
import { href, paths } from '../../paths.ts'
import type { Mail } from '../mail.ts'
import type { NotificationKind } from '../notifications/notification.ts'

/** What one link turns off: one kind of mail to one account. */
export type Subscription = { accountId: string; kind: NotificationKind }

/** An address is read by many programs on its way: it holds a letter, not a word. */
const letters: Record<NotificationKind, string> = {
  'new-message': 'm',
  'appointment-reminder': 'a',
  'new-result': 'r',
}

/** The token in the link that stops one kind of mail: whose, which, and a proof that it is from us. */
export const unsubscribeToken = async (tokenKey: string, { accountId, kind }: Subscription) =>
  `${accountId}.${letters[kind]}.${await unsubscribeMac(tokenKey, accountId, kind)}`

export async function readToken(tokenKey: string, token: string): Promise<Subscription | undefined> {
  const [accountId = '', letter] = token.split('.')
  const kind = (Object.keys(letters) as NotificationKind[]).find((each) => letters[each] === letter)
  if (!kind || !accountId) return undefined
  const genuine = await unsubscribeToken(tokenKey, { accountId, kind })
  return sameText(genuine, token) ? { accountId, kind } : undefined
}

/** For a mail that people may do without: its link, and the headers by which mail programs offer to stop it (RFC 8058). */
export async function unsubscribing(
  { APP_ORIGIN, TOKEN_KEY }: Bindings,
  of: Subscription
): Promise<{ link: string } & Required<Pick<Mail, 'headers'>>> {
  const token = await unsubscribeToken(TOKEN_KEY, of)
  const link = `${APP_ORIGIN}${href(paths.unsubscribe, { token })}`
  return {
    link,
    headers: { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  }
}
