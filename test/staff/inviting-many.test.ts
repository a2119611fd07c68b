import { createMessageBatch } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import worker from '../../src/index.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { continueRounds } from '../../src/staff/invitation-rounds/store.ts'
import { fileReport } from '../labs/rows.ts'
import { as } from '../support/browser.ts'
import { Clock, minute, second } from '../support/clock.ts'
import { refusing, strike } from '../support/cron.ts'
import { readPage } from '../support/html.ts'
import { db, seed } from '../support/people.ts'
import { report } from '../support/reports.ts'
import { ResendAccount } from '../support/resend.ts'
import type { Script } from '../support/resend-script.ts'

beforeEach(seed)
afterEach(() => {
  vi.restoreAllMocks()
})

const hour = 60 * 60 * 1000
const roundId = 's'.repeat(21)
const round = `/admin/invitations/rounds/${roundId}`
const rows = async <T>(sql: string) => (await env.DB.prepare(sql).all<T>()).results
const run = (sql: string) => env.DB.prepare(sql).run()

const add = (id: string, more: Record<string, unknown> = {}) => {
  const row = {
    id,
    given_name: 'Kim',
    family_name: id,
    search_name: id,
    birth_date: '1970-01-01',
    email: `${id}@example.test`,
    created_at: 1,
    ...more,
  }
  return env.DB.prepare(
    `INSERT INTO patients (${Object.keys(row).join()}) VALUES (${Object.keys(row)
      .map(() => '?')
      .join()})`
  )
    .bind(...Object.values(row))
    .run()
}
const invited = async (id: string, endsIn: number) => {
  await add(id)
  await run(`INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, invited_by, created_at, sent_at, expires_at)
    VALUES ('i-${id}', 'patient', '${id}', '${id}@example.test', '${id}', 'en', 'frida', 5, 5, ${Date.now() + endsIn * hour})`)
}
const bounced = async (id: string, facts: string) => {
  await invited(id, 50)
  await run(
    `INSERT INTO outbox (id, kind, subject_id, patient_id, created_at, due_at, sent_at) VALUES ('m-${id}', 'invitation', 'i-${id}', '${id}', 5, 5, 5)`
  )
  await run(`UPDATE outbox SET ${facts} WHERE id = 'm-${id}'`)
}
const make = (list: string) => as('frida').post('/admin/invitations/rounds', { submissionId: roundId, list })
const page = async () => (await readPage(await (await as('frida').get(round)).text())).text
const newlyInvited = async () =>
  (
    await rows<{ patient_id: string }>(
      'SELECT patient_id FROM invitations WHERE created_at > 5 ORDER BY patient_id'
    )
  ).map(({ patient_id }) => patient_id)

