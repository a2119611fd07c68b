import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import type { MailWriters } from '../../src/outbox/mail.ts'
import { countMailTrouble } from '../../src/staff/mail/store.ts'
import { as } from '../support/browser.ts'
import { Clock, day, hour, minute } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { seedInvitations } from '../support/invitation.ts'
import { seedMail } from '../support/mail.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'
import { report } from '../support/reports.ts'
import { ResendAccount } from '../support/resend.ts'

beforeEach(async () => {
  await seed()
  await seedInvitations()
  await seedMail()
})

const board = '/admin/mail'
const retry = (id: string) => `${board}/${id}/retry`
const givingUp = (id: string) => `${board}/${id}/giving-up`
const textOf = async (url = board) => (await readPage(await (await as('frida').get(url)).text())).text
type Row = Record<string, number | string | null>
const rowOf = async (id: string) =>
  (await env.DB.prepare('SELECT * FROM outbox WHERE id = ?').bind(id).first<Row>()) ?? {}
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const saidAfter = async (response: Response, browser = as('frida')) => {
  expect(response.status).toBe(303)
  for (const cookie of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = cookie.match(/^([^=]+)=([^;]*)/) ?? []
    browser.jar.set(name, value)
  }
  return (await readPage(await (await browser.get(response.headers.get('Location') ?? '')).text())).text
}

test('says what happened, to whom, when, after how many tries and why', async () => {
  const text = await textOf()
  for (const said of [
    /Otto Nguyen\s*otto@example\.test\s*Invitation\s*Failed the mail service had a fault/,
    /Rosa Díaz\s*rosa@example\.test\s*Notice of a new message\s*Bounced there is no such mailbox/,
    /Milo Díaz\s*milo@example\.test\s*Notice of a new message\s*Marked as spam the person marked it as unwanted/,
    /Ines Roy\s*ines@example\.test\s*Notice of a new password\s*Waiting too many mails at once/,
    /3 tries/,
    /1 try/,
  ])
    expect(text).toMatch(said)
})

test.each([
  ['failed', 'Otto Nguyen'],
  ['bounced', 'Rosa Díaz'],
  ['complained', 'Milo Díaz'],
  ['waiting', 'Ines Roy'],
])('shows only what %s, by a link with its count', async (state, name) => {
  const html = await (await as('frida').get(board)).text()
  expect(html).toContain(`href="${board}?show=${state}"`)
  const text = await textOf(`${board}?show=${state}`)
  const others = ['Otto Nguyen', 'Rosa Díaz', 'Milo Díaz', 'Ines Roy'].filter((other) => other !== name)
  expect(text).toContain(name)
  for (const other of others) expect(text).not.toContain(other)
})

test('counts as the dashboard would', async () => {
  const [[counts]] = await db().batch([countMailTrouble(db(), new Date())])
  expect(counts).toEqual({ failed: 1, bounced: 1, complained: 1, waiting: 1 })
  expect(await textOf()).toMatch(/Failed \(1\)\s*Bounced \(1\)\s*Marked as spam \(1\)\s*Waiting \(1\)/)
})

