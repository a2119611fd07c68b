import { sessions } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { Browser } from './browser.ts'
import { db, minutesAgo } from './people.ts'

/** The same account, signed in on another device. */
export async function elsewhere(token: string, accountId = 'rosa') {
  await db()
    .insert(sessions)
    .values({
      tokenHash: await sha256(token),
      accountId,
      createdAt: minutesAgo(5),
      seenAt: new Date(),
      completedAt: minutesAgo(5),
    })
  const browser = new Browser()
  browser.jar.set('__Host-cs', token)
  return browser
}