describe('a round is for', () => {
  test('those without an invitation, but for whom there can be none', async () => {
    await add('no-mail', { email: null })
    await add('odd', { email: 'odd@example' })
    await add('wrong', { email: 'a b@example.test' })
    await add('young', { birth_date: '2020-01-01' })
    await add('unborn', { birth_date: null })
    await add('gone', { inactive_at: 1 })
    await invited('waiting', 5)
    await make('not-invited')
    const text = await page()
    expect(text).toContain('2 patients can be invited.')
    expect(text).toMatch(/No email address on file: 1/)
    expect(text).toMatch(/Under 18: 1/)
    expect(text).toMatch(/No date of birth on file: 1/)
    await as('frida').post(round)
    expect(await newlyInvited()).toEqual(['otto-chart'])
    expect(await page()).toMatch(/1 patient invited.*The address on file is not complete: 2/)
  })

  test('those whose link stopped working, who get another in its place', async () => {
    await invited('late', -1)
    await invited('waiting', 5)
    await make('expired')
    await as('frida').post(round)
    expect(await newlyInvited()).toEqual(['late'])
    expect(
      await rows("SELECT 1 FROM invitations WHERE id = 'i-late' AND replaced_at IS NOT NULL")
    ).toHaveLength(1)
    expect(await rows("SELECT 1 FROM outbox WHERE kind = 'invitation'")).toHaveLength(1)
  })

  test('those whose mailbox was full or busy, never those who have none or called it spam', async () => {
    await bounced('full', `bounced_at = ${Date.now()}, bounce_kind = 'soft'`)
    await bounced('none', `bounced_at = ${Date.now()}, bounce_kind = 'hard'`)
    await bounced('spam', `complained_at = ${Date.now()}`)
    await make('bounced')
    expect(await page()).toMatch(
      /1 patient can be invited.*Their mailbox takes no mail from us: call them: 2/
    )
    await as('frida').post(round)
    expect(await newlyInvited()).toEqual(['full'])
  })

  test('those whose mail failed, but for an address that was not accepted', async () => {
    for (const [id, failure] of [
      ['quota', 'daily_quota_exceeded'],
      ['silent', 'no answer'],
      ['odd', 'validation_error'],
    ] as const) {
      await bounced(id, `sent_at = NULL, failed_at = ${Date.now()}, failure = '${failure}'`)
      await run(`UPDATE invitations SET sent_at = NULL, expires_at = NULL WHERE id = 'i-${id}'`)
    }
    // A domain that is not verified has the same name as a bad address, but is tried until the day is over.
    await bounced(
      'domain',
      `sent_at = NULL, first_tried_at = ${Date.now() - 24 * hour}, failed_at = ${Date.now()}, failure = 'validation_error'`
    )
    await run("UPDATE invitations SET sent_at = NULL, expires_at = NULL WHERE id = 'i-domain'")
    expect(await (await as('frida').get('/admin/invitations?show=mail-failed')).text()).toContain(
      'Send again where the address was not the fault'
    )
    await make('mail-failed')
    expect(await page()).toMatch(/3 patients can be invited.*did not accept the address: call them: 1/)
    await as('frida').post(round)
    expect(await newlyInvited()).toEqual(['domain', 'quota', 'silent'])
  })

  test('all of a roster who have no link that works, and it says who gets the first', async () => {
    await add('fresh')
    await invited('late', -1)
    await bounced('full', `bounced_at = ${Date.now()}, bounce_kind = 'soft'`)
    await bounced('none', `bounced_at = ${Date.now()}, bounce_kind = 'hard'`)
    await invited('waiting', 5)
    await invited('guessed', 5)
    await run("UPDATE invitations SET birth_date_tries = 5, locked_at = 6 WHERE id = 'i-guessed'")
    await add('dead', { deceased_at: 1 })
    await add('gone', { inactive_at: 1 })
    await add('elsewhere')
    const people = ['fresh', 'late', 'full', 'none', 'waiting', 'guessed', 'dead', 'gone', 'rosa-chart']
    await run(
      "INSERT INTO rosters (id, name, columns, uploaded_at, uploaded_by, finished_at) VALUES ('r', 'r.csv', '[]', 1, 'frida', 1)"
    )
    for (const [position, id] of people.entries())
      await run(`INSERT INTO roster_rows (roster_id, position, cells, plan, patient_id)
        VALUES ('r', ${position}, '[]', 'same', '${id}')`)
    await as('frida').post('/admin/invitations/rounds', {
      submissionId: roundId,
      list: 'roster',
      rosterId: 'r',
    })
    const text = await page()
    expect(text).toMatch(/3 patients can be invited.*Invited for the first time: 1.*Sent again: 2/)
    for (const why of [
      'Have a link that works: 1',
      'Locked after wrong dates of birth: check the chart: 1',
      'Their mailbox takes no mail from us: call them: 1',
      'Registered already: 1',
      'Deceased: 1',
      'Not active any more: 1',
    ])
      expect(text).toContain(why)
    await as('frida').post(round)
    expect(await newlyInvited()).toEqual(['fresh', 'full', 'late'])
    expect(
      await rows("SELECT 1 FROM invitations WHERE id IN ('i-late', 'i-full') AND replaced_at IS NOT NULL")
    ).toHaveLength(2)
  })
})

test('a mail that was sent after all since the round was made is not doubled', async () => {
  await bounced('slow', `sent_at = NULL, failed_at = ${Date.now()}, failure = 'no answer'`)
  await make('mail-failed')
  await run("UPDATE outbox SET failed_at = NULL, failure = NULL WHERE id = 'm-slow'")
  await as('frida').post(round)
  expect(await newlyInvited()).toEqual([])
  expect(await page()).toContain('Have a link that works: 1')
})

test('nothing is sent by making it, or by the desk that offers it', async () => {
  const html = await (await as('frida').get('/admin/invitations?show=not-invited')).text()
  expect(html).toContain('Invite all who can be invited')
  expect((await make('not-invited')).headers.get('Location')).toBe(round)
  expect(await newlyInvited()).toEqual([])
})

test('whoever was invited, registered, moved or died since is passed over', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await add(id)
  await make('not-invited')
  await new Promise((resolve) => setTimeout(resolve, 2))
  await as('okafor').submit('/admin/patients/a/invitation', {})
  await run("UPDATE patients SET account_id = 'milo' WHERE id = 'b'")
  await run("UPDATE patients SET deceased_at = 1 WHERE id = 'c'")
  await run("UPDATE patients SET email = 'elsewhere@example.test' WHERE id = 'd'")
  await as('frida').post(round)
  expect(await newlyInvited()).toEqual(['a', 'd', 'otto-chart'])
  expect(await rows("SELECT email FROM invitations WHERE patient_id = 'd'")).toEqual([
    { email: 'elsewhere@example.test' },
  ])
  expect(await page()).toMatch(/Invited by someone else meanwhile: 1/)
})

