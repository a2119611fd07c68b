import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { sessions, throttles, trustedDevices } from '../../src/db/schema.ts'
import worker from '../../src/index.ts'
import { db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

const day = 24 * 60
const runCron = (at: string) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(at), cron: '* * * * *' }), env)

async function oldAndNew() {
  const seen = (tokenHash: string, minutes: number) => ({
    tokenHash,
    accountId: 'rosa',
    createdAt: minutesAgo(minutes),
    seenAt: minutesAgo(minutes),
  })
  await db().batch([
    db()
      .insert(sessions)
      .values([seen('long ago', 31 * day), seen('lately', 29 * day)]),
    db()
      .insert(throttles)
      .values([
        { key: 'long ago', count: 3, since: minutesAgo(3 * day) },
        { key: 'lately', count: 3, since: minutesAgo(day) },
      ]),
  ])
}

const left = async (table: string, column: string) =>
  (await env.DB.prepare(`SELECT ${column} AS name FROM ${table}`).all<{ name: string }>()).results.map(
    ({ name }) => name
  )

test('sessions and counters that have run out go with the full hour', async () => {
  await oldAndNew()
  await runCron('2026-11-22T15:00:12Z')
  expect(await left('sessions', 'token_hash')).not.toContain('long ago')
  expect(await left('sessions', 'token_hash')).toContain('lately')
  expect(await left('throttles', 'key')).toEqual(['lately'])
})

test('and stay until then', async () => {
  await oldAndNew()
  await runCron('2026-11-22T15:01:12Z')
  expect(await left('sessions', 'token_hash')).toContain('long ago')
  expect(await left('throttles', 'key')).toContain('long ago')
})

test('trust in a device is forgotten once it has run out', async () => {
  await db()
    .insert(trustedDevices)
    .values(
      [1, -1].map((minutes) => ({
        accountId: 'rosa',
        id: minutes > 0 ? 'run out' : 'still trusted',
        trustedAt: minutesAgo(30 * day),
        trustedUntil: minutesAgo(minutes),
      }))
    )
  await runCron('2026-11-22T15:00:12Z')
  expect(await left('trusted_devices', 'id')).toEqual(['still trusted'])
})
