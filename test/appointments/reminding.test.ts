import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { dueReminder, momentOfReminder } from '../../src/appointments/reminders/reminder.ts'
import { noticeChange, queueAppointmentReminders } from '../../src/appointments/reminders/store.ts'
import { appointmentKinds } from '../../src/db/schema.ts'
import { localDate } from '../../src/i18n/format.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { listMailbox } from '../../src/outbox/dev-mailbox.ts'
import { choose, helpInesToo } from '../support/notices.ts'
import { db, seed } from '../support/people.ts'
import { dictionaries } from '../support/words.ts'

const development = { ...env, ENVIRONMENT: 'development' }
/** Delivers what is due at a moment; every mail there is. */
async function deliverAll(at: Date) {
  await deliverDue(development, mailWriters, () => at)
  return listMailbox(development, undefined)
}

beforeEach(async () => {
  await seed()
  for (const { key } of (await env.FILES.list({ prefix: 'dev-mailbox/' })).objects)
    await env.FILES.delete(key)
  await env.DB.batch([env.DB.prepare('DELETE FROM appointments'), env.DB.prepare('DELETE FROM outbox')])
})

const chicago = 'America/Chicago'
const hour = 3_600_000
/** Noon in Chicago on 8 December: three days later is the 11th. */
const start = new Date('2026-12-11T20:00:00Z')
const threeDays = new Date('2026-12-08T16:00:00Z')
const oneDay = new Date('2026-12-10T16:00:00Z')
const later = (at: Date, hours: number) => new Date(at.getTime() + hours * hour)

const book = (id: string, startsAt: Date, status = 'booked', createdAt = 1, patientId = 'rosa-chart') =>
  env.DB.prepare(
    `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at) VALUES (?, ?, 'infusion', ?, ?, ?)`
  )
    .bind(id, patientId, status, startsAt.getTime(), createdAt)
    .run()
const run = (at: Date) => queueAppointmentReminders(db(), at)
const queued = async () =>
  (
    await env.DB.prepare(
      "SELECT account_id FROM outbox WHERE kind = 'appointment-reminder' ORDER BY created_at, account_id"
    ).all<{ account_id: string }>()
  ).results.map(({ account_id }) => account_id)

describe('when', () => {
  test('not before ten in the morning three days before, and from then on once', async () => {
    await book('one', start)
    await run(later(threeDays, -0.01))
    expect(await queued()).toEqual([])
    for (const hours of [0, 0.02, 1, 30]) await run(later(threeDays, hours))
    expect(await queued()).toEqual(['milo', 'rosa'])
  })

  test('a run that breaks off leaves nothing behind, and the next one reminds once', async () => {
    await book('one', start)
    await env.DB.prepare(
      "CREATE TRIGGER broken BEFORE INSERT ON appointment_reminders BEGIN SELECT RAISE(ABORT, 'broken'); END"
    ).run()
    try {
      await expect(run(threeDays)).rejects.toThrow()
      expect(await queued()).toEqual([])
    } finally {
      await env.DB.prepare('DROP TRIGGER broken').run()
    }
    for (const hours of [0.1, 0.2]) await run(later(threeDays, hours))
    expect(await queued()).toEqual(['milo', 'rosa'])
  })

  test('and once more the day before', async () => {
    await book('one', start)
    await run(threeDays)
    for (const hours of [0, 0.02, 5]) await run(later(oneDay, hours))
    expect(await queued()).toEqual(['milo', 'rosa', 'milo', 'rosa'])
  })

  test('a run that comes days late reminds once, not twice on one day', async () => {
    await book('one', start)
    await run(later(oneDay, 3))
    await run(later(oneDay, 4))
    expect(await queued()).toEqual(['milo', 'rosa'])
  })

  test('never after it has begun', async () => {
    await book('one', start)
    await run(start)
    expect(await queued()).toEqual([])
  })

  test('ten runs at the same moment are one', async () => {
    await book('one', start)
    await Promise.all(Array.from({ length: 10 }, () => run(threeDays)))
    expect(await queued()).toEqual(['milo', 'rosa'])
  })

  test('one mail for a day of several stops, each remembered by itself', async () => {
    await book('labs', later(start, -3))
    await book('visit', later(start, -2))
    await book('infusion', start)
    await run(threeDays)
    expect(await queued()).toEqual(['milo', 'rosa'])
    const { results } = await env.DB.prepare('SELECT count(*) AS n FROM appointment_reminders').all()
    expect(results).toEqual([{ n: 6 }])
  })

  test('what is moved is reminded of at its new time', async () => {
    await book('one', start)
    await run(threeDays)
    await env.DB.prepare('UPDATE appointments SET starts_at = ?')
      .bind(later(start, 7 * 24).getTime())
      .run()
    await run(oneDay)
    expect(await queued()).toHaveLength(2)
    await run(later(threeDays, 7 * 24))
    expect(await queued()).toHaveLength(4)
  })

  test('what was made after the moment was told then', async () => {
    await book('one', start, 'booked', later(oneDay, 1).getTime())
    await run(later(oneDay, 2))
    expect(await queued()).toEqual([])
  })

  test.each(['cancelled', 'fulfilled', 'noshow'])('none of one that is %s', async (status) => {
    await book('one', start, status)
    await run(threeDays)
    expect(await queued()).toEqual([])
  })
})