test.each([
  ['was delivered', { delivered_at: 1, sent_at: 1 }],
  ['is on its way', { sent_at: 1 }],
  ['is late but not lost', { sent_at: 1, delayed_at: 1 }],
  ['came back for a moment and arrived', { sent_at: 1, bounced_at: 1, bounce_kind: 'soft', delivered_at: 2 }],
  ['is no longer needed', { cancelled_at: 1 }],
  ['is not due yet', { due_at: Date.now() + day, first_tried_at: null }],
  ['has waited for four minutes', { due_at: Date.now() - 4 * minute, first_tried_at: null }],
  ['was given up', { failed_at: 1, given_up_at: 1, given_up_by: 'frida' }],
])('a mail that %s is not on it', async (_, facts) => {
  await run('DELETE FROM outbox')
  const row: Row = { id: 'x', kind: 'note', subject_id: 'x', created_at: 1, due_at: 1, ...facts }
  const names = Object.keys(row)
  await run(
    `INSERT INTO outbox (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
  expect(await textOf()).toContain('Nothing here needs a look.')
})

test('a mail nobody took up for six minutes is', async () => {
  await run('DELETE FROM outbox')
  await run(
    "INSERT INTO outbox (id, kind, subject_id, created_at, due_at) VALUES ('x', 'new-device', 'x', 1, ?)",
    Date.now() - 6 * minute
  )
  expect(await textOf()).toMatch(/Notice of a new device\s*Waiting not sent yet/)
})

test.each([
  [
    'a caregiver who is invited',
    `UPDATE invitations SET kind = 'caregiver', email = 'lea@example.test', invitee_given_name = 'Lea', invitee_family_name = 'Park' WHERE id = 'otto-invitation'`,
    /Lea Park\s*lea@example\.test/,
  ],
  [
    'whoever asked for a code',
    `UPDATE outbox SET kind = 'registration-code', subject_id = 'otto-code' WHERE id = 'otto-mail'`,
    /Otto Nguyen\s*otto@example\.test\s*Code to register/,
  ],
])('a mail to %s says whose it is', async (_, sql, said) => {
  await run(sql)
  expect(await textOf()).toMatch(said)
})

test('pages of twenty-five', async () => {
  await run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
      INSERT INTO outbox (id, kind, subject_id, created_at, due_at, failed_at) SELECT 'many-' || i, 'new-device', 'x', 1, 1, i FROM n`
  )
  expect(await textOf(`${board}?show=failed&page=3`)).toContain('Page 3 of 3')
  expect((await as('frida').get(`${board}?show=failed&page=4`)).status).toBe(404)
})

test('says so when nobody reports to us what came back', async () => {
  const { RESEND_WEBHOOK_SECRET: _, ...deaf } = { ...env, RESEND_API_KEY: 're_key' }
  const page = async (bindings: typeof env) => (await as('frida', bindings).get(board)).text()
  expect(await page(deaf as typeof env)).toContain('We do not hear what comes back')
  expect(await page({ ...env, RESEND_API_KEY: 're_key' })).not.toContain('We do not hear')
})

test('nurses and auditors have no such board', async () => {
  for (const person of ['nadia', 'audra', 'rosa'] as const) {
    expect((await as(person).get(board)).status).toBe(404)
    const before = await snapshot()
    expect((await as(person).post(retry('rosa-mail'), { edition: '1' })).status).toBe(404)
    expect((await as(person).post(givingUp('rosa-mail'), { edition: '1' })).status).toBe(404)
    expect(await snapshot()).toEqual(before)
  }
})

