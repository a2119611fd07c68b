import { type Cursor, cursorIn, listForRecord, type Shown } from '../../audit/reading.ts'
import { audit } from '../../audit/record.ts'
import { actInWords, whoInWords } from '../../audit/telling.ts'
import type { RequestContext } from '../../env.ts'
import { formatFor } from '../../i18n/format.ts'
import { deviceInWords } from '../../identity/devices/kind.ts'
import { paths } from '../../paths.ts'
import { csvLine, csvMark } from '../../web/csv.ts'
import { Routes } from '../../web/routes.ts'
import { ownChart } from '../chart.ts'
import { HistoryPage, shows } from './views.tsx'

export const accessHistory = new Routes()

/** The patient's own: who has seen it is theirs to know. */
const own = ownChart('sharing')

const askedFor = (c: RequestContext): { show: Shown | undefined; before: Cursor | undefined } => ({
  show: shows.find((each) => each === c.req.query('show')),
  before: cursorIn(c.req.query('before')),
})

accessHistory.get(paths.accessHistory, own, async (c) => {
  const { db, chart, t } = c.var
  const { show, before } = askedFor(c)
  const whose = { patientId: chart.patientId, accountId: chart.viewer.id }
  const found = await listForRecord(db, whose, { show, before })
  return c.render(<HistoryPage {...found} patientId={chart.patientId} show={show} />, {
    title: t.accessHistory.title,
  })
})

/** Entries in a download: a record read every day for years has fewer. */
const mostSaved = 10_000

accessHistory.get(paths.accessHistoryCsv, own, async (c) => {
  const { db, chart, now, t, language, visit } = c.var
  db.alongside(audit(db, chart.did('downloaded', now)))
  const whose = { patientId: chart.patientId, accountId: chart.viewer.id }
  const { rows } = await listForRecord(db, whose, { show: askedFor(c).show, limit: mostSaved })
  const words = t.accessHistory
  const format = formatFor(language, visit.practice.timeZone)
  const lines = rows.map((row) =>
    csvLine([
      `${format.numericDate(row.at)} ${format.time(row.at)}`,
      whoInWords(row, words),
      actInWords(row, words),
      row.device ? deviceInWords(row.device, t.devices) : '',
    ])
  )
  return c.body(csvMark + csvLine([words.when, words.who, words.what, words.device]) + lines.join(''), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${words.fileName}.csv"`,
  })
})