describe('who', () => {
  test.each(['rosa', 'milo'] as const)('not %s, who does without', async (who) => {
    await choose(who, ['new-message', 'new-result'])
    await book('one', start)
    await run(threeDays)
    expect(await queued()).toEqual(['milo', 'rosa'].filter((each) => each !== who))
  })

  test('a caregiver who does without for one record is reminded of the other', async () => {
    await helpInesToo()
    await choose('milo', [], 'ines-chart')
    await book('one', start)
    await book('other', start, 'booked', 1, 'ines-chart')
    await run(threeDays)
    expect(await queued()).toEqual(['ines', 'milo', 'rosa'])
  })

  test('who chooses otherwise before it is sent is not written to, and later is', async () => {
    await book('one', start)
    await run(threeDays)
    await choose('milo', [])
    expect((await deliverAll(threeDays)).map(({ to }) => to)).toEqual(['rosa@example.test'])
    await choose('milo', ['appointment-reminder'])
    await run(oneDay)
    expect(await queued()).toEqual(['milo', 'rosa', 'milo', 'rosa'])
  })

  test('nobody whose access was revoked', async () => {
    await env.DB.prepare(
      "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE revoked_at IS NULL"
    ).run()
    await book('one', start)
    await run(threeDays)
    expect(await queued()).toEqual(['rosa'])
  })
})

describe('a change', () => {
  const tellChange = (patientId = 'rosa-chart') =>
    db().batch([noticeChange(db(), sql`${patientId}`, threeDays, sql`1`)])
  const told = async () => (await deliverAll(threeDays)).map(({ to }) => to).sort()

  test('is told to the patient always, and not to a caregiver who does without for that record', async () => {
    await helpInesToo()
    await choose('milo', [], 'ines-chart')
    await choose('rosa', [])
    await tellChange('ines-chart')
    expect(await told()).toEqual(['ines@example.test'])
    await tellChange()
    expect(await told()).toEqual(['ines@example.test', 'milo@example.test', 'rosa@example.test'])
  })

  test('is not told to a caregiver who chose so before it is sent', async () => {
    await tellChange()
    await choose('milo', ['new-message'])
    await choose('rosa', [])
    expect(await told()).toEqual(['rosa@example.test'])
  })
})

