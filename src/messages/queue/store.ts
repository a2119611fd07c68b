import { and, asc, desc, eq, isNull, lt, max, notExists, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { accounts, drafts, grants, patients, queues, threads, workItems } from '../../db/schema.ts'
import { may } from '../../identity/permissions.ts'
import type { Viewer } from '../../identity/visit.ts'
import { type Filter, filters, mostListed, type Part, type Shown, workPageSize } from './work.ts'

type Me = Pick<Viewer, 'id' | 'staffRole'>

const open = isNull(workItems.doneAt)

/** What the viewer's role may answer: all of it, or what lies in the queues of the front desk. */
export const answerable = ({ staffRole }: Pick<Viewer, 'staffRole'>): SQL | undefined =>
  may(staffRole, 'messages')
    ? undefined
    : // The plus keeps the index in the order of the list: it is read no further than is shown.
      sql`+${workItems.queue} IN (SELECT a.id FROM ${queues} a WHERE a.answered_by = 'front-desk')`
// Both there are: with them the index in the order of the queue also finds what is late.
const anyUrgency = sql`${workItems.urgency} IN (0, 1)`

/** Open work of one part of the queue; each part has an index in the order in which it is listed. */
const chosen = ({ filter, queue }: Part, me: Me, now: Date): SQL | undefined =>
  and(
    open,
    answerable(me),
    queue === undefined ? undefined : eq(workItems.queue, queue),
    {
      all: undefined,
      mine: eq(workItems.assignedTo, me.id),
      unassigned: isNull(workItems.assignedTo),
      overdue: and(anyUrgency, lt(workItems.dueAt, now)),
      flagged: eq(workItems.urgency, 0),
    }[filter]
  )

const upToMost = (where: SQL | undefined) =>
  sql`(SELECT count(*) FROM (SELECT 1 FROM ${workItems} WHERE ${where} LIMIT ${mostListed + 1}))`

/** How much waits for an answer: a statement, for the queue and the dashboard. It stops counting past `mostListed`. */
export const countOpenWork = (db: Db, me: Me, now: Date, queue?: string) =>
  db.all<Record<Filter, number>>(
    sql`SELECT ${sql.join(
      filters.map(
        (filter) => sql`${upToMost(chosen({ filter, queue }, me, now))} AS ${sql.identifier(filter)}`
      ),
      sql`, `
    )}`
  )

/** A statement: the queues in use that the viewer answers, in order, with how much waits in each. */
const countQueues = (db: Db, me: Me) =>
  db
    .select({
      id: queues.id,
      nameEn: queues.nameEn,
      nameEs: queues.nameEs,
      waits: upToMost(and(open, eq(workItems.queue, queues.id)))
        .mapWith(Number)
        .as('waits'),
    })
    .from(queues)
    .where(
      and(
        isNull(queues.retiredAt),
        may(me.staffRole, 'messages') ? undefined : eq(queues.answeredBy, 'front-desk')
      )
    )
    .orderBy(asc(queues.position))

/** A statement: what the viewer began to write for the staff and has not sent. What is in their own record is no work. */
const ownAnswers = (db: Db, me: Me) =>
  db
    .select({
      id: drafts.id,
      threadId: drafts.threadId,
      patientId: drafts.patientId,
      givenName: patients.givenName,
      familyName: patients.familyName,
      savedAt: drafts.savedAt,
    })
    .from(drafts)
    .innerJoin(patients, eq(patients.id, drafts.patientId))
    .where(
      and(
        eq(drafts.accountId, me.id),
        sql`${patients.accountId} IS NOT ${me.id}`,
        notExists(
          db
            .select({ one: sql`1` })
            .from(grants)
            .where(
              and(
                eq(grants.patientId, drafts.patientId),
                eq(grants.accountId, me.id),
                isNull(grants.revokedAt)
              )
            )
        )
      )
    )
    .orderBy(desc(drafts.savedAt))
    .limit(10)

/** One page of what waits: what is flagged first, then the next due; how much there is, and up to which change. */
export async function listWork(db: Db, me: Me, { page, ...part }: Part & { page: number }, now: Date) {
  const [rows, [counts], queues, begun, [last]] = await db.batch([
    db
      .select({
        threadId: workItems.threadId,
        queue: workItems.queue,
        kind: workItems.kind,
        openedAt: workItems.openedAt,
        dueAt: workItems.dueAt,
        urgency: workItems.urgency,
        subject: threads.subject,
        category: threads.category,
        aboutKind: threads.aboutKind,
        patientId: threads.patientId,
        givenName: patients.givenName,
        familyName: patients.familyName,
        birthDate: patients.birthDate,
        assigneeGivenName: sql<string | null>`${accounts.givenName}`.as('assignee_given_name'),
        assigneeFamilyName: sql<string | null>`${accounts.familyName}`.as('assignee_family_name'),
      })
      .from(workItems)
      .innerJoin(threads, eq(threads.id, workItems.threadId))
      .innerJoin(patients, eq(patients.id, threads.patientId))
      .leftJoin(accounts, eq(accounts.id, workItems.assignedTo))
      .where(chosen(part, me, now))
      .orderBy(asc(workItems.urgency), asc(workItems.dueAt))
      .limit(workPageSize)
      .offset((page - 1) * workPageSize),
    countOpenWork(db, me, now, part.queue),
    countQueues(db, me),
    ownAnswers(db, me),
    db.select({ version: max(workItems.version) }).from(workItems),
  ])
  return {
    rows,
    counts: counts ?? { all: 0, mine: 0, unassigned: 0, overdue: 0, flagged: 0 },
    queues,
    begun,
    shown: { version: last?.version ?? 0, at: now },
  }
}
export type WorkList = Awaited<ReturnType<typeof listWork>>
export type WorkRow = WorkList['rows'][number]
export type News = { fresh: number; changed: number }

/**
 * How much a page does not show yet: work that came, and what happened to the rest or has become late. It reads what
 * changed since and nothing else.
 */
export async function countNews(db: Db, me: Me, { filter, queue }: Part, { version, at }: Shown, now: Date) {
  const shownAt = at.getTime()
  const here = and(queue === undefined ? sql`1` : eq(workItems.queue, queue), answerable(me))
  // What is no longer in a part was in it perhaps: where that cannot be told, it counts.
  const concerns = {
    all: sql`1`,
    unassigned: sql`1`,
    mine: eq(workItems.assignedTo, me.id),
    overdue: lt(workItems.dueAt, now),
    flagged: eq(workItems.urgency, 0),
  }[filter]
  const [[news]] = await db.batch([
    db.all<News & { late: number }>(sql`SELECT
      count(*) FILTER (WHERE is_new AND is_open) AS fresh,
      count(*) FILTER (WHERE NOT is_new) AS changed,
      ${upToMost(
        and(
          open,
          here,
          concerns,
          sql`${workItems.dueAt} >= ${shownAt} AND ${workItems.dueAt} < ${now.getTime()}`
        )
      )} AS late
      FROM (SELECT opened_at > ${shownAt} AS is_new, done_at IS NULL AS is_open FROM ${workItems}
        WHERE ${workItems.version} > ${version} AND ${here} AND ${concerns} LIMIT ${mostListed})`),
  ])
  return { fresh: news?.fresh ?? 0, changed: (news?.changed ?? 0) + (news?.late ?? 0) }
}
