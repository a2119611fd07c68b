import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { invitations } from '../../src/db/schema.ts'
import { mailFate } from '../../src/identity/invitation/store.ts'
import { portalStatus } from '../../src/staff/patient/status.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, seed } from '../support/people.ts'

beforeEach(seed)
// The many of the last test are not the next file's to wait for.
afterAll(seed, 60_000)

const desk = '/admin/invitations'
const hour = 60 * 60 * 1000
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const insert = (table: string, row: Record<string, unknown>) =>
  run(
    `INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row)
      .map(() => '?')
      .join()})`,
    ...Object.values(row)
  )

type Facts = Record<string, unknown>
const invited = (facts: Facts = {}, patientId = 'otto-chart', id = `i-${patientId}`) =>
  insert('invitations', {
    id,
    kind: 'patient',
    patient_id: patientId,
    email: 'otto@example.test',
    token_hash: id,
    language: 'en',
    invited_by: 'frida',
    created_at: Date.now() - 2 * hour,
    sent_at: Date.now() - 2 * hour,
    expires_at: Date.now() + 94 * hour,
    ...facts,
  })
const mailed = (facts: Facts = {}, patientId = 'otto-chart', kind = 'invitation') =>
  insert('outbox', {
    id: `${kind}-${patientId}`,
    kind,
    subject_id: `i-${patientId}`,
    patient_id: patientId,
    created_at: Date.now() - 2 * hour,
    due_at: Date.now() - 2 * hour,
    sent_at: Date.now() - 2 * hour,
    ...facts,
  })
const mailIs = (set: string) => run(`UPDATE outbox SET ${set} WHERE id = 'invitation-otto-chart'`)

const look = async (query = '', person: 'frida' | 'okafor' = 'frida') => {
  const html = await (await as(person).get(`${desk}${query}`)).text()
  return { html, ...(await readPage(html)) }
}
/** The patients listed, in order. */
const listed = async (query = '') =>
  [...(await look(query)).html.matchAll(/<th scope="row"><a href="\/admin\/patients\/([\w-]+)"/g)].map(
    ([, id]) => id
  )
const counted = async (label: string) =>
  (await look()).text.match(new RegExp(`${label.replace(/[()]/g, '\\$&')}: (\\d+\\+?)`))?.[1]

const ago = (hours: number) => String(Date.now() - hours * hour)

/** Otto was invited, and the mail came back an hour ago. */
async function bounced(kind: 'hard' | 'soft', reason: string) {
  await invited()
  await mailed()
  await mailIs(`bounced_at = ${ago(1)}, bounce_kind = '${kind}', bounce_reason = '${reason}'`)
}