describe('a large practice', () => {
  test('reminds of the day after next even when many appointments come before it', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
      INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at)
      SELECT 'busy-' || i, 'ines-chart', 'lab', 'booked', ? + i * 60000, 1 FROM n`
    )
      .bind(later(threeDays, 1).getTime())
      .run()
    await book('one', start)
    await run(threeDays)
    expect(await queued()).toEqual(['ines', 'milo', 'rosa'])
  })
})

describe('a patient who has died or left', () => {
  test.each(['deceased_at', 'inactive_at'])(
    'is not reminded of, nor are those who cared for them (%s)',
    async (column) => {
      await book('one', start)
      await env.DB.prepare(`UPDATE patients SET ${column} = 1 WHERE id = 'rosa-chart'`).run()
      await run(threeDays)
      expect(await queued()).toEqual([])
    }
  )

  test.each(['deceased_at', 'inactive_at'])(
    'since it was queued, is no longer written of (%s)',
    async (column) => {
      await book('one', start)
      await run(threeDays)
      await env.DB.prepare(`UPDATE patients SET ${column} = 1 WHERE id = 'rosa-chart'`).run()
      expect(await deliverAll(threeDays)).toEqual([])
    }
  )
})

describe('the mail', () => {
  test('says nothing of what, when or for whom', async () => {
    await book('one', start)
    await run(threeDays)
    const mails = await deliverAll(threeDays)
    expect(mails).toHaveLength(2)
    // The cast's account ids, one of which stands in the link that stops such mail, are names; real ones are drawn by lot.
    for (const { subject, text, html } of mails)
      for (const part of [subject, text, html ?? ''])
        expect(part.replaceAll(/Hillside Cancer Care|\/unsubscribe\/\w+/g, '')).not.toMatch(
          /infus|chemo|oncolog|cancer|rosa|díaz|december|friday|2:00|okafor/i
        )
  })

  test('of a change says no more, in either language, whatever the kind', async () => {
    await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'milo'").run()
    for (const kind of appointmentKinds)
      await env.DB.prepare(
        `INSERT INTO appointments (id, patient_id, kind, status, starts_at, created_at) VALUES (?1, 'rosa-chart', ?1, 'booked', ?2, 1)`
      )
        .bind(kind, start.getTime())
        .run()
    await db().batch([noticeChange(db(), sql`${'rosa-chart'}`, threeDays, sql`1`)])
    const mails = await deliverAll(threeDays)
    expect(mails.map(({ to }) => to).sort()).toEqual(['milo@example.test', 'rosa@example.test'])
    const telling = (['en', 'es'] as const)
      .flatMap((language) => Object.values(dictionaries[language].appointments.kind))
      .filter((word) => !/^(appointment|cita)$/i.test(word))
    for (const { subject, text, html } of mails)
      for (const part of [subject, text, html ?? ''])
        for (const word of [...telling, 'Rosa', 'Díaz', 'cancer', 'chemo', 'quimio', 'oncolog'])
          expect(part.replaceAll('Hillside Cancer Care', '').toLowerCase()).not.toContain(word.toLowerCase())
  })

  test.each([
    ['cancelled', "UPDATE appointments SET status = 'cancelled'"],
    ['moved', 'UPDATE appointments SET starts_at = starts_at + 3600000'],
  ])('does not go out where it was %s meanwhile', async (_, change) => {
    await book('one', start)
    await run(threeDays)
    await env.DB.prepare(change).run()
    expect(await deliverAll(threeDays)).toEqual([])
  })

  test('goes out for what still stands of the day', async () => {
    await book('labs', later(start, -3))
    await book('infusion', start)
    await run(threeDays)
    await env.DB.prepare("UPDATE appointments SET status = 'cancelled' WHERE id = 'labs'").run()
    expect(await deliverAll(threeDays)).toHaveLength(2)
  })
})

describe('days on which clocks change', () => {
  test.each([
    ['2026-11-04T16:00:00Z', 3, '2026-11-01T16:00:00.000Z'],
    ['2026-11-02T15:00:00Z', 1, '2026-11-01T16:00:00.000Z'],
    ['2026-11-01T14:00:00Z', 1, '2026-10-31T15:00:00.000Z'],
    ['2027-03-15T14:00:00Z', 1, '2027-03-14T15:00:00.000Z'],
    ['2027-03-14T14:00:00Z', 1, '2027-03-13T16:00:00.000Z'],
  ])('an appointment at %s is reminded of %i days before at %s', (starts, distance, moment) => {
    expect(momentOfReminder(new Date(starts), distance, chicago).toISOString()).toBe(moment)
  })

  test('whatever minute a run comes in, each reminder goes out once, on the right day or late, never early', () => {
    const zones = ['America/Chicago', 'America/Phoenix', 'Pacific/Honolulu', 'America/New_York']
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2026-01-10'), max: new Date('2028-01-01'), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.array(fc.integer({ min: 0, max: 6 * 24 * 60 }), { minLength: 1, maxLength: 40 }),
        (startsAt, zone, minutes) => {
          const runs = minutes
            .map((minute) => new Date(startsAt.getTime() - minute * 60_000))
            .sort((a, b) => a.getTime() - b.getTime())
          const told = new Map<number, Date>()
          for (const now of runs) {
            const distance = dueReminder({ startsAt, createdAt: new Date(0), changedAt: null }, now, zone)
            if (distance && !told.has(distance)) told.set(distance, now)
          }
          const days = [...told.values()].map((at) => localDate(at, zone))
          expect(new Set(days).size).toBe(days.length)
          for (const [distance, at] of told) {
            expect(at.getTime()).toBeGreaterThanOrEqual(momentOfReminder(startsAt, distance, zone).getTime())
            expect(at.getTime()).toBeLessThan(startsAt.getTime())
          }
        }
      )
    )
  })
})
