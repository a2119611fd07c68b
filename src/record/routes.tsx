import { audit } from '../audit/record.ts'
import type { RequestContext } from '../env.ts'
import { formatFor } from '../i18n/format.ts'
import { paths } from '../paths.ts'
import { type Chart, confirmedChart, type Scope } from '../patients/chart.ts'
import { download } from '../web/download.ts'
import { isLookedAt } from '../web/looking.ts'
import { Routes } from '../web/routes.ts'
import { writeBundle } from './bundle/bundle.ts'
import { writeDocument } from './document/views.tsx'
import {
  countRecord,
  readAppointments,
  readAskedChanges,
  readQuestions,
  readReports,
  readThreads,
  readVisits,
} from './store.ts'
import {
  tableOfAppointments,
  tableOfMessages,
  tableOfQuestions,
  tableOfResults,
  type Words,
} from './tables/tables.ts'
import { RecordPage } from './views.tsx'

export const record = new Routes()

record.get(paths.record, confirmedChart('record'), async (c) => {
  const { db, chart, now, t } = c.var
  const counts = await countRecord(db, chart, now)
  return c.render(<RecordPage patient={chart.patient} counts={counts} />, { title: t.record.title })
})

type File = { name: string; type: string; portions: AsyncIterable<string> }

/** Written down before the first byte leaves, whether all of it is taken or not; asking whether it is there takes nothing. */
async function send<S extends Scope>(c: RequestContext, chart: Chart<S>, { name, type, portions }: File) {
  if (!isLookedAt(c)) return c.body(null, 204)
  const { db, now } = c.var
  db.alongside(audit(db, chart.did('downloaded', now)))
  await db.settle()
  return download(c, { name, type }, portions)
}

const wordsFor = (c: RequestContext, chart: Chart<Scope>): Words => {
  const { t, language, visit } = c.var
  return {
    t,
    language,
    format: formatFor(language, visit.practice.timeZone),
    categories: visit.practice.categories,
    patient: chart.patient,
  }
}

record.get(paths.recordDocument, confirmedChart('record'), async (c) => {
  const { db, chart, now, language, visit } = c.var
  const { unopened } = await countRecord(db, chart, now)
  return send(c, chart, {
    name: 'carespace-record.html',
    type: 'text/html; charset=utf-8',
    portions: writeDocument({
      language,
      patient: chart.patient,
      practice: visit.practice,
      reader: chart.viewer,
      unopened,
      now,
      reports: readReports(db, chart, now),
      appointments: readAppointments(db, chart, c.var.language),
      visits: readVisits(db, chart, now),
      questions: readQuestions(db, chart),
      requests: readAskedChanges(db, chart),
      threads: readThreads(db, chart),
    }),
  })
})

const csv = 'text/csv; charset=utf-8'

record.get(paths.recordResults, confirmedChart('labs'), (c) => {
  const { db, chart, now } = c.var
  const portions = tableOfResults(readReports(db, chart, now), wordsFor(c, chart))
  return send(c, chart, { name: 'carespace-results.csv', type: csv, portions })
})

record.get(paths.recordAppointments, confirmedChart('appointments'), (c) => {
  const { db, chart, now } = c.var
  const portions = tableOfAppointments(
    readAppointments(db, chart, c.var.language),
    readVisits(db, chart, now),
    wordsFor(c, chart)
  )
  return send(c, chart, { name: 'carespace-appointments.csv', type: csv, portions })
})

record.get(paths.recordQuestions, confirmedChart('appointments'), (c) => {
  const { db, chart } = c.var
  const portions = tableOfQuestions(readQuestions(db, chart), readAskedChanges(db, chart), wordsFor(c, chart))
  return send(c, chart, { name: 'carespace-questions.csv', type: csv, portions })
})

record.get(paths.recordMessages, confirmedChart('messages'), (c) => {
  const portions = tableOfMessages(readThreads(c.var.db, c.var.chart), wordsFor(c, c.var.chart))
  return send(c, c.var.chart, { name: 'carespace-messages.csv', type: csv, portions })
})

record.get(paths.recordBundle, confirmedChart('record'), (c) => {
  const { db, chart, now, visit } = c.var
  const portions = writeBundle({
    origin: c.env.APP_ORIGIN,
    now,
    patient: chart.patient,
    practice: visit.practice,
    reports: readReports(db, chart, now),
    appointments: readAppointments(db, chart, c.var.language),
    visits: readVisits(db, chart, now),
    questions: readQuestions(db, chart),
    requests: readAskedChanges(db, chart),
    threads: readThreads(db, chart),
    words: wordsFor(c, chart),
  })
  return send(c, chart, { name: 'carespace-record.json', type: 'application/fhir+json', portions })
})
