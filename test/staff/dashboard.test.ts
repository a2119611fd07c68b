import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { jobs } from '../../src/cron.ts'
import { appointments } from '../../src/db/schema.ts'
import { localDate } from '../../src/i18n/format.ts'
import { instant } from '../../src/i18n/wall-clock.ts'
import { lastDays } from '../../src/staff/dashboard/trend.ts'
import { as } from '../support/browser.ts'
import { strike } from '../support/cron.ts'
import { seedFeeds } from '../support/feeds.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, db, minutesAgo, type Person, seed } from '../support/people.ts'

beforeEach(seed)

const dashboard = async (person: Person, bindings = env) => {
  const html = await (await as(person, bindings).get('/admin')).text()
  return { html, ...(await readPage(html)) }
}
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()

const hour = 60 * 60 * 1000

test.each([
  ['okafor', 3, null, 'No mail has left for more than 2 hours'],
  ['frida', 3, 1, 'Our mail leaves, but has not arrived for more than 2 hours'],
  ['frida', 1, 1, ''],
  ['nadia', 3, null, ''],
] as const)('%s learns first that mail does not get through: %i, %s', async (person, queued, sent, words) => {
  const ago = (hours: number | null) => hours && Date.now() - hours * hour
  await run(
    "INSERT INTO outbox (id, kind, subject_id, created_at, due_at, sent_at) VALUES ('c', 'canary', 'c', ?1, ?1, ?2)",
    ago(queued),
    ago(sent)
  )
  const { text } = await dashboard(person, { ...env, CANARY_ADDRESS: 'mail-check@practice.example' })
  if (words) expect(text).toContain(`${words}Tell an admin.`)
  else expect(text).not.toContain('Tell an admin.')
})

