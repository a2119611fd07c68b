import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, grants, keptForms, patients, sessions } from '../../db/schema.ts'
import { may } from '../permissions.ts'
import { answeredBy, type Viewer, type Writer } from '../visit.ts'
import { life, most, type Unsent } from './kept-form.ts'

export type KeptRow = typeof keptForms.$inferSelect
export type KeptLine = Pick<KeptRow, 'id' | 'path' | 'keptAt'>

/**
 * Keeps a form for the account of a session, or replaces what it kept of the same form before. It decides in the moment
 * of writing: a session that someone ended keeps nothing, and neither does one whose account could not have sent this.
 */
export async function storeKept(
  db: Db,
  { accountId, tokenHash, staffRole }: Writer,
  { id, unsent, sealed }: { id: string; unsent: Unsent; sealed: string },
  requestId: string,
  now: Date
) {
  const at = now.getTime()
  const expiresAt = at + life.kept
  const speaks = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE token_hash = ${tokenHash} AND account_id = ${accountId}
    AND ended_at IS NULL AND completed_at IS NOT NULL AND seen_at > ${at - life.session})`
  const isDesks = sql`${answeredBy(sql`(${unsent.threadId})`)} = 'front-desk'`
  const opens = unsent.kind.permission
    ? sql`EXISTS (SELECT 1 FROM ${accounts} WHERE id = ${accountId} AND staff_role IS ${staffRole})
        AND (${unsent.patientId} IS NULL OR EXISTS (SELECT 1 FROM ${patients} WHERE id = ${unsent.patientId}))
        AND ${unsent.kind.permission === 'desk-messages' && !may(staffRole, 'messages') ? isDesks : sql`1`}`
    : sql`(EXISTS (SELECT 1 FROM ${patients} WHERE id = ${unsent.patientId} AND account_id = ${accountId})
        OR EXISTS (SELECT 1 FROM ${grants} WHERE patient_id = ${unsent.patientId} AND account_id = ${accountId}
          AND revoked_at IS NULL))`
  const [kept] = await db.batch([
    db.all<{ id: string }>(sql`
      INSERT INTO ${keptForms} (id, account_id, path, sealed_fields, kept_at, expires_at)
      SELECT ${id}, ${accountId}, ${unsent.path}, ${sealed}, ${at}, ${expiresAt} WHERE ${speaks} AND ${opens}
      ON CONFLICT (id) DO UPDATE SET sealed_fields = ${sealed}, kept_at = ${at}, expires_at = ${expiresAt},
        finished_at = NULL WHERE account_id = ${accountId}
      RETURNING id`),
    db.run(sql`DELETE FROM ${keptForms} WHERE id IN (SELECT id FROM ${keptForms}
      WHERE account_id = ${accountId} AND finished_at IS NULL ORDER BY kept_at DESC, id LIMIT -1 OFFSET ${most.forms})`),
    audit(
      db,
      { at: now, accountId, actor: staffRole ?? 'account', action: 'kept.stored', subjectId: id, requestId },
      sql`EXISTS (SELECT 1 FROM ${keptForms} WHERE id = ${id} AND kept_at = ${at})`
    ),
  ])
  return kept.length > 0
}

/** One of an account's kept forms, and the others that wait. */
export async function findKept(db: Db, viewer: Viewer, keptId: string, requestId: string, now: Date) {
  const accountId = viewer.id
  const own = and(eq(keptForms.id, keptId), eq(keptForms.accountId, accountId))
  const entry = {
    at: now,
    ...actor(viewer),
    action: 'kept.read',
    subjectId: keptId,
    requestId,
  }
  const [[row], waiting] = await db.batch([
    db.select().from(keptForms).where(own).limit(1),
    db
      .select({ id: keptForms.id, path: keptForms.path, keptAt: keptForms.keptAt })
      .from(keptForms)
      .where(
        and(eq(keptForms.accountId, accountId), isNull(keptForms.finishedAt), gt(keptForms.expiresAt, now))
      )
      .orderBy(desc(keptForms.keptAt))
      .limit(most.forms),
    audit(
      db,
      entry,
      sql`EXISTS (SELECT 1 FROM ${keptForms} WHERE ${and(own, isNull(keptForms.finishedAt), gt(keptForms.expiresAt, now))})`
    ),
  ])
  return { row, others: waiting.filter(({ id }) => id !== keptId) }
}

type End = { id: string; path?: string; how: 'sent' | 'removed' }

/** A kept form is done with, and its words go. Statements to batch; nothing happens to what is not the viewer's. */
export function finishKept(db: Db, viewer: Viewer, { id, path, how }: End, requestId: string, now: Date) {
  const waiting = and(
    eq(keptForms.id, id),
    eq(keptForms.accountId, viewer.id),
    path === undefined ? undefined : eq(keptForms.path, path),
    isNull(keptForms.finishedAt)
  )
  const entry = {
    at: now,
    ...actor(viewer),
    action: `kept.${how}`,
    subjectId: id,
    requestId,
  }
  return [
    audit(db, entry, sql`EXISTS (SELECT 1 FROM ${keptForms} WHERE ${waiting})`),
    db.update(keptForms).set({ finishedAt: now, sealedFields: '' }).where(waiting),
  ] as const
}

/** Forms nobody came back for. */
export const sweepKept = (db: Db, now: Date) => db.delete(keptForms).where(lt(keptForms.expiresAt, now))
