import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { mailProvider } from './provider.ts'
import { readReport } from './report.ts'
import { fileReport } from './store.ts'

/** Where Resend reports what became of our mails (docs/decisions/0017). */
export const mailReports = new Routes().post(paths.mailReports, mailProvider, async (c) => {
  const { db, now, signed } = c.var
  const report = readReport(signed, now)
  if (!report) return c.text('This is no report: JSON with a type was expected.', 400)
  await fileReport(db, report, now)
  return c.text('Kept.', 200)
})