describe('trying again', () => {
  test('sends a mail that came back under a new key, once however often one taps', async () => {
    const account = new ResendAccount()
    const frida = as('frida', account.bindings)
    const mark = await auditMark()
    const taps = await Promise.all(
      Array.from({ length: 5 }, () => frida.post(retry('rosa-mail'), { edition: '1' }))
    )
    expect(taps.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303])
    expect((await auditSince(mark)).filter(({ action }) => action === 'mail.retried')).toMatchObject([
      { account_id: 'frida', subject_id: 'rosa-mail' },
    ])
    expect(await rowOf('rosa-mail')).toMatchObject({
      edition: 2,
      sent_at: null,
      bounced_at: null,
      provider_id: null,
    })
    await deliverDue(account.bindings, noteToRosa, new Clock(Date.now() + 1000).now)
    expect((await account.calls()).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'new-message/rosa-mail/2',
    ])
    expect((await rowOf('rosa-mail')).sent_at).not.toBeNull()
  })

  test('what is said of the old mail later is not said of the new one', async () => {
    const account = new ResendAccount()
    await report('email.bounced', 'rosa-at-resend', { bounce: { type: 'Permanent', subType: 'NoEmail' } })
    await as('frida').post(retry('rosa-mail'), { edition: '1' })
    await deliverDue(account.bindings, noteToRosa, new Clock(Date.now() + 1000).now)
    await report('email.complained', 'rosa-at-resend')
    expect(await rowOf('rosa-mail')).toMatchObject({ bounced_at: null, complained_at: null })
  })

  test('the second of two people is told that somebody was quicker', async () => {
    await as('okafor').post(retry('rosa-mail'), { edition: '1' })
    const before = await snapshot()
    const response = await as('frida').post(retry('rosa-mail'), { edition: '1' })
    expect(await snapshot()).toEqual(before)
    expect(await saidAfter(response)).toContain('Someone dealt with this a moment ago.')
  })

  test('where nobody knows whether it arrived, it is asked first, and nothing goes out unasked', async () => {
    const html = await (await as('frida').get(board)).text()
    expect(html).toContain(`href="${retry('otto-mail')}"`)
    const before = await snapshot()
    const response = await as('frida').post(retry('otto-mail'), { edition: '1' })
    expect(response.headers.get('Location')).toBe(retry('otto-mail'))
    expect(await snapshot()).toEqual(before)
    const asked = await textOf(retry('otto-mail'))
    expect(asked).toContain('It may arrive twice')
    expect(asked).toContain('otto@example.test')
    await as('frida').submit(retry('otto-mail'), {})
    expect(await rowOf('otto-mail')).toMatchObject({ edition: 2, failed_at: null, rendered_at: null })
  })

  test('a failure that was certain needs no question', async () => {
    const account = new ResendAccount()
    const clock = new Clock()
    await run('DELETE FROM outbox')
    await run(
      "INSERT INTO outbox (id, kind, subject_id, created_at, due_at) VALUES ('sure', 'note', 'x', 1, 1)"
    )
    await account.willAnswer('invalid')
    await deliverDue(account.bindings, noteToRosa, clock.now)
    expect(await rowOf('sure')).toMatchObject({ failure: 'validation_error', rendered_at: null })
    await as('frida').post(retry('sure'), { edition: '1' })
    expect(await rowOf('sure')).toMatchObject({ failed_at: null, edition: 2 })
  })

  test.each([
    ['an answer that was lost before', ['reset after', 'invalid'] as const],
    ['silence to the end', ['reset before'] as const],
  ])('after %s it is in doubt', async (_, script) => {
    const account = new ResendAccount()
    const clock = new Clock()
    await run('DELETE FROM outbox')
    await run(
      "INSERT INTO outbox (id, kind, subject_id, created_at, due_at) VALUES ('doubt', 'note', 'x', 1, 1)"
    )
    await account.willAnswer(...script)
    await deliverDue(account.bindings, noteToRosa, clock.now)
    clock.pass(script.length === 1 ? 24 * hour : hour)
    await deliverDue(account.bindings, noteToRosa, clock.now)
    expect((await rowOf('doubt')).failed_at).not.toBeNull()
    expect((await rowOf('doubt')).rendered_at).not.toBeNull()
    await as('frida').post(retry('doubt'), { edition: '1' })
    expect((await rowOf('doubt')).failed_at).not.toBeNull()
  })

  test('what waits is tried now, under the same key', async () => {
    const account = new ResendAccount()
    const mark = await auditMark()
    for (let i = 0; i < 3; i++) await as('frida').post(retry('ines-mail'), { edition: '1' })
    expect((await auditSince(mark)).filter(({ action }) => action === 'mail.retried')).toHaveLength(1)
    await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + 1000).now)
    expect((await account.calls()).map(({ idempotencyKey }) => idempotencyKey)).toContain(
      'password-changed/ines-mail/1'
    )
  })

  test('a mail that is being sent this moment is left alone', async () => {
    await run("UPDATE outbox SET leased_until = ? WHERE id = 'rosa-mail'", Date.now() + minute)
    const before = await snapshot()
    await as('frida').post(retry('rosa-mail'), { edition: '1' })
    await as('frida').post(givingUp('rosa-mail'), { edition: '1' })
    expect(await snapshot()).toEqual(before)
  })

  test('a mail that was unwanted is not sent again', async () => {
    const before = await snapshot()
    expect(await (await as('frida').get(board)).text()).not.toContain(`action="${retry('milo-mail')}"`)
    await as('frida').post(retry('milo-mail'), { edition: '1', confirmed: 'yes' })
    expect(await snapshot()).toEqual(before)
  })

  test('an invitation sent again says the same end of its link as before', async () => {
    const account = new ResendAccount()
    await run(
      "UPDATE invitations SET sent_at = 1, expires_at = ? WHERE id = 'otto-invitation'",
      Date.now() + 2 * hour
    )
    await as('frida').submit(retry('otto-mail'), {})
    await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + 1000).now)
    const { results } = await env.DB.prepare(
      "SELECT expires_at FROM invitations WHERE id = 'otto-invitation'"
    ).all<{ expires_at: number }>()
    const end = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', weekday: 'long' }).format(
      results[0]?.expires_at
    )
    const [mail] = (await account.sent()).filter(({ to }) => to === 'otto@example.test')
    expect(mail?.text).toMatch(new RegExp(`This link works until ${end}`))
  })

  test.each(['', 'x', '-1', '1e3', '99999999999'])(
    'an edition that is none (%s) is not there',
    async (edition) => {
      const before = await snapshot()
      expect((await as('frida').post(retry('rosa-mail'), { edition })).status).toBe(404)
      expect(await snapshot()).toEqual(before)
    }
  )
})

