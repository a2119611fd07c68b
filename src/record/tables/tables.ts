import { arrival, hasMoved, placeOf } from '../../appointments/appointment.ts'
import type { Appointment } from '../../appointments/store.ts'
import type { Category } from '../../db/schema.ts'
import type { Format } from '../../i18n/format.ts'
import type { Dictionary, Language } from '../../i18n/text.ts'
import { isPerformed, judge } from '../../labs/observation.ts'
import { earlierValues } from '../../labs/report.ts'
import type { Report, ReportFile } from '../../labs/store.ts'
import { type Author, announcementCategory, categoryName } from '../../messages/thread.ts'
import { fullName } from '../../patients/name.ts'
import { csvLine, csvMark } from '../../web/csv.ts'
import type { AskedChange, PastVisit, SavedQuestion, WholeReport, WholeThread } from '../store.ts'

/** What a table is written with. */
export type Words = {
  t: Dictionary
  format: Format
  language: Language
  categories: Category[]
  /** Whose record it is. */
  patient: { givenName: string; familyName: string }
}
type Portions<Row> = AsyncIterable<Row[]>

const dayAndTime = (at: Date, { format }: Words) => [format.numericDate(at), format.time(at)]

/** Every result, values exactly as sent, and what a report says in words. */
export async function* tableOfResults(reports: Portions<WholeReport>, words: Words) {
  const { labs, record } = words.t
  const { report, reportStatus, comment } = record.columns
  yield csvMark + csvLine([report, reportStatus, ...labs.trend.columns, comment])
  for await (const portion of reports)
    yield portion
      .flatMap(({ report, results, files }) => [
        ...inWords(report, files, words),
        ...results.map(({ result, versions }) =>
          csvLine([
            report.title,
            labs.reportStatus[report.status],
            ...dayAndTime(result.collectedAt, words),
            result.name,
            result.code,
            result.value,
            result.unit,
            result.rangeLow,
            result.rangeHigh,
            result.rangeText,
            result.flag,
            isPerformed(result) ? labs.judgement[judge(result)] : labs.notPerformed,
            earlierValues(result, versions).join('; '),
            result.method,
            result.laboratory ?? report.laboratory,
            result.comment,
          ])
        ),
      ])
      .join('')
}

/** What a report says besides its results: many say nothing else. */
function inWords({ title, status, collectedAt, ...report }: Report, files: ReportFile[], words: Words) {
  const { labs } = words.t
  const said: [what: string, text: string | null][] = [
    [labs.conclusion, report.conclusion],
    [report.commentBy ? labs.noteFrom(report.commentBy) : labs.noteFromTeam, report.comment],
    [labs.documents, files.map(({ name }) => name).join('; ')],
  ]
  return said
    .filter(([, text]) => text)
    .map(([what, text]) =>
      csvLine([
        title,
        labs.reportStatus[status],
        ...dayAndTime(collectedAt, words),
        what,
        null,
        text,
        ...Array(8).fill(null),
        report.laboratory,
        null,
      ])
    )
}

/** When, where and with whom an appointment was before it was changed. */
export const whatItWas = (
  appointment: Appointment,
  t: Dictionary['appointments'],
  moment: (at: Date) => string
) => {
  const { previousStartsAt, previousPlace, previousClinician } = appointment
  return [
    previousStartsAt && hasMoved(appointment) && t.was(moment(previousStartsAt)),
    previousPlace && previousPlace !== placeOf(appointment) && t.wherePlace(previousPlace),
    previousClinician && previousClinician !== appointment.clinician && t.wasWith(previousClinician),
  ].filter((said) => typeof said === 'string')
}

