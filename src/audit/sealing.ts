import { sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { auditEntries, auditSeals } from '../db/schema.ts'
import { dayOf, digestOf, type Entry, entriesPerSeal, type Head, headKey, pieces, type Seal } from './seal.ts'

/** Seals of one run at most. */
const perRun = 100

/**
 * Seals what was written down since the last seal. Of two runs at once the second finds the place taken and seals
 * nothing: both would have said the same.
 */
export async function sealAudit(db: Db, key: string, now: Date) {
  const [[last], entries] = await db.batch([
    db.all<Seal>(sql`SELECT * FROM ${auditSeals} ORDER BY id DESC LIMIT 1`),
    db.all<Entry>(sql`SELECT * FROM ${auditEntries}
      WHERE seq > (SELECT coalesce(max(last_seq), 0) FROM ${auditSeals}) ORDER BY seq LIMIT ${perRun * entriesPerSeal}`),
  ])
  let before = last?.digest ?? ''
  const seals: (typeof auditSeals.$inferInsert)[] = []
  for (const piece of pieces(entries)) {
    const [first, end] = [piece[0], piece.at(-1)]
    if (!first || !end) continue
    before = await digestOf(key, before, piece)
    seals.push({ day: dayOf(first.at), firstSeq: first.seq, lastSeq: end.seq, digest: before, sealedAt: now })
  }
  const [first, ...rest] = seals.map((seal) => db.insert(auditSeals).values(seal))
  if (first) await db.batch([first, ...rest]).catch(ifSealedMeanwhile)
}

/** The trail no longer holds the seal that is kept apart. */
class TrailCutOff extends Error {
  override name = 'TrailCutOff'
}

/**
 * Keeps the newest seal a second time, outside the database: whoever cuts off the end of the trail does not reach it
 * there. What the trail does not hold any more is evidence, and stays until a person has looked.
 */
export async function keepHead(db: Db, files: R2Bucket) {
  const object = await files.get(headKey)
  const kept = object && (await object.json<Head>())
  const [[last], [same]] = await db.batch([
    db.all<Seal>(sql`SELECT * FROM ${auditSeals} ORDER BY id DESC LIMIT 1`),
    db.all<Seal>(sql`SELECT * FROM ${auditSeals}
      WHERE id = ${kept?.id ?? null} AND last_seq = ${kept?.last_seq ?? null} AND digest = ${kept?.digest ?? null}`),
  ])
  if (kept && !same) throw new TrailCutOff('The seal that is kept apart is not in the trail')
  if (!last || last.id === kept?.id) return
  const head: Head = { id: last.id, last_seq: last.last_seq, digest: last.digest }
  // Of two runs at once the one that comes second leaves it to the other.
  await files.put(headKey, JSON.stringify(head), object ? { onlyIf: { etagMatches: object.etag } } : {})
}

/** Somebody else was quicker: their seals say what ours would have. */
function ifSealedMeanwhile(error: unknown) {
  const told = `${error} ${error instanceof Error ? error.cause : ''}`
  if (!/audit seals never change/.test(told)) throw error
}