describe('giving up', () => {
  test.each(['otto-mail', 'rosa-mail', 'milo-mail'])(
    'takes %s off the list, once, by whom and when',
    async (id) => {
      const mark = await auditMark()
      await Promise.all(Array.from({ length: 5 }, () => as('frida').post(givingUp(id), { edition: '1' })))
      expect((await auditSince(mark)).filter(({ action }) => action === 'mail.given-up')).toMatchObject([
        { account_id: 'frida', subject_id: id },
      ])
      const row = await rowOf(id)
      expect(row).toMatchObject({ given_up_by: 'frida', cancelled_at: null })
      expect(Number(row.given_up_at)).toBeGreaterThan(Date.now() - minute)
      expect(await (await as('frida').get(board)).text()).not.toContain(givingUp(id))
    }
  )

  test('what still waits is not sent any more', async () => {
    const account = new ResendAccount()
    await as('frida').post(givingUp('ines-mail'), { edition: '1' })
    expect((await rowOf('ines-mail')).cancelled_at).not.toBeNull()
    await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + hour).now)
    expect(await account.calls()).toEqual([])
  })

  test('does not hit a mail that somebody has just sent again', async () => {
    await as('okafor').post(retry('rosa-mail'), { edition: '1' })
    const before = await snapshot()
    await as('frida').post(givingUp('rosa-mail'), { edition: '1' })
    expect(await snapshot()).toEqual(before)
  })

  test('what was given up is not sent again', async () => {
    await as('frida').post(givingUp('rosa-mail'), { edition: '1' })
    const before = await snapshot()
    await as('frida').post(retry('rosa-mail'), { edition: '1' })
    expect(await snapshot()).toEqual(before)
    expect(await textOf(retry('rosa-mail'))).toContain('There is nothing left to do.')
  })
})

test('every kind of mail and every state has words of its own', async () => {
  const { dictionaries } = await import('../support/words.ts')
  for (const { mailDesk } of Object.values(dictionaries))
    expect(Object.keys(mailWriters).filter((kind) => !(kind in mailDesk.kinds) && kind !== 'canary')).toEqual(
      []
    )
})

test('a mail reported as failed after it was taken is on the board, and surely did not arrive', async () => {
  await run(
    "UPDATE outbox SET bounced_at = NULL, bounce_kind = NULL, bounce_reason = NULL WHERE id = 'rosa-mail'"
  )
  await report('email.failed', 'rosa-at-resend', {
    failed: { reason: 'reached_daily_quota' },
    happened: minutesAgo(1).toISOString(),
  })
  expect(await textOf(`${board}?show=failed`)).toContain('no more mails today')
  await as('frida').post(retry('rosa-mail'), { edition: '1' })
  expect(await rowOf('rosa-mail')).toMatchObject({ edition: 2, failed_at: null })
})

const note = async () => ({
  to: 'rosa@example.test',
  subject: 'Something',
  text: 'To read',
  html: '<p>To read</p>',
})
const noteToRosa: MailWriters = {
  'new-message': note,
  note,
  invitation: async () => null,
  'password-changed': async () => null,
}
