import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { accounts, auditEntries, feeds, grants, invitations, patients, recordViews } from '../db/schema.ts'
import { instant } from '../i18n/wall-clock.ts'
import type { Told } from './telling.ts'

/** Entries on one page. */
export const perPage = 50

type Row = Omit<Told, 'at'> & { at: number }

/** Who it was, by name, as far as that is still known. `e` is the entry, and `record` where the grants of its record are now. */
const about = (record: SQL) => sql`
  coalesce(a.given_name || ' ' || a.family_name, f.name) AS name, a.staff_role AS staffRole, a.id AS accountId,
  (SELECT g.relationship FROM ${grants} g WHERE g.account_id = e.account_id
    AND g.patient_id IN (e.patient_id, ${record}) ORDER BY g.granted_at DESC LIMIT 1) AS relationship,
  (SELECT v.reason FROM ${recordViews} v WHERE e.action = 'record.as-patient-read' AND v.id = e.subject_id) AS reason`
const joined = sql`LEFT JOIN ${accounts} a ON a.id = e.account_id LEFT JOIN ${feeds} f ON f.id = e.account_id`

/** What staff wrote down as they let a caregiver in or ended access: for auditors, not for the patient. */
const said = sql`CASE e.action
  WHEN 'sharing.revoked' THEN (SELECT g.revoked_reason FROM ${grants} g WHERE g.id = e.subject_id)
  WHEN 'sharing.invited' THEN (SELECT i.proof FROM ${invitations} i WHERE i.id = e.subject_id) END AS said`

const asTold = (row: Row): Told => ({ ...row, at: new Date(row.at) })

export type Shown = 'read' | 'download' | 'write' | 'sign-in'

const kinds: Record<Shown, SQL> = {
  read: sql`(action LIKE '%.read' OR action LIKE '%-read')`,
  download: sql`action LIKE '%.downloaded'`,
  'sign-in': sql`action LIKE 'sign-in.%'`,
  write: sql`NOT (action LIKE '%.read' OR action LIKE '%-read' OR action LIKE '%.downloaded' OR action LIKE 'sign-in.%')`,
}

