import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Db, Drizzle } from '../db/client.ts'
import { accounts, grants, patients, practice, type queues, recordViews, sessions } from '../db/schema.ts'
import type { Bindings, RequestContext } from '../env.ts'
import { askedLanguage, preferredLanguage, speak } from '../i18n/text.ts'
import { paths } from '../paths.ts'
import { may, type Permission, type StaffRole } from './permissions.ts'
import { sha256 } from './secret.ts'
import { dropCookies, isLive, pageMark, secondsLeft, sessionToken, touchSession } from './session.ts'

export type Practice = typeof practice.$inferSelect
export type Patient = typeof patients.$inferSelect
type Account = typeof accounts.$inferSelect
type Queue = typeof queues.$inferSelect
type Grant = typeof grants.$inferSelect
export type View = typeof recordViews.$inferSelect
export type Session = typeof sessions.$inferSelect

/** Who is looking: the signed-in account behind this request. */
export type Viewer = {
  id: string
  email: string
  givenName: string
  familyName: string
  credentials: string | null
  staffRole: StaffRole | null
  language: Account['language']
  termsVersion: string | null
}

export type VisitRecord = {
  patient: Patient
  via: 'patient' | 'caregiver' | 'staff' | 'view'
  relationship: string | null
  /** What a caregiver may open it by. */
  grantId: string | null
}

/** An account as a session speaks for it. */
export type Writer = Pick<Session, 'accountId' | 'tokenHash'> & Pick<Account, 'staffRole'>

/** What of the messages a URL names. */
type Named = { threadId?: string; fileId?: string }

/** What one query tells about a request: the practice, who is looking, and at whose record. */
export type Visit = {
  practice: Practice
  viewer: Viewer | null
  /** Set also while the second step is still owed; `viewer` is not. */
  session: Session | null
  /** Seconds until the viewer is signed out if they do nothing, and until they are whatever they do. */
  endsIn: { idle: number; last: number } | null
  /** What a page carries so that it knows, when Back brings it up, whether it may still be shown. */
  pageMark: string | null
  /** The account behind a session whose second step is owed. */
  pending: Account | null
  /** Whose session ran out, second step and all, without anyone ending it. */
  timedOut: Writer | null
  /** The record named in the URL, and how the viewer comes to it. Null when it is not theirs to see. */
  record: VisitRecord | null
  /** What the viewer's staff role allows. */
  may: (permission: Permission) => boolean
  /** How many records the viewer may open, and the one that is their own or the first they were given. */
  records: { count: number; firstId: string | null }
  /** The newest look at this record as its patient sees it that the viewer began in this session, over or not. */
  view: View | null
  /** Threads in this record with something the viewer has not read. */
  unread: number
  /** Who answers the conversation, or the file of one, that the URL names. */
  answeredBy: Queue['answeredBy'] | null
}

/** Who answers a conversation: it lies where its open work lies, or else its last. */
export const answeredBy = (threadIds: SQL) =>
  sql<Queue['answeredBy'] | null>`(SELECT q.answered_by FROM work_items w JOIN queues q ON q.id = w.queue
    WHERE w.thread_id IN ${threadIds} ORDER BY w.done_at IS NULL DESC, w.done_at DESC LIMIT 1)`

/** One trip: session, account, grant, record and practice together (design.md, "Two trips to D1 per page"). */
const visitQuery = (db: Drizzle) =>
  db
    .select({
      practice,
      session: sessions,
      account: accounts,
      patient: patients,
      grant: grants,
      view: recordViews,
      recordCount: sql<number>`(SELECT count(*) FROM patients p WHERE p.account_id = ${accounts.id})
        + (SELECT count(*) FROM grants g WHERE g.account_id = ${accounts.id} AND g.revoked_at IS NULL)`,
      firstRecordId: sql<string | null>`coalesce(
        (SELECT p.id FROM patients p WHERE p.account_id = ${accounts.id} ORDER BY p.created_at LIMIT 1),
        (SELECT g.patient_id FROM grants g WHERE g.account_id = ${accounts.id} AND g.revoked_at IS NULL ORDER BY g.granted_at LIMIT 1))`,
      unread: sql<number>`(SELECT count(*) FROM threads t
        LEFT JOIN thread_reads r ON r.thread_id = t.id AND r.account_id = ${accounts.id}
        WHERE t.patient_id = ${patients.id} AND t.last_message_at > coalesce(r.read_at, 0))`,
      answeredBy: answeredBy(sql`(SELECT ${sql.placeholder('threadId')}
          UNION ALL SELECT m.thread_id FROM attachments f JOIN messages m ON m.id = f.message_id
            WHERE f.id = ${sql.placeholder('fileId')}
          UNION ALL SELECT d.thread_id FROM attachments f JOIN drafts d ON d.account_id = f.account_id
            AND d.id = f.submission_id WHERE f.id = ${sql.placeholder('fileId')} AND f.message_id IS NULL)`),
    })
    .from(practice)
    .leftJoin(sessions, and(eq(sessions.tokenHash, sql.placeholder('tokenHash')), isNull(sessions.endedAt)))
    .leftJoin(accounts, and(eq(accounts.id, sessions.accountId), isNull(accounts.deactivatedAt)))
    .leftJoin(patients, eq(patients.id, sql.placeholder('patientId')))
    .leftJoin(
      grants,
      and(eq(grants.patientId, patients.id), eq(grants.accountId, accounts.id), isNull(grants.revokedAt))
    )
    .leftJoin(
      recordViews,
      sql`${recordViews.id} = (SELECT v.id FROM record_views v WHERE v.session_id = ${sessions.id}
        AND v.patient_id = ${patients.id} AND v.account_id = ${accounts.id} ORDER BY v.opened_at DESC LIMIT 1)`
    )
    .where(eq(practice.id, 1))
    .limit(1)