const invitation = (id: string, patientId: string, facts: Record<string, number | null>) => {
  const row: Record<string, unknown> = {
    id,
    kind: 'patient',
    patient_id: patientId,
    email: `${patientId.replace('-chart', '')}@example.test`,
    token_hash: id,
    language: 'en',
    invited_by: 'frida',
    created_at: Date.now() - hour,
    sent_at: Date.now() - hour,
    expires_at: Date.now() + hour,
    ...facts,
  }
  const names = Object.keys(row)
  return run(
    `INSERT INTO invitations (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
}

describe('messages', () => {
  test('are counted, with the one that waits longest', async () => {
    const { text, html } = await dashboard('nadia')
    expect(text).toMatch(/Open messages: 1\s*Oldest waits 40 m/)
    expect(text).toContain('Past the promised time: 0')
    expect(text).toContain('Not assigned: 1')
    expect(html).toContain('href="/admin/messages?show=overdue"')
  })

  test('that are late are counted apart', async () => {
    await run(
      "UPDATE work_items SET due_at = ?, opened_at = ? WHERE id = 'ines-work'",
      1,
      Date.now() - 26.5 * hour
    )
    const { text } = await dashboard('nadia')
    expect(text).toContain('Past the promised time: 1')
    expect(text).toContain('Oldest waits 26 h 30 m')
  })

  test('that nobody waits for leave no oldest', async () => {
    await run('UPDATE work_items SET done_at = 1')
    expect((await dashboard('nadia')).text).not.toContain('Oldest')
  })

  test('of the care team are no business of the front desk, those of its own queues are', async () => {
    const { text } = await dashboard('frida')
    expect(text).toContain('Open messages: 0')
    expect(text).not.toContain('Oldest')
    await run("UPDATE work_items SET queue = 'billing'")
    expect((await dashboard('frida')).text).toMatch(/Open messages: 1\s*Oldest waits 40 m/)
  })
})

describe('invitations', () => {
  const past = Date.now() - hour
  test.each([
    ['expired', 'Expired', { expires_at: past }],
    ['locked', 'Locked: date of birth', { locked_at: past, birth_date_tries: 5 }],
  ])('%s are counted and lead to the invite desk', async (show, label, facts) => {
    expect((await dashboard('frida')).text).toContain(`${label}: 0`)
    await invitation('i', 'otto-chart', facts)
    const { text, html } = await dashboard('frida')
    expect(text).toContain(`${label}: 1`)
    const url = `/admin/invitations?show=${show}`
    expect(html).toContain(`href="${url}"`)
    expect(await (await as('frida').get(url)).text()).toContain('Otto Nguyen')
  })

  test.each([
    ['used', { accepted_at: past }],
    ['replaced', { replaced_at: past }],
    ['taken back', { revoked_at: past }],
    ['outdated by a new address', { address_changed_at: past }],
  ])('that were %s wait for nobody', async (_, facts) => {
    await invitation('i', 'otto-chart', facts)
    const { text } = await dashboard('frida')
    for (const label of ['Expired', 'Locked: date of birth']) expect(text).toContain(`${label}: 0`)
  })

  test('of someone who registered in another way are done', async () => {
    await invitation('i', 'rosa-chart', { expires_at: past })
    expect((await dashboard('frida')).text).toContain('Expired: 0')
  })

  test('asked for again are counted and listed', async () => {
    await invitation('i', 'otto-chart', { expires_at: past })
    await run(
      "INSERT INTO invitation_requests (id, invitation_id, patient_id, requested_at) VALUES ('r', 'i', 'otto-chart', 1)"
    )
    expect((await dashboard('frida')).text).toContain('Asked for a new link: 1')
    expect(await (await as('frida').get('/admin/invitations?show=asked')).text()).toContain('Otto Nguyen')
  })

  test('whose mail failed are counted until another is made', async () => {
    await invitation('i', 'otto-chart', { sent_at: null, expires_at: null })
    await run(
      "INSERT INTO outbox (id, kind, subject_id, patient_id, created_at, due_at, failed_at, failure) VALUES ('m', 'invitation', 'i', 'otto-chart', 1, 1, 2, 'x')"
    )
    expect((await dashboard('frida')).text).toContain('Mail failed: 1')
    expect(await (await as('frida').get('/admin/invitations?show=mail-failed')).text()).toContain(
      'Otto Nguyen'
    )
    await as('frida').submit('/admin/patients/otto-chart/invitation', {})
    expect((await dashboard('frida')).text).toContain('Mail failed: 0')
  })

  test('are no business of a nurse', async () => {
    const { html } = await dashboard('nadia')
    expect(html).not.toContain('/admin/patients')
    expect(html).not.toContain('/admin/invitations')
  })
})

describe('visits of today', () => {
  const visit = (id: string, startsAt: Date, status: 'booked' | 'cancelled' = 'booked') =>
    db()
      .insert(appointments)
      .values({ id, patientId: 'rosa-chart', kind: 'lab', status, startsAt, createdAt: minutesAgo(1) })

  test('are those of the practice’s own day that still stand', async () => {
    await visit('now', new Date())
    await visit('off', new Date(), 'cancelled')
    await visit('yesterday', minutesAgo(24 * 60))
    await visit('tomorrow', minutesAgo(-24 * 60))
    expect((await dashboard('frida')).text).toContain('Visits today: 1')
  })
})

describe('what needs someone now', () => {
  /** The lines of the first card, each with its link. */
  const linesFor = async (person: Person) => {
    const { html } = await dashboard(person)
    const card = html.match(/<section class="card flow" aria-labelledby="now">[\s\S]*?<\/section>/)?.[0] ?? ''
    return [...card.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, line = '']) => ({
      words: line
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
      to: line.match(/href="([^"]*)"/)?.[1],
    }))
  }
  const outbox = (id: string, facts: Record<string, unknown>) => {
    const row = { id, kind: 'invitation', subject_id: 'x', created_at: 1, due_at: 1, ...facts }
    const names = Object.keys(row)
    return run(
      `INSERT INTO outbox (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      ...Object.values(row)
    )
  }

  /** Something of every kind, each in another number. */
  async function pile() {
    await strike()
    await run("UPDATE work_items SET due_at = 1, flagged_at = 1, urgency = 0 WHERE id = 'ines-work'")
    for (const i of [1, 2]) await outbox(`bounced-${i}`, { sent_at: 5, bounced_at: 6 })
    await outbox('settled', { sent_at: 5, bounced_at: 6, given_up_at: 7 })
    await outbox('failed', { patient_id: 'otto-chart', failed_at: 8 })
    await invitation('i', 'otto-chart', { expires_at: Date.now() - hour })
    await run(
      "INSERT INTO invitation_requests (id, invitation_id, patient_id, requested_at) VALUES ('r', 'i', 'otto-chart', 1)"
    )
    await run(
      `INSERT INTO appointment_requests (id, appointment_id, patient_id, account_id, kind, words, submission_id, asked_at)
       VALUES ('q', 'infusion', 'rosa-chart', 'rosa', 'cancel', '', 'q', 5)`
    )
    await seedFeeds()
    await run("UPDATE job_runs SET failure = 'lost' WHERE job IN ('mail', 'audit-seals', 'old-links')")
  }
  const work = [
    { words: 'Flagged messages: call first: 1', to: '/admin/messages?show=flagged' },
    { words: 'Late messages: 1', to: '/admin/messages?show=overdue' },
  ]
  const desk = [
    { words: 'Mails that failed: 1', to: '/admin/mail?show=failed' },
    { words: 'Mails that came back: 2', to: '/admin/mail?show=bounced' },
    { words: 'Patients who want a new link: 1', to: '/admin/invitations?show=asked' },
    { words: 'Requests to change an appointment: 1', to: '/admin/appointments/requests' },
    { words: 'Results without a patient: 1', to: '/admin/unmatched' },
  ]
  const system = [{ words: 'Jobs that failed or are late: 3', to: '/admin/health' }]

  test.each([
    ['okafor', [...work, ...desk, ...system]],
    ['nadia', work],
    ['frida', desk],
    ['audra', []],
  ] as const)('%s is told of what they may do, each with where', async (person, expected) => {
    await pile()
    expect(await linesFor(person)).toEqual(expected)
  })

  test('nothing is said to need anyone when nothing does', async () => {
    await strike()
    await run('UPDATE work_items SET done_at = 1')
    await run('DELETE FROM outbox')
    for (const person of ['okafor', 'nadia', 'frida'] as const) {
      expect(await linesFor(person)).toEqual([])
      expect((await dashboard(person)).text).toContain('Nothing needs you right now.')
    }
  })

  test('a portal whose cron never ran says so to who can mend it', async () => {
    expect(await linesFor('okafor')).toContainEqual({
      words: `Jobs that failed or are late: ${jobs.length}`,
      to: '/admin/health',
    })
    expect(JSON.stringify(await linesFor('frida'))).not.toContain('Jobs')
  })
})