/** A place in the trail, as it stands in an address: the moment of an entry and its number. */
export type Cursor = { at: number; seq: number }
export const cursorOf = ({ at, seq }: { at: Date; seq: number }) => `${at.getTime()}-${seq}`
export function cursorIn(text: string | undefined): Cursor | undefined {
  const [, at, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? []
  return at && seq ? { at: Number(at), seq: Number(seq) } : undefined
}
const olderThan = ({ at, seq }: Cursor = { at: Number.MAX_SAFE_INTEGER, seq: 0 }) =>
  sql`(at, seq) < (${at}, ${seq})`

/** The records that turned out to be the same person's as this one, whose past is part of its past. */
const retired = (patientId: string) => sql`(WITH RECURSIVE gone(id) AS (
    SELECT id FROM ${patients} WHERE merged_into = ${patientId}
    UNION SELECT p.id FROM ${patients} p JOIN gone ON p.merged_into = gone.id) SELECT id FROM gone)`

const arrivals = sql`('sign-in.password', 'sign-in.app', 'sign-in.passkey', 'sign-in.recovery-code')`

/**
 * What was done at one record, how its owner signed in, and that its caregivers did while they had access; newest first.
 * `before`: older than that entry.
 */
export async function listForRecord(
  db: Db,
  { patientId, accountId }: { patientId: string; accountId: string },
  { show, before, limit = perPage }: { show?: Shown | undefined; before?: Cursor | undefined; limit?: number }
) {
  const which = sql`${olderThan(before)} AND ${show ? kinds[show] : sql`1`}`
  const [rows] = await db.batch([
    db.all<Row>(sql`SELECT e.seq, e.at, e.actor, e.action, e.patient_id AS patientId, e.subject_id AS subjectId,
      e.device, ${about(sql`${patientId}`)}
      FROM (SELECT * FROM (SELECT * FROM ${auditEntries} WHERE patient_id = ${patientId} AND ${which}
          ORDER BY at DESC, seq DESC LIMIT ${limit + 1})
        UNION ALL SELECT * FROM (SELECT * FROM ${auditEntries} WHERE patient_id IN ${retired(patientId)} AND ${which}
          ORDER BY at DESC, seq DESC LIMIT ${limit + 1})
        UNION ALL SELECT * FROM (SELECT * FROM ${auditEntries} WHERE account_id = ${accountId} AND patient_id IS NULL
          AND action LIKE 'sign-in.%' AND ${which} ORDER BY at DESC, seq DESC LIMIT ${limit + 1})
        UNION ALL SELECT * FROM (SELECT seq, at, account_id, 'caregiver' AS actor, ${patientId} AS patient_id, action,
            NULL AS subject_id, request_id, device
          FROM ${auditEntries} WHERE patient_id IS NULL AND action IN ${arrivals} AND account_id <> ${accountId}
            AND account_id IN (SELECT account_id FROM ${grants} WHERE patient_id = ${patientId})
            AND EXISTS (SELECT 1 FROM ${grants} g WHERE g.patient_id = ${patientId} AND g.account_id = audit_entries.account_id
              AND at >= g.granted_at AND at < coalesce(g.revoked_at, at + 1))
            AND ${which} ORDER BY at DESC, seq DESC LIMIT ${limit + 1})) e
      ${joined} ORDER BY e.at DESC, e.seq DESC LIMIT ${limit + 1}`),
  ])
  return { rows: rows.slice(0, limit).map(asTold), more: rows.length > limit }
}

const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/** What an auditor looks for. Days are those of the practice, first and last included. */
export type Wanted = { from: string; to: string; email: string; mrn: string; action: string }

/** The whole trail, newest first, as far as it is wanted. */
export async function searchTrail(
  db: Db,
  { from, to, email, mrn, action }: Wanted,
  timeZone: string,
  { before, limit = perPage }: { before?: Cursor | undefined; limit?: number }
) {
  const conditions = [
    olderThan(before),
    ...(from ? [sql`e.at >= ${instant(from, '00:00', timeZone)}`] : []),
    ...(to ? [sql`e.at < ${instant(dayAfter(to), '00:00', timeZone)}`] : []),
    ...(email ? [sql`e.account_id = (SELECT id FROM ${accounts} WHERE email = ${email})`] : []),
    ...(mrn ? [sql`e.patient_id = (SELECT id FROM ${patients} WHERE mrn = ${mrn})`] : []),
    ...(action ? [sql`e.action >= ${action} AND e.action < ${`${action}\uffff`}`] : []),
  ]
  const [rows, [seal]] = await db.batch([
    db.all<
      Row & { mrn: string | null; said: string | null }
    >(sql`SELECT e.seq, e.at, e.actor, e.action, e.patient_id AS patientId, e.subject_id AS subjectId,
      e.device, p.mrn AS mrn, ${about(sql`p.merged_into`)}, ${said} FROM ${auditEntries} e ${joined} LEFT JOIN ${patients} p ON p.id = e.patient_id
      WHERE ${sql.join(conditions, sql` AND `)} ORDER BY e.at DESC, e.seq DESC LIMIT ${limit + 1}`),
    db.all<{ last: number | null; at: number | null }>(
      sql`SELECT last_seq AS last, sealed_at AS at FROM audit_seals WHERE id = (SELECT max(id) FROM audit_seals)`
    ),
  ])
  return {
    rows: rows
      .slice(0, limit)
      .map((row) => ({ ...asTold(row), mrn: row.mrn, reason: row.reason ?? row.said })),
    more: rows.length > limit,
    sealed: seal?.last && seal.at ? { last: seal.last, at: new Date(seal.at) } : undefined,
  }
}