describe('each patient stands in the list of what became of the invitation', () => {
  test.each<[string, string, () => Promise<unknown>, RegExp, string]>([
    ['not-invited', 'Not invited', async () => undefined, /Not invited/, '/invitation"'],
    ['sent', 'Sent', () => invited(), /Sent.*The link works until/, '/invitation"'],
    [
      'delivered',
      'Delivered',
      async () => {
        await invited()
        await mailed()
        await mailIs(`delivered_at = ${ago(1)}`)
      },
      /Delivered.*Reached the mailbox.*The link works until/,
      '/invitation"',
    ],
    [
      'bounced',
      'Bounced',
      () => bounced('hard', 'no_mailbox'),
      /Bounced.*Came back.*Why: there is no such mailbox\..*\(479\) 555-0103/,
      '/invitation/repair"',
    ],
    [
      'bounced',
      'Bounced',
      () => bounced('hard', 'content_rejected'),
      /Bounced.*Came back.{1,60}Why: the mailbox did not take what it says\./,
      '/invitation/repair"',
    ],
    [
      'bounced',
      'Bounced',
      () => bounced('soft', 'unknown'),
      /Bounced.*Came back.*could not take it then/,
      '/invitation/repair"',
    ],
    [
      'bounced',
      'Bounced',
      async () => {
        await invited()
        await mailed({ delivered_at: Date.now() - 2 * hour })
        await mailIs(`complained_at = ${ago(1)}`)
      },
      /Bounced.*reported it as spam/,
      '/invitation/repair"',
    ],
    [
      'mail-failed',
      'Mail failed',
      async () => {
        await invited({ sent_at: null, expires_at: null })
        await mailed({ sent_at: null })
        await mailIs(`failed_at = ${ago(1)}, failure = 'validation_error'`)
      },
      /Mail failed.*Could not be sent/,
      '/invitation/repair"',
    ],
    [
      'locked',
      'Locked: date of birth',
      () => invited({ birth_date_tries: 5, locked_at: Date.now() - hour }),
      /Locked.*Five wrong dates of birth/,
      '/invitation"',
    ],
    [
      'expired',
      'Expired',
      () => invited({ sent_at: Date.now() - 100 * hour, expires_at: Date.now() - 4 * hour }),
      /Expired.*The link stopped working/,
      '/invitation"',
    ],
    [
      'expired',
      'Expired',
      async () => {
        await invited({ sent_at: Date.now() - 100 * hour, expires_at: Date.now() - 4 * hour })
        await mailed({ delivered_at: Date.now() - 99 * hour })
      },
      /Expired/,
      '/invitation"',
    ],
  ])('%s (%#)', async (list, label, happen, story, act) => {
    await happen()
    const { text, html } = await look(`?show=${list}`)
    expect(await listed(`?show=${list}`)).toEqual(['otto-chart'])
    expect(await counted(label)).toBe('1')
    expect(text.slice(text.indexOf('Next step'))).toMatch(story)
    expect(text).toContain('otto@example.test')
    expect(html).toContain(`href="/admin/patients/otto-chart${act}`)
    for (const other of ['not-invited', 'sent', 'delivered', 'bounced', 'mail-failed', 'locked', 'expired'])
      if (other !== list) expect([other, await listed(`?show=${other}`)]).toEqual([other, []])
  })

  test('registered, with the newest first', async () => {
    expect(new Set(await listed('?show=registered'))).toEqual(new Set(['rosa-chart', 'ines-chart']))
    expect(await counted('Registered')).toBe('2')
  })

  test('asked for a new link, besides the list the link is in', async () => {
    await invited({ sent_at: Date.now() - 100 * hour, expires_at: Date.now() - 4 * hour })
    await insert('invitation_requests', {
      id: 'r',
      invitation_id: 'i-otto-chart',
      patient_id: 'otto-chart',
      requested_at: Date.now() - hour,
    })
    expect(await listed('?show=asked')).toEqual(['otto-chart'])
    expect(await listed('?show=expired')).toEqual(['otto-chart'])
    expect((await look('?show=asked')).text).toContain('Asked for a new link Nov')
    expect((await listed()).filter((id) => id === 'otto-chart')).toHaveLength(1)
    await as('frida').submit('/admin/patients/otto-chart/invitation', {})
    expect(await listed('?show=asked')).toEqual([])
    expect(await listed('?show=sent')).toEqual(['otto-chart'])
  })

  test('reminded, on day two, is said', async () => {
    await invited({ reminded_at: Date.now() - hour })
    expect((await look('?show=sent')).text).toMatch(/Reminded \w+ \d+, \d{4}/)
  })

  test('what a later mail reached is not bounced any more', async () => {
    await invited()
    await mailed()
    await mailIs(`bounced_at = ${ago(2)}, bounce_kind = 'soft'`)
    await mailed({ delivered_at: Date.now() - hour }, 'otto-chart', 'invitation-reminder')
    expect(await listed('?show=delivered')).toEqual(['otto-chart'])
  })

  test('an address that was corrected elsewhere leaves no open invitation', async () => {
    await invited()
    await run("UPDATE patients SET email = 'new@example.test' WHERE id = 'otto-chart'")
    expect(await listed('?show=not-invited')).toEqual(['otto-chart'])
    expect((await look('?show=not-invited')).text).toContain('Address changed')
  })

  test.each(['deceased_at', 'inactive_at'])('nobody is asked to look after someone with %s', async (fact) => {
    await run(`UPDATE patients SET ${fact} = 1 WHERE id = 'otto-chart'`)
    expect(await listed()).not.toContain('otto-chart')
  })

  test.each([
    ['email = NULL', 'Add or correct the address', '/address"'],
    ["birth_date = '2020-01-01'", 'This patient is under 18.', undefined],
  ])('with %s the next step is another', async (set, words, act) => {
    await run(`UPDATE patients SET ${set} WHERE id = 'otto-chart'`)
    const { text, html } = await look('?show=not-invited')
    expect(text).toContain(words)
    expect(html).not.toContain('href="/admin/patients/otto-chart/invitation"')
    if (act) expect(html).toContain(`href="/admin/patients/otto-chart${act}`)
  })
})