describe('the last two weeks', () => {
  const zone = 'America/Chicago'
  const startOf = (daysBack: number) => {
    const today = localDate(new Date(), zone)
    return instant(
      new Date(Date.parse(`${today}T00:00Z`) - daysBack * 24 * hour).toISOString().slice(0, 10),
      '00:01',
      zone
    )
  }
  /** The rows of the table, today last. */
  const tableFor = async (person: Person) => {
    const { html } = await dashboard(person)
    const table = html.match(/<table class="queue" aria-labelledby="trends">[\s\S]*?<\/table>/)?.[0] ?? ''
    const cells = (row: string, tag: string) =>
      [...row.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`, 'g'))].map(([, cell]) => cell)
    const rows = [...table.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) => row)
    return { heads: cells(rows[0] ?? '', 'th'), days: rows.slice(1).map((row) => cells(row, 'td')) }
  }

  async function happen() {
    await run('DELETE FROM messages')
    await run('DELETE FROM work_items')
    const message = (id: string, role: string, at: number) =>
      run(
        `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id)
         VALUES (?1, 'refill', 'rosa', ?2, 'x', 'en', ?3, ?1)`,
        id,
        role,
        at
      )
    await message('today', 'patient', startOf(0))
    await message('today too', 'caregiver', startOf(0))
    await message('ours', 'staff', startOf(0))
    await message('first day', 'patient', startOf(13))
    await message('the day before', 'patient', startOf(13) - 2 * 60_000)
    const done = (id: string, how: string, at: number) =>
      run(
        `INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, done_at, done_how)
         VALUES (?, 'refill', 'nurses', 1, 1, ?, ?)`,
        id,
        at,
        how
      )
    await done('a', 'answered', startOf(1))
    await done('b', 'phone', startOf(1))
    await done('c', 'closed', startOf(1))
    await invitation('used', 'otto-chart', { accepted_at: startOf(2) })
    const mail = (id: string, column: string, at: number) =>
      run(
        `INSERT INTO outbox (id, kind, subject_id, created_at, due_at, ${column}) VALUES (?, 'x', 'x', 1, 1, ?)`,
        id,
        at
      )
    await mail('s', 'sent_at', startOf(3))
    await mail('f', 'failed_at', startOf(0))
  }

  test('are counted by the practice’s own days', async () => {
    await happen()
    const { heads, days } = await tableFor('okafor')
    expect(heads).toEqual(['Day', 'Messages', 'Answered', 'Registered', 'Mails sent', 'Mails failed'])
    expect(days).toHaveLength(14)
    const column = (i: number) => days.map((day) => Number(day[i]))
    const at = (...places: [daysBack: number, count: number][]) =>
      Array.from({ length: 14 }, (_, i) => places.find(([back]) => 13 - back === i)?.[1] ?? 0)
    expect(column(0)).toEqual(at([0, 2], [13, 1]))
    expect(column(1)).toEqual(at([1, 2]))
    expect(column(2)).toEqual(at([2, 1]))
    expect(column(3)).toEqual(at([3, 1]))
    expect(column(4)).toEqual(at([0, 1]))
  })

  test('are summed in words beside each picture', async () => {
    await happen()
    const { text, html } = await dashboard('okafor')
    expect(text).toContain('3 came (full), 2 answered (hollow).')
    expect(text).toContain('1 person registered.')
    expect(text).toContain('1 sent (full), 1 failed (hollow).')
    expect(html.match(/<svg class="bars"/g)).toHaveLength(3)
    expect(text).toMatch(/From \w+ \d+, \d{4} on the left to \w+ \d+, \d{4} on the right\./)
  })

  test('show nobody more than their role may know', async () => {
    await happen()
    expect((await tableFor('nadia')).heads).toEqual(['Day', 'Messages', 'Answered'])
    expect((await tableFor('frida')).heads).toEqual(['Day', 'Registered', 'Mails sent', 'Mails failed'])
    expect((await tableFor('audra')).heads).toEqual([])
  })

  test('have days of 23 and 25 hours where the clocks change', () => {
    const hours = (now: string) => lastDays(new Date(now), zone).map(({ from, to }) => (to - from) / hour)
    expect(hours('2026-11-05T18:00Z').filter((each) => each !== 24)).toEqual([25])
    expect(hours('2026-03-12T18:00Z').filter((each) => each !== 24)).toEqual([23])
    const days = lastDays(new Date('2026-11-05T05:30Z'), zone)
    expect(days.at(-1)?.date).toBe('2026-11-04')
    expect(days.slice(1).every(({ from }, i) => from === days[i]?.to)).toBe(true)
  })
})

test('an administrator sees everything', async () => {
  const { text } = await dashboard('okafor')
  for (const label of ['Open messages', 'Asked for a new link', 'Visits today']) expect(text).toContain(label)
})

test('an auditor is led to the audit log, and shown no number', async () => {
  const { text, html } = await dashboard('audra')
  expect(text).toContain('Audit log')
  expect(html).not.toMatch(/Open messages|Sent, not used yet|Visits today/)
})

test.each(['rosa', 'milo', 'vera', 'ines'] as const)('%s is refused', async (person) => {
  const mark = await auditMark()
  expect((await as(person).get('/admin')).status).toBe(404)
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['staff.any.refused'])
})

test('nobody is sent to sign in', async () => {
  expect((await as('nobody').get('/admin')).headers.get('Location')).toBe('/sign-in?next=%2Fadmin')
})
