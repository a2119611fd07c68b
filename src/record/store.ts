import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { readyFor } from '../appointments/ready.ts'
import { type Appointment, happened, preparations } from '../appointments/store.ts'
import type { Db } from '../db/client.ts'
import {
  accounts,
  appointmentRequests,
  appointments,
  encounters,
  reports,
  threads,
  visitQuestions,
} from '../db/schema.ts'
import type { Language } from '../i18n/text.ts'
import { earlierConclusions } from '../labs/report.ts'
import {
  type Conclusion,
  contentsOf,
  isOpened,
  listed,
  type Observation,
  type ObservationVersion,
  type Report,
  type ReportFile,
  visible,
} from '../labs/store.ts'
import { type AttachedFile, filesOfThreads } from '../messages/files/store.ts'
import { messagesOf } from '../messages/store.ts'
import type { Message } from '../messages/thread.ts'
import type { Chart } from '../patients/chart.ts'

/** Rows that are in memory at once; a report or a conversation comes with all that is in it. */
export const portion = { reports: 40, threads: 40, visits: 500 }

/** What this reader may take along of the reports: what they may read on the pages, and nothing else. */
const readable = (chart: Chart<'record' | 'labs'>, now: Date) =>
  and(visible(chart, now), isOpened(chart)) as SQL

/** How much there is to take along, and how many reports stay behind because this reader has not opened them. */
export async function countRecord(db: Db, chart: Chart<'record'>, now: Date) {
  const own = (table: SQL) =>
    sql`(SELECT count(*) FROM ${table} WHERE patient_id = ${chart.patientId})`.mapWith(Number)
  const [[found]] = await db.batch([
    db
      .select({
        reports: sql`count(CASE WHEN ${readable(chart, now)} THEN 1 END)`.mapWith(Number).as('readable'),
        unopened: sql`count(CASE WHEN ${readable(chart, now)} THEN NULL ELSE 1 END)`
          .mapWith(Number)
          .as('unopened'),
        appointments: own(sql`${appointments}`).as('appointments'),
        threads: own(sql`${threads}`).as('threads'),
      })
      .from(reports)
      .where(listed(chart, now)),
  ])
  return found ?? { reports: 0, unopened: 0, appointments: 0, threads: 0 }
}
export type RecordCounts = Awaited<ReturnType<typeof countRecord>>

/** Portions until one is not full. */
async function* portions<Row>(size: number, read: (last: Row | undefined) => Promise<Row[]>) {
  let last: Row | undefined
  do {
    const rows = await read(last)
    yield rows
    last = rows.length === size ? rows.at(-1) : undefined
  } while (last)
}

export type WholeReport = {
  report: Report
  results: { result: Observation; versions: ObservationVersion[] }[]
  conclusions: Conclusion[]
  files: ReportFile[]
}

/** Every report this reader may take along, newest first. */
export const readReports = (db: Db, chart: Chart<'record' | 'labs'>, now: Date) =>
  portions<WholeReport>(portion.reports, async (last) => {
    const older =
      last &&
      sql`(${reports.collectedAt}, ${reports.id}) < (${last.report.collectedAt.getTime()}, ${last.report.id})`
    const some = db
      .select({ id: reports.id })
      .from(reports)
      .where(and(readable(chart, now), older))
      .orderBy(desc(reports.collectedAt), desc(reports.id))
      .limit(portion.reports)
    const which = inArray(reports.id, some)
    const [rows, results, versions, conclusions, files] = await db.batch([
      db.select().from(reports).where(which).orderBy(desc(reports.collectedAt), desc(reports.id)),
      ...contentsOf(db, which),
    ])
    const resultsOf = Map.groupBy(results, ({ reportId }) => reportId)
    const versionsOf = Map.groupBy(versions, ({ observationId }) => observationId)
    const conclusionsOf = Map.groupBy(conclusions, ({ reportId }) => reportId)
    const filesOf = Map.groupBy(files, ({ reportId }) => reportId)
    return rows.map((report) => ({
      report,
      results: (resultsOf.get(report.id) ?? []).map((result) => ({
        result,
        versions: versionsOf.get(result.id) ?? [],
      })),
      conclusions: earlierConclusions(report, conclusionsOf.get(report.id) ?? []),
      files: filesOf.get(report.id) ?? [],
    }))
  })

export type WholeThread = {
  thread: typeof threads.$inferSelect
  messages: { message: Message; files: AttachedFile[] }[]
}

/** Every conversation with all its messages, newest first. */
export const readThreads = (db: Db, chart: Chart<'record' | 'messages'>) =>
  portions<WholeThread>(portion.threads, async (last) => {
    const older =
      last &&
      sql`(${threads.lastMessageAt}, ${threads.id}) < (${last.thread.lastMessageAt.getTime()}, ${last.thread.id})`
    const some = db
      .select({ id: threads.id })
      .from(threads)
      .where(and(eq(threads.patientId, chart.patientId), older))
      .orderBy(desc(threads.lastMessageAt), desc(threads.id))
      .limit(portion.threads)
    const which = inArray(threads.id, some)
    const [rows, messages, files] = await db.batch([
      db.select().from(threads).where(which).orderBy(desc(threads.lastMessageAt), desc(threads.id)),
      messagesOf(db, which),
      filesOfThreads(db, chart, sql`${some}`),
    ])
    const messagesIn = Map.groupBy(messages, ({ threadId }) => threadId)
    const filesWith = Map.groupBy(files, ({ messageId }) => messageId)
    return rows.map((thread) => ({
      thread,
      messages: (messagesIn.get(thread.id) ?? []).map((message) => ({
        message,
        files: filesWith.get(message.id) ?? [],
      })),
    }))
  })

