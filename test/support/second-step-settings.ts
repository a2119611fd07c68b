import { env } from 'cloudflare:workers'
import { base32 } from 'oslo/encoding'
import { seal } from '../../src/identity/secret.ts'
import { Browser } from './browser.ts'
import { type Member, password } from './people.ts'
import { codeAt, totpSecret } from './second-step.ts'

export const appPath = '/settings/second-step/app'
export const codesPath = '/settings/second-step/recovery-codes'

/** The secret a set-up page shows. */
export const secretOn = (html: string) =>
  base32.decode((html.match(/<code>([A-Z2-7 ]+)<\/code>/)?.[1] ?? '').replaceAll(' ', ''), { strict: false })

/** The recovery codes a page shows. */
export const codesOn = (html: string) =>
  [...html.matchAll(/<li>([0-9a-z]{4}-[0-9a-z]{4})<\/li>/g)].map(([, code]) => code ?? '')

/** Sets an app up as a person does; returns its secret. */
export async function setUpApp(browser: Browser) {
  const secret = secretOn(await (await browser.get(appPath)).text())
  const response = await browser.post(appPath, { code: await codeAt(new Date(), secret) })
  return { secret, response }
}

/** Gives someone an app with the secret of the tests, and recovery codes they have kept. */
export async function withApp(person: Member, set = `${person}set`) {
  await env.DB.batch([
    env.DB.prepare(
      'UPDATE accounts SET totp_secret = ?, totp_confirmed_at = 1, second_step_at = 1 WHERE id = ?'
    ).bind(await seal(env.TOKEN_KEY, totpSecret), person),
    env.DB.prepare(
      'INSERT INTO recovery_sets (id, account_id, created_at, kept_at) VALUES (?, ?, 1, 1)'
    ).bind(set, person),
  ])
  return set
}

/** A browser whose password was right and whose second step is owed. */
export async function halfway(person: Member, browser = new Browser()) {
  await browser.submit('/sign-in', { email: `${person}@example.test`, password })
  return browser
}

export const rows = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results

/** The kinds of mail waiting for someone. */
export const mailsFor = async (person: string) =>
  (
    await rows<{ kind: string }>(
      'SELECT kind FROM outbox WHERE account_id = ? ORDER BY created_at, kind',
      person
    )
  ).map(({ kind }) => kind)
