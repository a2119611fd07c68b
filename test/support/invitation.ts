import { env } from 'cloudflare:workers'
import { invitations, registrationCodes } from '../../src/db/schema.ts'
import { invitationToken, registrationDigits, sha256 } from '../../src/identity/secret.ts'
import type { Browser } from './browser.ts'
import { day, minute } from './clock.ts'
import { db, minutesAgo } from './people.ts'

/** Otto's invitation waits for him; an older one ran out; and he has asked for a code in this browser. */
export const openToken = await invitationToken(env.TOKEN_KEY, 'otto-invitation')
export const expiredToken = await invitationToken(env.TOKEN_KEY, 'otto-expired')
export const code = await registrationDigits(env.TOKEN_KEY, 'otto-code')

export async function seedInvitations() {
  const invitation = async (id: string, sentAt: Date) => ({
    id,
    kind: 'patient' as const,
    patientId: 'otto-chart',
    email: 'otto@example.test',
    tokenHash: await sha256(await invitationToken(env.TOKEN_KEY, id)),
    language: 'en' as const,
    invitedBy: 'frida',
    createdAt: sentAt,
    sentAt,
    expiresAt: new Date(sentAt.getTime() + 4 * day),
  })
  const d = db()
  await d.batch([
    d
      .insert(invitations)
      .values([
        await invitation('otto-expired', minutesAgo(5 * 24 * 60)),
        await invitation('otto-invitation', minutesAgo(30)),
      ]),
    d.insert(registrationCodes).values({
      id: 'otto-code',
      invitationId: 'otto-invitation',
      browserHash: await sha256('otto-browser'),
      createdAt: minutesAgo(1),
      expiresAt: new Date(Date.now() + 9 * minute),
    }),
  ])
}

/** The browser Otto asked for his code in. */
export function withCode(browser: Browser) {
  browser.jar.set('__Host-registration', 'otto-browser')
  return browser
}