/** Every appointment, oldest first, with how to get ready as its page says it. */
export const readAppointments = (db: Db, chart: Chart<'record' | 'appointments'>, language: Language) =>
  portions<Appointment>(portion.visits, async (last) => {
    const later =
      last && sql`(${appointments.startsAt}, ${appointments.id}) > (${last.startsAt.getTime()}, ${last.id})`
    const [rows, texts] = await db.batch([
      db
        .select()
        .from(appointments)
        .where(and(eq(appointments.patientId, chart.patientId), later))
        .orderBy(asc(appointments.startsAt), asc(appointments.id))
        .limit(portion.visits),
      preparations(db),
    ])
    return rows.map((row) => ({
      ...row,
      preparation: readyFor(row, texts, language).lines.join('\n') || null,
    }))
  })

export type PastVisit = typeof encounters.$inferSelect

/** Every visit that took place, oldest first. */
export const readVisits = (db: Db, chart: Chart<'record' | 'appointments'>, now: Date) =>
  portions<PastVisit>(portion.visits, async (last) => {
    const later =
      last && sql`(${encounters.startedAt}, ${encounters.id}) > (${last.startedAt.getTime()}, ${last.id})`
    const [rows] = await db.batch([
      db
        .select()
        .from(encounters)
        .where(and(happened(chart, now), later))
        .orderBy(asc(encounters.startedAt), asc(encounters.id))
        .limit(portion.visits),
    ])
    return rows
  })

/** Who asked. */
const asker = { givenName: accounts.givenName, familyName: accounts.familyName }

const questionColumns = {
  id: visitQuestions.id,
  patientId: visitQuestions.patientId,
  day: visitQuestions.day,
  body: visitQuestions.body,
  ...asker,
}
export type SavedQuestion = Pick<typeof visitQuestions.$inferSelect, 'id' | 'patientId' | 'day' | 'body'> & {
  givenName: string
  familyName: string
}

/** Every question that stands on the sheet of a day, oldest day first. */
export const readQuestions = (db: Db, chart: Chart<'record' | 'appointments'>) =>
  portions<SavedQuestion>(portion.visits, async (last) => {
    const later = last && sql`(${visitQuestions.day}, ${visitQuestions.id}) > (${last.day}, ${last.id})`
    const [rows] = await db.batch([
      db
        .select(questionColumns)
        .from(visitQuestions)
        .innerJoin(accounts, eq(accounts.id, visitQuestions.accountId))
        .where(and(eq(visitQuestions.patientId, chart.patientId), isNull(visitQuestions.removedAt), later))
        .orderBy(asc(visitQuestions.day), asc(visitQuestions.id))
        .limit(portion.visits),
    ])
    return rows
  })

const changeColumns = {
  id: appointmentRequests.id,
  patientId: appointmentRequests.patientId,
  appointmentId: appointmentRequests.appointmentId,
  asked: appointmentRequests.kind,
  words: appointmentRequests.words,
  askedAt: appointmentRequests.askedAt,
  outcome: appointmentRequests.outcome,
  answer: appointmentRequests.answer,
  startsAt: appointments.startsAt,
  title: appointments.title,
  kind: sql<Appointment['kind']>`${appointments.kind}`.as('appointment_kind'),
  ...asker,
}
export type AskedChange = Pick<Appointment, 'startsAt' | 'title' | 'kind'> &
  Pick<
    typeof appointmentRequests.$inferSelect,
    'id' | 'patientId' | 'appointmentId' | 'words' | 'askedAt' | 'outcome' | 'answer'
  > & {
    asked: (typeof appointmentRequests.$inferSelect)['kind']
    givenName: string
    familyName: string
  }

/** Every change of an appointment that was asked for, oldest first. */
export const readAskedChanges = (db: Db, chart: Chart<'record' | 'appointments'>) =>
  portions<AskedChange>(portion.visits, async (last) => {
    const later =
      last &&
      sql`(${appointmentRequests.askedAt}, ${appointmentRequests.id}) > (${last.askedAt.getTime()}, ${last.id})`
    const [rows] = await db.batch([
      db
        .select(changeColumns)
        .from(appointmentRequests)
        .innerJoin(appointments, eq(appointments.id, appointmentRequests.appointmentId))
        .innerJoin(accounts, eq(accounts.id, appointmentRequests.accountId))
        .where(and(eq(appointmentRequests.patientId, chart.patientId), later))
        .orderBy(asc(appointmentRequests.askedAt), asc(appointmentRequests.id))
        .limit(portion.visits),
    ])
    return rows
  })