test('what nobody goes on with goes on by itself, once', async () => {
  for (let i = 0; i < 130; i++) await add(`p${i}`)
  await make('not-invited')
  await continueRounds(db(), env.TOKEN_KEY, new Date())
  expect(await newlyInvited()).toEqual([])
  await as('frida').post(round)
  expect(await newlyInvited()).toHaveLength(100)
  expect(await page()).toContain('100 of 131 invitations prepared')
  await Promise.all([1, 2, 3].map(() => continueRounds(db(), env.TOKEN_KEY, new Date())))
  expect(await newlyInvited()).toHaveLength(131)
  expect(await rows("SELECT 1 FROM outbox WHERE kind = 'invitation'")).toHaveLength(131)
  expect(await page()).toContain('131 patients invited')
})

test('its page tells what became of the mails, at every moment', async () => {
  const account = new ResendAccount()
  for (let i = 0; i < 129; i++) await add(`p${i}`)
  await make('not-invited')
  await as('frida').post(round)
  expect(await page()).toMatch(/100 of 130 invitations prepared.*Wait to be sent100/)
  await as('frida').post(round)
  expect(await page()).toMatch(
    /All invitations are prepared130 patients invited\. 130 mails have not left yet\./
  )

  const clock = new Clock()
  const deliver = () => deliverDue(account.bindings, mailWriters, clock.now)
  await account.willAnswer(...Array<Script>(50).fill('broken'))
  clock.pass(second)
  await deliver()
  const down = await page()
  expect(down).toMatch(/130 mails have not left yet.*Some mails could not be sent yet/)
  expect(down).toMatch(/Wait to be sent80Tried, and will be tried again50/)
  expect(down).not.toContain('Done')

  await account.willAnswer('invalid', { id: 'arrives' }, { id: 'comes-back' })
  for (let i = 0; i < 3; i++) {
    clock.pass(minute)
    await deliver()
  }
  expect(await page()).toMatch(
    /Done130 patients invited\. No mail waits any more\..*Sent129Could not be sent1/
  )
  await report('email.delivered', 'arrives')
  await report('email.bounced', 'comes-back', { bounce: { type: 'Permanent', subType: 'NoEmail' } })
  const text = await page()
  expect(text).toMatch(/Reached the mailbox1Sent127Came back1 · Invite desk: BouncedCould not be sent1/)
})

describe('a round that nobody keeps open,', () => {
  const account = new ResendAccount()
  const byCron = () => strike('2026-11-22T15:01:12Z', account.bindings)
  const byQueue = () =>
    worker.queue(createMessageBatch<{ id: string }>('carespace-outbox', []), account.bindings)

  beforeEach(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (let i = 0; i < 130; i++) await add(`p${i}`)
    await make('not-invited')
    await as('frida').post(round)
    expect(await newlyInvited()).toHaveLength(100)
  })

  test.each([
    ['cron', byCron],
    ['the queue', byQueue],
  ])('is gone on with by %s', async (_, wake) => {
    await wake()
    expect(await newlyInvited()).toHaveLength(131)
    expect(await page()).toContain('131 patients invited')
  })

  test.each([
    ['cron', 'announcements', byCron],
    ['cron', 'reports', byCron],
    ['the queue', 'announcements', byQueue],
    ['the queue', 'reports', byQueue],
  ])('is gone on with by %s though %s cannot be written', async (_, on, wake) => {
    await fileReport({ id: 'news' }, [])
    await run(
      `INSERT INTO announcements (id, subject_en, subject_es, body_en, body_es, author_id, submission_id, saved_at, started_at, audience)
        VALUES ('a', 'a', 'a', 'a', 'a', 'nadia', 'a', 1, 1, 'all')`
    )
    await refusing('UPDATE', on, () => expect(wake()).rejects.toThrow())
    expect(await newlyInvited()).toHaveLength(131)
  })
})

test.each([{}, { list: 'everyone' }, { list: 'locked' }, { submissionId: 'x' }])(
  '%o makes no round',
  async (odd) => {
    const response = await as('frida').post('/admin/invitations/rounds', {
      submissionId: roundId,
      list: '',
      ...odd,
    })
    expect(response.headers.get('Location')).toBe('/admin/invitations')
    expect(await rows('SELECT 1 FROM invitation_rounds')).toEqual([])
  }
)
