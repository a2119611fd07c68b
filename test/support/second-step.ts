import { env } from 'cloudflare:workers'
import { generateHOTP } from 'oslo/otp'
import { accounts, sessions } from '../../src/db/schema.ts'
import type { Bindings } from '../../src/env.ts'
import { seal, sha256 } from '../../src/identity/secret.ts'
import { Browser } from './browser.ts'
import { db, minutesAgo, passwordHash } from './people.ts'

export const totpSecret = new Uint8Array(20).fill(7)

/** The code an authenticator app shows at a time. */
export const codeAt = (at: Date, secret: Uint8Array = totpSecret) =>
  generateHOTP(secret, Math.floor(at.getTime() / 30_000))

/** A member of staff whose password was right: with an app set up ("halfway"), or before setting one up ("newcomer"). */
export async function owingSecondStep(who: 'halfway' | 'newcomer', bindings: Bindings = env) {
  const d = db()
  await d.batch([
    d
      .insert(accounts)
      .values({
        id: who,
        email: `${who}@example.test`,
        givenName: 'Wren',
        familyName: 'Hale',
        staffRole: 'clinical',
        passwordHash,
        createdAt: minutesAgo(600),
        ...(who === 'halfway'
          ? {
              totpConfirmedAt: minutesAgo(500),
              secondStepAt: minutesAgo(500),
              totpSecret: await seal(env.TOKEN_KEY, totpSecret),
            }
          : {}),
      })
      .onConflictDoNothing(),
    d
      .insert(sessions)
      .values({
        tokenHash: await sha256(`${who}-session`),
        accountId: who,
        createdAt: minutesAgo(1),
        seenAt: minutesAgo(1),
      })
      .onConflictDoNothing(),
  ])
  const browser = new Browser(bindings)
  browser.jar.set('__Host-cs', `${who}-session`)
  return browser
}
