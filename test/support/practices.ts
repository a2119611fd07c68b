const day = 86_400_000
const count = (most: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})`

/** The patient of the demo of whom most is known, and who signs in. */
export const mainPatient = `(SELECT p.id FROM patients p LEFT JOIN observations o ON o.patient_id = p.id
  WHERE p.account_id IS NOT NULL GROUP BY p.id ORDER BY count(o.id) DESC LIMIT 1)`

/** Everyone and everything in the demo is called by the longest names that people, doctors and laboratories have. */
export async function giveLongNames(db: D1Database) {
  const said = (table: string, facts: Record<string, string>, where = 'true') =>
    db
      .prepare(
        `UPDATE ${table} SET ${Object.keys(facts)
          .map((name) => `${name} = ?`)
          .join()} WHERE ${where}`
      )
      .bind(...Object.values(facts))
  const longer = 'maximiliana.wilhelmina.featherstonehaugh.'
  await db.batch([
    said('patients', {
      given_name: 'Maximiliana Wilhelmina',
      family_name: 'Featherstonehaugh-Papadopoulos',
      search_name: 'featherstonehaugh-papadopoulos maximiliana wilhelmina',
    }),
    db.prepare('UPDATE patients SET email = ? || email').bind(longer),
    said(
      'accounts',
      { given_name: 'Maximiliana Wilhelmina', family_name: 'Featherstonehaugh-Papadopoulos' },
      'staff_role IS NULL'
    ),
    said(
      'accounts',
      { given_name: 'Konstantinos-Alexandros', family_name: 'Papadimitrakopoulou-Whittington' },
      'staff_role IS NOT NULL'
    ),
    said('accounts', { credentials: 'MD, PhD, FACP' }, 'credentials IS NOT NULL'),
    db.prepare('UPDATE accounts SET email = ? || email').bind(longer),
    db.prepare('UPDATE invitations SET email = ? || email').bind(longer),
    said('grants', { relationship: 'Granddaughter-in-law' }, 'revoked_at IS NULL'),
    said('threads', {
      subject: 'Hydroxychloroquine, electroencephalography and what Otorhinolaryngology said about them',
    }),
    db.prepare(
      `UPDATE threads SET subject = substr(replace(hex(zeroblob(60)), '00', 'ah'), 1, 120) WHERE id = (SELECT thread_id FROM work_items WHERE done_at IS NULL ORDER BY opened_at LIMIT 1)`
    ),
    said('reports', {
      title: 'Comprehensive metabolic panel with estimated glomerular filtration rate, serum or plasma',
      laboratory: 'Northwestern Interdisciplinary Immunohistochemistry Laboratory of Fayetteville',
      ordered_by: 'Konstantinos-Alexandros Papadimitrakopoulou-Whittington, MD, PhD, FACP',
    }),
    said('observations', {
      name: 'Alpha-1-fetoprotein.tumor marker [Mass/volume] in Serum or Plasma by Immunoassay',
      unit: 'mL/min/{1.73_m2}',
    }),
    said('appointments', {
      title: 'Intravenous immunoglobulin and electrocardiography before radiotherapy',
      clinician: 'Konstantinos-Alexandros Papadimitrakopoulou-Whittington, MD, PhD, FACP',
      place: 'Northwestern Interdisciplinary Hematology-Oncology Center of Fayetteville',
      room: 'Radiotherapy waiting room B, 11th floor, behind the second elevator',
      address: '12345 North Featherstonehaugh Boulevard, Building C, Fayetteville, AR 72703',
    }),
    said('attachments', {
      name: `Photo_of_my_left_hand_${'after_the_third_infusion_'.repeat(3)}IMG_20261130_071512.jpeg`,
    }),
    said('quick_replies', { title: 'Electrocardiography before intravenous immunoglobulin' }),
    said('feeds', { name: 'Northwestern Interdisciplinary Immunohistochemistry Laboratory' }),
  ])
}

/** The demo after years without a quiet day. */
export async function crowd(db: D1Database) {
  const now = Date.now()
  const nurse = "(SELECT id FROM accounts WHERE staff_role = 'clinical' LIMIT 1)"
  const owner = `(SELECT account_id FROM patients WHERE id = ${mainPatient})`
  const talk = `(SELECT id FROM threads WHERE patient_id = ${mainPatient} AND closed_at IS NULL ORDER BY last_message_at DESC LIMIT 1)`
  await db.batch(
    [
      // A thread of two hundred messages.
      `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id) ${count(200)}
        SELECT 'long-' || i, ${talk}, iif(i % 2, ${owner}, ${nurse}), iif(i % 2, 'patient', 'staff'),
          'This is message ' || i || ' of a long conversation. ' || iif(i % 3, 'Thank you.', 'It has been a hard week, and I am tired, but I eat a little more than I did.'),
          'en', ${now} - (201 - i) * 3600000, 'long-' || i FROM n`,
      // Two hundred that wait for an answer.
      `INSERT INTO threads (id, patient_id, subject, category, opened_at, opened_by, last_message_at)
        WITH p AS (SELECT id, row_number() OVER () AS i FROM patients), ${count(200).replace('WITH RECURSIVE ', '')}
        SELECT 'open-' || n.i, p.id, 'Question ' || n.i || ' about my treatment', CASE n.i % 3 WHEN 0 THEN 'symptom' WHEN 1 THEN 'billing' ELSE 'medicine' END,
          ${now} - n.i * 600000, ${owner}, ${now} - n.i * 600000 FROM n JOIN p ON p.i = n.i % 40 + 1`,
      `INSERT INTO messages (id, thread_id, author_id, author_role, body, language, sent_at, submission_id) ${count(200)}
        SELECT 'open-' || i, 'open-' || i, ${owner}, 'patient', 'May I take both tablets in the morning?', 'en', ${now} - i * 600000, 'open-' || i FROM n`,
      `INSERT INTO work_items (id, thread_id, queue, opened_at, due_at, urgency, flagged_at, assigned_to) ${count(200)}
        SELECT 'open-' || i, 'open-' || i, CASE i % 3 WHEN 0 THEN 'nurses' WHEN 1 THEN 'billing' ELSE 'front-desk' END,
          ${now} - i * 600000, ${now} + (i - 40) * 900000, iif(i % 50, 1, 0), iif(i % 50, NULL, ${now}), iif(i % 4, NULL, ${nurse}) FROM n`,
      // Sixty visits, and as many of others today.
      `INSERT INTO appointments (id, patient_id, kind, status, starts_at, ends_at, place, room, clinician, created_at) ${count(60)}
        SELECT 'visit-' || i, ${mainPatient}, CASE i % 3 WHEN 0 THEN 'infusion' WHEN 1 THEN 'lab' ELSE 'office-visit' END,
          iif(i > 30, 'booked', 'fulfilled'), ${now} + (i - 30) * ${3 * day} + 3600000, ${now} + (i - 30) * ${3 * day} + 7200000,
          'Hillside Cancer Care', 'Clinic B, 1st floor', 'Anita Rao, MD', ${now} FROM n`,
      `INSERT INTO appointments (id, patient_id, kind, status, starts_at, ends_at, place, room, clinician, created_at)
        SELECT 'today-' || id, id, 'office-visit', 'booked', ${now} + 600000 * (row_number() OVER () - 20), ${now} + 30000000,
          'Hillside Cancer Care', 'Clinic B, 1st floor', 'Anita Rao, MD', ${now} FROM patients`,
      // A thousand values in fifty reports.
      `INSERT INTO reports (id, patient_id, title, status, collected_at, released_at, noticed_at, source, source_id) ${count(50)}
        SELECT 'panel-' || i, ${mainPatient}, 'Comprehensive metabolic panel', 'final', ${now} - i * ${14 * day}, ${now} - i * ${14 * day}, ${now}, 'full', 'panel-' || i FROM n`,
      `INSERT INTO observations (id, report_id, patient_id, position, code, name, status, value, value_number, unit, range_low, range_high, flag, collected_at, source, source_id)
        ${count(1000)} SELECT 'value-' || i, 'panel-' || ((i - 1) / 20 + 1), ${mainPatient}, i % 20, 'X-' || (i % 20), 'Measure ' || (i % 20 + 1), 'final',
          (30 + i * 7 % 40) || '.5', 30.5 + i * 7 % 40, 'mg/dL', '35.0', '60.0', iif(30 + i * 7 % 40 > 60, 'H', iif(30 + i * 7 % 40 < 35, 'L', NULL)),
          ${now} - ((i - 1) / 20 + 1) * ${14 * day}, 'full', 'value-' || i FROM n`,
      // Fifty who care for one patient, and fifty more who are asked to.
      `INSERT INTO accounts (id, email, given_name, family_name, language, password_hash, created_at) ${count(50)}
        SELECT 'helper-' || i, 'helper' || i || '@carespace.example', 'Robin', 'Helper ' || i, 'en', 'x', ${now} FROM n`,
      `INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) ${count(50)}
        SELECT 'helper-' || i, ${mainPatient}, 'helper-' || i, 'Friend', ${now} - i * ${day}, ${owner} FROM n`,
      `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, relationship, invitee_given_name, invitee_family_name, invited_by, created_at, sent_at, expires_at) ${count(50)}
        SELECT 'asked-' || i, 'caregiver', ${mainPatient}, 'asked' || i || '@carespace.example', 'asked-' || i, 'en', 'Neighbor', 'Alex', 'Asked ' || i, ${owner},
          ${now} - i * 60000, ${now} - i * 60000, ${now} + ${3 * day} FROM n`,
    ].map((sql) => db.prepare(sql))
  )
}

/** A practice on its first day: someone who runs it, and a patient who has just registered. */
export async function openNewPractice(db: D1Database) {
  const now = Date.now()
  const account = `INSERT INTO accounts (id, email, given_name, family_name, staff_role, password_hash, terms_version, created_at, second_step_at, totp_confirmed_at)
    SELECT ?1, ?1 || '@carespace.example', ?2, ?3, ?4, 'x', terms_version, ?5, ?6, ?6 FROM practice`
  await db.batch([
    db.prepare(account).bind('new-admin', 'Ada', 'Okafor', 'admin', now, now),
    db.prepare(account).bind('new-patient', 'Rosa', 'Díaz', null, now, null),
    db
      .prepare(
        `INSERT INTO patients (id, mrn, given_name, family_name, search_name, birth_date, email, account_id, created_at)
         VALUES ('new-chart', '10001', 'Rosa', 'Díaz', 'diaz rosa', '1952-03-27', 'new-patient@carespace.example', 'new-patient', ?)`
      )
      .bind(now),
  ])
}