test('what needs a person stands first', async () => {
  const add = async (id: string) => {
    await insert('patients', {
      id,
      given_name: 'Kim',
      family_name: id,
      search_name: id,
      birth_date: '1970-01-01',
      email: 'otto@example.test',
      created_at: 1,
    })
    await invited({}, id)
  }
  for (const id of ['fresh', 'arrived', 'back', 'shut', 'late']) await add(id)
  await mailed({ delivered_at: Date.now() - hour }, 'arrived')
  await mailed({ bounced_at: Date.now() - hour, bounce_kind: 'hard' }, 'back')
  await run("UPDATE invitations SET locked_at = 5, birth_date_tries = 5 WHERE id = 'i-shut'")
  await run("UPDATE invitations SET expires_at = 5 WHERE id = 'i-late'")
  expect((await listed()).slice(0, 6)).toEqual(['back', 'shut', 'late', 'otto-chart', 'fresh', 'arrived'])
  await insert('invitation_requests', {
    id: 'r',
    invitation_id: 'i-fresh',
    patient_id: 'fresh',
    requested_at: 9,
  })
  expect((await listed()).slice(0, 2)).toEqual(['fresh', 'back'])
})

test('a page holds 25 or 50, and every one stands on one of them', async () => {
  await run(
    `INSERT INTO patients (id, given_name, family_name, search_name, created_at)
      SELECT 'many-' || value, 'Kim', 'Many', 'many kim', 1 FROM json_each(?)`,
    JSON.stringify(Array.from({ length: 59 }, (_, i) => i))
  )
  const query = '?show=not-invited'
  const pages = [await listed(query), await listed(`${query}&page=2`), await listed(`${query}&page=3`)]
  expect(pages.map(({ length }) => length)).toEqual([25, 25, 10])
  expect(new Set(pages.flat()).size).toBe(60)
  expect(await listed(`${query}&size=50`)).toHaveLength(50)
  expect((await look(`${query}&size=50`)).html).toContain('?show=not-invited&amp;size=50&amp;page=2')
  expect((await as('frida').get(`${desk}${query}&page=4`)).status).toBe(404)
  for (const odd of ['?show=everything', '?size=7', '?page=-1', '?page=x', '?show=constructor'])
    expect((await as('frida').get(`${desk}${odd}`)).status).toBe(200)
})

test('looking is written down, without a name', async () => {
  const mark = await auditMark()
  await look('?show=bounced')
  expect(await auditSince(mark)).toEqual([
    {
      actor: 'front-desk',
      account_id: 'frida',
      patient_id: null,
      action: 'invitations.listed',
      subject_id: null,
    },
  ])
})

test.each(['nadia', 'audra', 'rosa', 'milo'] as const)('%s is refused', async (person) => {
  const response = await as(person).get(desk)
  expect(response.status).toBe(404)
  expect(await response.text()).not.toContain('Otto')
})

test('the dashboard counts what cannot wait, and leads to it', async () => {
  await invited({ locked_at: 1, birth_date_tries: 5 })
  const html = await (await as('frida').get('/admin')).text()
  expect((await readPage(html)).text).toContain('Locked: date of birth: 1')
  expect(html).toContain('href="/admin/invitations?show=locked"')
})

