import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Bindings } from '../../src/env.ts'
import worker from '../../src/index.ts'

/** Cron strikes: a full hour unless told. */
export const strike = (at = '2026-11-22T15:00:12Z', bindings: Bindings = env) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(at), cron: '* * * * *' }), bindings)

/** While `act` runs, the database refuses an act on a table, in words that must not get out. */
export async function refusing<T>(act: string, on: string, during: () => Promise<T>): Promise<T> {
  await env.DB.prepare(
    `CREATE TRIGGER refused_for_a_test BEFORE ${act} ON ${on} BEGIN SELECT RAISE(ABORT, 'Rosa has secrets'); END`
  ).run()
  try {
    return await during()
  } finally {
    await env.DB.prepare('DROP TRIGGER refused_for_a_test').run()
  }
}
