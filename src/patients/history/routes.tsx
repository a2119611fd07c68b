import { type Cursor, cursorIn, listForRecord, type Shown } from '../../audit/reading.ts'
import { audit } from '../../audit/record.ts'
import { actInWords, whoInWords } from '../../audit/telling.ts'
import type { RequestContext } from '../../env.ts'
import { formatFor } from '../../i18n/format.ts'
import { deviceInWords } from '../../identity/devices/kind.ts'
import { paths } from '../../paths.ts'
import { csvStream } from '../../web/csv.ts'
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

/** Entries of one question to the database. */
const portion = 1000

accessHistory.get(paths.accessHistoryCsv, own, async (c) => {
  const { db, chart, now, t, language, visit } = c.var
  db.alongside(audit(db, chart.did('downloaded', now)))
  await db.settle()
  const whose = { patientId: chart.patientId, accountId: chart.viewer.id }
  const { show } = askedFor(c)
  const words = t.accessHistory
  const format = formatFor(language, visit.practice.timeZone)
  let before: Cursor | undefined
  const body = csvStream([words.when, words.who, words.what, words.device], async () => {
    const { rows, more } = await listForRecord(db, whose, { show, before, limit: portion })
    const last = rows.at(-1)
    before = last && { at: last.at.getTime(), seq: last.seq }
    const lines = rows.map((row) => [
      `${format.numericDate(row.at)} ${format.time(row.at)}`,
      whoInWords(row, words),
      actInWords(row, words),
      row.device ? deviceInWords(row.device, t.devices) : '',
    ])
    return { lines, more }
  })
  return c.body(body, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${words.fileName}.csv"`,
  })
})
