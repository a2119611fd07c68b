import { importForNode } from '../../src/commands/node-bundle.ts'
import type { Portal } from '../../src/commands/portal.ts'
import type { Bindings } from '../../src/env.ts'
import type { OutboxRow } from '../../src/outbox/mail.ts'

const minute = 60_000

/** One mail of every kind there is, as HTML, to people of the demo who read a language. */
export async function mailsOfPortal({ db, url, secrets }: Portal, language: 'en' | 'es') {
  const { connect, practice, mailWriters } = await importForNode<typeof import('./mails-for-node.ts')>(
    'test/support/mails-for-node.ts'
  )
  const now = Date.now()
  const run = (sql: string, ...values: unknown[]) =>
    db
      .prepare(sql)
      .bind(...values)
      .run()
  const one = async (sql: string, ...values: unknown[]) => {
    const id = await db
      .prepare(sql)
      .bind(...values)
      .first<string>('id')
    if (!id) throw new Error(`The demo has nothing for: ${sql}`)
    return id
  }
  await db.batch(
    [
      'UPDATE accounts SET language = ?',
      'UPDATE patients SET language = ?',
      'UPDATE invitations SET language = ?',
    ].map((sql) => db.prepare(sql).bind(language))
  )
  await db.batch([db.prepare('DELETE FROM thread_reads'), db.prepare('DELETE FROM report_reads')])

  const patientId = await one(
    `SELECT a.patient_id AS id FROM appointments a JOIN patients p ON p.id = a.patient_id
      WHERE p.account_id IS NOT NULL AND a.status = 'booked' AND a.starts_at > ?1
        AND EXISTS (SELECT 1 FROM reports r WHERE r.patient_id = p.id AND r.released_at <= ?1)
        AND EXISTS (SELECT 1 FROM messages m JOIN threads t ON t.id = m.thread_id JOIN accounts s ON s.id = m.author_id
          WHERE t.patient_id = p.id AND s.staff_role IS NOT NULL) ORDER BY a.starts_at LIMIT 1`,
    now
  )
  const accountId = await one('SELECT account_id AS id FROM patients WHERE id = ?', patientId)
  const admin = await one("SELECT id FROM accounts WHERE staff_role = 'admin' LIMIT 1")
  const open = await one(
    `SELECT i.id FROM invitations i JOIN patients p ON p.id = i.patient_id AND p.email = i.email AND p.account_id IS NULL
      WHERE i.kind = 'patient' AND i.expires_at > ? AND i.accepted_at IS NULL AND i.replaced_at IS NULL AND i.revoked_at IS NULL
        AND i.address_changed_at IS NULL AND i.locked_at IS NULL LIMIT 1`,
    now
  )
  const key = () => crypto.randomUUID()
  const taken = await db.prepare('SELECT email FROM accounts WHERE id = ?').bind(admin).first<string>('email')
  const change = (id: string, facts: Record<string, number>) => {
    const row = {
      id,
      account_id: accountId,
      old_email: 'old@example.test',
      new_email: id === 'held' ? taken : 'new@example.test',
      created_at: now - minute,
      expires_at: now + 9 * minute,
      undo_hash: key(),
      ...facts,
    }
    return run(
      `INSERT OR REPLACE INTO email_changes (${Object.keys(row).join()}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join()})`,
      ...Object.values(row)
    )
  }
  await change('done', { confirmed_at: now, undo_until: now + 9 * minute })
  await change('undone', { confirmed_at: now, undo_until: now + 9 * minute, undone_at: now })
  await change('waiting', {})
  await change('held', {})
  const codeId = key()
  await run(
    'INSERT INTO registration_codes (id, invitation_id, browser_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
    codeId,
    open,
    'b',
    now,
    now + 9 * minute
  )
  const resetId = key()
  await run(
    'INSERT INTO password_resets (id, account_id, address_key, network_key, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    resetId,
    accountId,
    'a',
    'n',
    resetId,
    now,
    now + 60 * minute
  )
  const colleague = key()
  await run(
    `INSERT INTO staff_invitations (id, email, given_name, family_name, role, token_hash, language, invited_by, created_at, code_id, code_expires_at)
      VALUES (?1, ?1 || '@example.test', 'Cora', 'Lane', 'clinical', ?1, ?2, ?3, ?4, 'c' || ?1, ?5)`,
    colleague,
    language,
    admin,
    now,
    now + 9 * minute
  )
  await run(
    `INSERT OR REPLACE INTO appointment_reminders (appointment_id, starts_at, account_id, days_before, queued_at)
      SELECT id, starts_at, ?, 3, ? FROM appointments WHERE patient_id = ? AND status = 'booked' AND starts_at > ?`,
    accountId,
    now,
    patientId,
    now
  )

  const subjects: Record<string, string> = {
    invitation: open,
    'invitation-reminder': open,
    'registration-code': codeId,
    registered: await one('SELECT id FROM invitations WHERE accepted_by IS NOT NULL LIMIT 1'),
    'staff-invitation': colleague,
    'joining-code': `c${colleague}`,
    'password-reset': resetId,
    'email-change-code': 'waiting',
    'email-change-taken': 'held',
    'email-changed': 'done',
    'email-change-done': 'done',
    'email-change-undone': 'undone',
    'new-message': await one(
      `SELECT t.id FROM threads t JOIN messages m ON m.thread_id = t.id JOIN accounts s ON s.id = m.author_id
        WHERE t.patient_id = ? AND s.staff_role IS NOT NULL ORDER BY m.sent_at DESC LIMIT 1`,
      patientId
    ),
    'new-result': patientId,
    'new-device': await one('SELECT id FROM sessions LIMIT 1').catch(() => 'none'),
  }
  const client = connect(db)
  const [facts] = await client.select().from(practice).limit(1)
  if (!facts) throw new Error('There is no practice')
  const at = new Date(now)
  const bindings = {
    APP_ORIGIN: url,
    TOKEN_KEY: secrets.TOKEN_KEY,
    CANARY_ADDRESS: 'mail-check@practice.example',
  } as Bindings
  const mails = new Map<string, string>()
  for (const [kind, write] of Object.entries(mailWriters)) {
    const row = {
      id: kind,
      kind,
      subjectId: subjects[kind] ?? accountId,
      accountId,
      patientId,
      createdAt: at,
      dueAt: at,
    } as OutboxRow
    const mail = await write({ db: client, env: bindings, row, practice: facts, at })
    if (!mail) throw new Error(`Nobody gets a mail of the kind ${kind}`)
    mails.set(kind, mail.html)
  }
  return mails
}