/** Booked times, then the visits that took place. */
export async function* tableOfAppointments(
  appointments: Portions<Appointment>,
  visits: Portions<PastVisit>,
  words: Words
) {
  const { appointments: t, record } = words.t
  const { date, time, end, what, before, reason } = record.columns
  yield csvMark +
    csvLine([
      date,
      time,
      end,
      t.arrive,
      t.kindLabel,
      what,
      t.who,
      t.where,
      t.address,
      t.phone,
      t.statusLabel,
      reason,
      before,
      t.getReady,
      t.note,
    ])
  for await (const portion of appointments)
    yield portion
      .map((each) =>
        csvLine([
          ...dayAndTime(each.startsAt, words),
          each.endsAt && words.format.time(each.endsAt),
          each.arriveAt && arrival(each.arriveAt, each.startsAt, words.format),
          t.kind[each.kind],
          each.title,
          each.clinician,
          placeOf(each),
          each.address,
          each.phone,
          t.status[each.status],
          each.status === 'cancelled' ? each.cancelReason : null,
          whatItWas(each, t, words.format.moment).join(' '),
          each.preparation,
          each.note,
        ])
      )
      .join('')
  for await (const portion of visits)
    yield portion
      .map((each) =>
        csvLine([
          ...dayAndTime(each.startedAt, words),
          each.endedAt && words.format.time(each.endedAt),
          null,
          record.visit,
          each.title,
          each.clinician,
          each.place,
          null,
          null,
          t.encounterStatus[each.status] ?? null,
          ...Array(4).fill(null),
        ])
      )
      .join('')
}

/** What became of a change that was asked for. */
export const outcomeInWords = (
  { outcome }: AskedChange,
  { appointments, record }: Pick<Dictionary, 'appointments' | 'record'>
) =>
  outcome === null
    ? record.page.waiting
    : outcome === 'withdrawn'
      ? record.page.withdrawn
      : appointments.request.outcomes[outcome]

/** What was asked: questions for the sheet of a day, then changes of appointments. */
export async function* tableOfQuestions(
  questions: Portions<SavedQuestion>,
  changes: Portions<AskedChange>,
  words: Words
) {
  const { appointments: t, record } = words.t
  const { date, time, what, author, question } = record.columns
  yield csvMark + csvLine([date, time, what, question, author, record.page.became, t.note])
  for await (const portion of questions)
    yield portion
      .map(({ day, body, ...asker }) =>
        csvLine([words.format.numericCalendarDate(day), null, question, body, fullName(asker), null, null])
      )
      .join('')
  for await (const portion of changes)
    yield portion
      .map((change) =>
        csvLine([
          ...dayAndTime(change.startsAt, words),
          t.request[change.asked],
          change.words,
          fullName(change),
          outcomeInWords(change, words.t),
          change.answer,
        ])
      )
      .join('')
}

/** Every message, in the order of its conversation. */
export async function* tableOfMessages(threads: Portions<WholeThread>, words: Words) {
  const { messages: t, record } = words.t
  const { date, time, author, files } = record.columns
  yield csvMark + csvLine([date, time, t.category, t.subject, author, t.body, files])
  for await (const portion of threads)
    yield portion
      .flatMap(({ thread, messages }) =>
        messages.map(({ message, files }) =>
          csvLine([
            ...dayAndTime(message.sentAt, words),
            categoryInWords(thread.category, words),
            thread.subject,
            authorInWords(message, words),
            message.withdrawnAt ? t.withdrawn.subject : message.body,
            files.map(({ name }) => name).join('; '),
          ])
        )
      )
      .join('')
}

/** What a conversation is filed under. */
export const categoryInWords = (category: string, { t, categories, language }: Words) =>
  category === announcementCategory ? t.messages.announcement : categoryName(categories, category, language)

/** Who wrote, and for whom, as the pages say it. */
export const authorInWords = (author: Author, { t, patient }: Words) =>
  author.authorRole === 'caregiver'
    ? t.messages.caregiverFor(
        fullName(author),
        author.relationship ?? t.messages.roles.caregiver,
        fullName(patient)
      )
    : [fullName(author), author.credentials].filter(Boolean).join(', ')
