import { and, eq, isNull, sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { recordViews } from '../../db/schema.ts'
import type { Chart } from '../../patients/chart.ts'
import { type Reason, viewLife } from './view.ts'

/** Lets someone look at the record as its patient sees it, in one session and for a while; once per form. */
export const openView = (
  db: Db,
  chart: Chart<'record'>,
  sessionId: string,
  { submissionId: id, reason }: Reason,
  now: Date
) => {
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${recordViews} WHERE id = ${id})`
  return db.batch([
    audit(db, chart.did('as-patient-read', now, id), isNew),
    db.run(sql`INSERT INTO ${recordViews} (id, patient_id, account_id, session_id, reason, opened_at, expires_at)
      SELECT ${id}, ${chart.patientId}, ${chart.viewer.id}, ${sessionId}, ${reason}, ${now.getTime()},
        ${now.getTime() + viewLife} WHERE ${isNew}`),
  ])
}

/** Ends every look of this session at the record before its time. */
export const endView = (db: Db, chart: Chart<'record'>, sessionId: string, now: Date) => {
  const open = and(
    eq(recordViews.sessionId, sessionId),
    eq(recordViews.patientId, chart.patientId),
    eq(recordViews.accountId, chart.viewer.id),
    isNull(recordViews.endedAt)
  )
  return db.batch([
    audit(
      db,
      chart.did('as-patient-ended', now),
      sql`EXISTS (SELECT 1 FROM ${recordViews} WHERE ${open} AND expires_at > ${now.getTime()})`
    ),
    db.update(recordViews).set({ endedAt: now }).where(open),
  ])
}