// The list is kept by triggers, the word of a row is worked out from its facts: both must say the same, whatever happens.
test('the table of the desk and the rule agree, whatever happened', async () => {
  const moment = fc.option(fc.integer({ min: 1, max: 6 }), { nil: null })
  const now = Date.now()
  const at = (value: number | null) => (value === null ? null : now - value * hour)
  const facts = fc.record({
    accepted: fc.constant(null),
    replaced: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null, freq: 8 }),
    revoked: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null, freq: 8 }),
    changed: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null, freq: 8 }),
    sent: moment,
    over: fc.boolean(),
    tries: fc.constantFrom(0, 4, 5),
    failed: moment,
    delivered: moment,
    bounced: moment,
    complained: moment,
    reminderDelivered: moment,
    reminderBounced: moment,
    otherAddress: fc.boolean(),
  })
  await invited()
  await mailed()
  await mailed({}, 'otto-chart', 'invitation-reminder')
  await fc.assert(
    fc.asyncProperty(facts, async (f) => {
      const sent = at(f.sent)
      await env.DB.batch([
        env.DB.prepare(
          `UPDATE invitations SET replaced_at = ?, revoked_at = ?, address_changed_at = ?, sent_at = ?, expires_at = ?,
            created_at = ?, birth_date_tries = ?, locked_at = ?, email = ? WHERE id = 'i-otto-chart'`
        ).bind(
          at(f.replaced),
          at(f.revoked),
          at(f.changed),
          sent,
          sent === null ? null : f.over ? now - 1 : now + hour,
          f.over ? now - 200 * hour : now - 8 * hour,
          f.tries,
          f.tries === 5 ? now - hour : null,
          f.otherAddress ? 'old@example.test' : 'otto@example.test'
        ),
        env.DB.prepare(
          `UPDATE outbox SET sent_at = ?, failed_at = ?, delivered_at = ?, bounced_at = ?, complained_at = ?
            WHERE id = 'invitation-otto-chart'`
        ).bind(sent, sent === null ? at(f.failed) : null, at(f.delivered), at(f.bounced), at(f.complained)),
        env.DB.prepare(
          "UPDATE outbox SET delivered_at = ?, bounced_at = ? WHERE id = 'invitation-reminder-otto-chart'"
        ).bind(at(f.reminderDelivered), at(f.reminderBounced)),
      ])
      const [row] = await db()
        .select({ invitation: invitations, ...mailFate })
        .from(invitations)
      const status =
        row &&
        portalStatus(
          { accountId: null, email: 'otto@example.test' },
          { ...row, ...row.invitation },
          new Date(now)
        )
      const place = await env.DB.prepare(
        "SELECT place, at FROM invitation_desk WHERE patient_id = 'otto-chart'"
      ).first<{
        place: string
        at: number
      }>()
      const isLive = place && (place.place === 'sent' || place.place === 'delivered')
      const word = isLive && place.at <= now ? 'expired' : place?.place
      const expected: Record<string, string> = {
        sending: 'sent',
        mailFailed: 'mail-failed',
        replaced: 'not-invited',
        revoked: 'not-invited',
        addressChanged: 'not-invited',
      }
      expect([f, word]).toEqual([f, expected[String(status)] ?? status])
      const view = await env.DB.prepare(
        "SELECT place, at, requested_at FROM invitation_desk_now WHERE patient_id = 'otto-chart'"
      ).first()
      const kept = await env.DB.prepare(
        "SELECT place, at, requested_at FROM invitation_desk WHERE patient_id = 'otto-chart'"
      ).first()
      expect(kept).toEqual(view)
    }),
    { numRuns: 150 }
  )
})

describe('with 50,000 patients', () => {
  test.each([
    '',
    '?show=bounced',
    '?show=expired',
    '?show=not-invited',
    '?show=delivered&page=3',
    '?show=asked',
  ])('the desk%s takes two trips and reads by index alone', async (query) => {
    const { database, asked } = watched(env.DB)
    await as('frida', { ...env, DB: database }).get(`${desk}${query}`)
    expect(asked.trips).toBe(2)
    const ours = asked.statements.filter(({ sql }) => sql.includes('invitation_desk'))
    expect(ours.length).toBe(2)
    for (const { sql, values } of ours) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>()
      const scans = plan.results
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN (invitation_desk|d|patients|invitations|o|i)\b/.test(detail))
      // The few who asked have an index of their own.
      expect(scans.filter((detail) => !detail.endsWith('INDEX invitation_desk_asked'))).toEqual([])
      expect(
        plan.results.some(
          ({ detail }) => detail.includes('invitation_desk_by_place') || query === '?show=asked'
        )
      ).toBe(true)
    }
  })

  test('it answers as quickly as with ten', async () => {
    const numbers = (from: number) => JSON.stringify(Array.from({ length: 5000 }, (_, i) => from + i))
    for (let from = 0; from < 50_000; from += 5000)
      await env.DB.batch([
        env.DB.prepare(
          `INSERT INTO patients (id, given_name, family_name, search_name, birth_date, email, created_at)
            SELECT 'p' || value, 'Kim', 'N' || value, 'kim', '1950-01-01', 'otto@example.test', value FROM json_each(?)`
        ).bind(numbers(from)),
        env.DB.prepare(
          `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, invited_by, created_at, sent_at, expires_at)
            SELECT 'p' || value, 'patient', 'p' || value, 'otto@example.test', 'p' || value, 'en', 'frida', 1, 1,
              ${Date.now()} + iif(value % 3 = 0, -1, 1) * (1 + value) * 3600000 FROM json_each(?) WHERE value % 2 = 0`
        ).bind(numbers(from)),
      ])
    const began = Date.now()
    for (const query of ['', '?page=30', '?show=expired&size=50&page=20', '?show=not-invited&page=40'])
      expect((await listed(query)).length).toBeGreaterThanOrEqual(25)
    expect(Date.now() - began).toBeLessThan(4000)
    expect(await counted('Not invited')).toBe('1000+')
    expect((await look('?show=expired')).text).toContain('Only the first 1000 are listed')
  }, 60_000)
})
