import { createHash, randomBytes } from 'node:crypto'
import type { Portal } from '../../src/commands/portal.ts'

export type Visit = { page: string; path: string; cookie: string | undefined; entry: boolean }

/** The pages that are measured, with sessions to open them, on the heaviest record of the demo practice. */
export async function openVisits({ db }: Portal): Promise<Visit[]> {
  const patient = await first(
    db,
    `SELECT p.id, p.account_id FROM patients p JOIN observations o ON o.patient_id = p.id
    WHERE p.account_id IS NOT NULL GROUP BY p.id ORDER BY count(*) DESC LIMIT 1`
  )
  const thread = await first(
    db,
    `SELECT t.id FROM threads t JOIN messages m ON m.thread_id = t.id WHERE t.patient_id = ?
    GROUP BY t.id ORDER BY count(*) DESC LIMIT 1`,
    patient.id
  )
  const report = await first(
    db,
    `SELECT r.id FROM reports r JOIN observations o ON o.report_id = r.id WHERE r.patient_id = ?
    AND r.released_at IS NOT NULL GROUP BY r.id ORDER BY count(*) DESC LIMIT 1`,
    patient.id
  )
  const appointment = await first(
    db,
    'SELECT id FROM appointments WHERE patient_id = ? ORDER BY starts_at DESC LIMIT 1',
    patient.id
  )
  const admin = await first(
    db,
    "SELECT id FROM accounts WHERE staff_role = 'admin' AND totp_confirmed_at IS NOT NULL LIMIT 1"
  )

  const record = `/patients/${patient.id}`
  const asPatient = await openSession(db, String(patient.account_id))
  const asAdmin = await openSession(db, String(admin.id))
  const entry = (page: string, path: string) => ({ page, path, cookie: undefined, entry: true })
  const read = (page: string, path: string, cookie = asPatient) => ({ page, path, cookie, entry: false })
  return [
    entry('Sign in', '/sign-in'),
    entry('Sign in, Spanish', '/sign-in?lang=es'),
    entry('Forgot Password', '/forgot-password'),
    entry('How to register', '/register'),
    entry('Unknown link', `/register/${'x'.repeat(43)}`),
    read('Home', record),
    read('Messages', `${record}/messages`),
    read('Longest thread', `${record}/messages/${thread.id}`),
    read('New message', `${record}/messages/new`),
    read('Appointments', `${record}/appointments`),
    read('Appointment', `${record}/appointments/${appointment.id}`),
    read('Lab reports', `${record}/labs`),
    read('Largest report', `${record}/labs/reports/${report.id}`),
    read('Lab history', `${record}/labs/history`),
    read('Resources', '/resources'),
    read('Staff dashboard', '/admin', asAdmin),
    read('Staff queue', '/admin/messages', asAdmin),
    read('Staff patient', `/admin/patients/${patient.id}`, asAdmin),
  ]
}

async function first(db: D1Database, sql: string, ...values: unknown[]) {
  const row = await db
    .prepare(sql)
    .bind(...values)
    .first<Record<string, string>>()
  if (!row) throw new Error(`The demo practice lacks what the benchmark needs: ${sql}`)
  return row
}

async function openSession(db: D1Database, accountId: string) {
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  await db
    .prepare(
      'INSERT INTO sessions (token_hash, account_id, created_at, seen_at, completed_at) VALUES (?, ?, ?, ?, ?)'
    )
    .bind(createHash('sha256').update(token).digest('hex'), accountId, now, now, now)
    .run()
  return `__Host-cs=${token}`
}

export const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN

/** Rows as a table with aligned columns. */
export function printTable(rows: Record<string, string | number>[]) {
  const columns = Object.keys(rows[0] ?? {})
  const width = (column: string) => Math.max(column.length, ...rows.map((row) => String(row[column]).length))
  const line = (cell: (column: string) => string) =>
    `  ${columns.map((column) => cell(column).padEnd(width(column))).join('  ')}`.trimEnd()
  console.log(
    [line((column) => column), ...rows.map((row) => line((column) => String(row[column])))].join('\n')
  )
}