async function findVisit(db: Db, tokenHash: string | null, patientId: string | null, named: Named) {
  const { threadId = '', fileId = '' } = named
  const [row] = await db
    .prepared(visitQuery)
    .all({ tokenHash: tokenHash ?? '', patientId: patientId ?? '', threadId, fileId })
  if (!row) throw new Error('The practice row is missing: run the migrations')
  return row
}

const staleAfter = 60_000

const byThemselves: string[] = [paths.sessionExtension, paths.keep]

/** Polls, prefetches and what a page asks or sends by itself are not a person at work, and must not keep a forgotten screen open. */
const isWork = (c: RequestContext) =>
  !c.req.header('Sec-Purpose') && !c.req.header('HX-Poll') && !byThemselves.includes(c.req.path)

/** Finds out who is looking and sets `c.var.visit`; every gate starts here and makes no other query. */
export async function loadVisit(
  c: RequestContext,
  patientId: string | null = null,
  named: Named = {}
): Promise<Visit> {
  const { db, now } = c.var
  const token = sessionToken(c)
  const row = await findVisit(db, token ? await sha256(token) : null, patientId, named)
  lastPractice = row.practice

  const { session, account, patient, grant, view } = row
  const isStaff = account !== null && account.staffRole !== null
  const live = session && account && isLive(session, isStaff, now) ? session : null
  const viewer = live?.completedAt && account ? viewerOf(account) : null
  // Their own pages stay what they are: a look is at the patient's.
  const isViewing = isOpen(view, now) && !c.req.path.startsWith(paths.admin)
  const record = patient && viewer ? recordOf(patient, viewer, grant, isViewing) : null
  const isStale = live !== null && now.getTime() - live.seenAt.getTime() > staleAfter
  const seenAt = isStale && viewer && isWork(c) ? now : live?.seenAt
  const visit: Visit = {
    practice: row.practice,
    viewer,
    session: live,
    endsIn: viewer && live && seenAt ? secondsLeft({ ...live, seenAt }, isStaff, now) : null,
    pageMark: viewer && pageMark(c),
    pending: live && !viewer ? account : null,
    timedOut:
      session?.completedAt && account && !live
        ? { accountId: account.id, tokenHash: session.tokenHash, staffRole: account.staffRole }
        : null,
    record,
    may: (permission) => may(viewer?.staffRole ?? null, permission),
    records: { count: row.recordCount ?? 0, firstId: row.firstRecordId },
    view: viewer ? view : null,
    unread: record && record.via !== 'view' ? row.unread : 0,
    answeredBy: row.answeredBy,
  }
  if (live && seenAt === now) db.alongside(touchSession(db, live.tokenHash, now))
  // Whoever only asks keeps it: what they had typed can still be kept for the account it names.
  if (token && !live && isWork(c)) dropCookies(c)

  c.set('visit', visit)
  await speak(c, askedLanguage(c) ?? account?.language ?? preferredLanguage(c))
  return visit
}

const isOpen = (view: View | null, now: Date) => view !== null && !view.endedAt && view.expiresAt > now

function recordOf(
  patient: Patient,
  viewer: Viewer,
  grant: Grant | null,
  isViewing: boolean
): VisitRecord | null {
  if (patient.accountId === viewer.id) return { patient, via: 'patient', relationship: null, grantId: null }
  if (grant) return { patient, via: 'caregiver', relationship: grant.relationship, grantId: grant.id }
  // What a staff role may open is decided at the door of each page.
  if (!viewer.staffRole) return null
  return { patient, via: isViewing ? 'view' : 'staff', relationship: null, grantId: null }
}

let lastPractice: Practice | undefined

/** For pages that must show the phone when D1 does not answer: what this isolate last knew, else the settings. */
export const visitWithoutDatabase = (env: Bindings): Visit => ({
  practice: lastPractice ?? {
    id: 1,
    name: 'CareSpace',
    phone: env.OFFICE_PHONE,
    address: '',
    timeZone: 'UTC',
    officeHours: [],
    holidays: [],
    categories: [],
    replyPromiseHours: 0,
    termsVersion: '',
    dangerWords: null,
    unreadAfterDays: 0,
    releaseHours: {},
    preliminaryResults: 'shown',
    keepBodiesDays: 0,
  },
  viewer: null,
  session: null,
  endsIn: null,
  pageMark: null,
  pending: null,
  timedOut: null,
  record: null,
  may: () => false,
  records: { count: 0, firstId: null },
  view: null,
  unread: 0,
  answeredBy: null,
})

const viewerOf = (account: Account): Viewer => ({
  id: account.id,
  email: account.email,
  givenName: account.givenName,
  familyName: account.familyName,
  credentials: account.credentials,
  staffRole: account.staffRole,
  language: account.language,
  termsVersion: account.termsVersion,
})
