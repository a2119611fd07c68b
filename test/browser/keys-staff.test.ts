import { expect, test } from 'vitest'
import { accountOf, type Keys, withKeys } from './keys.ts'
import { desktop, mailTo, signInOf } from './portal.ts'
import { stage } from './stage.ts'

const { db } = stage.portal
const idOf = async (given: string, family: string) =>
  (await db
    .prepare('SELECT id FROM patients WHERE given_name = ? AND family_name = ?')
    .bind(given, family)
    .first<string>('id')) ?? ''
const maria = await idOf('Maria', 'Alvarez')
const table = (name: string, rows: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(rows.join('\n')),
})

/** What staff come to do, each from the page it begins on. */
const errands: Record<string, (keys: Keys) => Promise<unknown>> = {
  'a quick reply is written, looked at, saved, used in an answer, and removed': async (keys) => {
    const { page, at, press, pick, type, choose, arrives, said, leads, refused } = keys
    await page.goto('/admin/quick-replies')
    await press('Add a quick reply')
    await arrives('Add a quick reply')
    await press('Save')
    await refused('Enter a name')
    await pick('Only I')
    await type('Name', 'Parking')
    await type('Text in English', 'Park in lot C, {patient}.')
    await type('Text in Spanish', 'Estacione en el lote C, {patient}.')
    await press('Preview')
    await leads('Preview')
    expect(await page.getByText('Park in lot C, Maria').count()).toBe(1)
    await press('Save')
    await said('Quick reply saved.')

    await press('Messages')
    await arrives('Messages')
    await press(/^Not assigned/)
    await page.waitForURL(/unassigned/)
    await press('Skip to the list')
    await expect.poll(() => at('id')).toMatch(/^work-/)
    await keys.key('Enter')
    await page.locator('#case').waitFor()
    await press('Assign to me')
    await said('This is now yours to answer.')
    await choose('Quick reply', 'Parking')
    await press('Insert')
    await page.waitForURL(/quick=/)
    await expect.poll(() => at('id')).toBe('body')
    expect(await at('value')).toContain('Park in lot C, ')
    await press('Send message')
    await said('Reply sent.')

    await page.goto('/admin/quick-replies')
    await press('Parking')
    await press('Change a quick reply Parking')
    await arrives('Change a quick reply')
    await press('Remove')
    await said('Quick reply removed.')
  },

  'a conversation is noted on, handed over, closed with a reason, opened again, and called about': async (
    keys
  ) => {
    const { page, press, type, choose, arrives, said, refused } = keys
    await page.goto('/admin/messages')
    await press('Skip to the list')
    await press('Priya Menon')
    await page.locator('#case').waitFor()
    await type('Internal note', 'Prefers the afternoon.')
    await press('Save internal note')
    await said('Internal note saved.')
    await press('Hand over')
    await choose('Person', 'Dana')
    await press('Hand over')
    await said('Handed over.')
    await press('Replies')
    await press('Turn replies off')
    await said('not reply')
    await press('Close conversation')
    await press('Close conversation')
    await refused('Choose why you close this')
    await choose('Why without a reply?', 'Thanks')
    await press('Close conversation')
    await said('Conversation closed.')
    await press('Open it again')
    await said('Conversation open again.')

    await page.goto('/admin/messages')
    await press('Skip to the list')
    await press('Wayne Oduya')
    await press('Handled by phone')
    await arrives('Handled by phone')
    await press('Save call')
    await refused('Enter who you spoke with')
    await type('Who did you speak with?', 'Wayne')
    await type('What was said?', 'All is settled.')
    await press('Save call')
    await said('Call saved.')
  },

  'a patient is found and written to': async ({ page, press, type, choose, arrives, said, refused }) => {
    await page.goto('/admin/messages')
    await press('New message')
    await arrives('Who do you want to write to?')
    await type('Find a patient', 'Olive Brandt')
    await press('Search')
    await said('1 patient found')
    await press(/^Olive Brandt/)
    await arrives('New message to a patient')
    await press('Send message')
    await refused('Choose what')
    await choose('Message category', 'Forms')
    await type('Subject', 'Your letter')
    await type('Message', 'It is ready.')
    await press('Save draft')
    await said('Draft saved.')
    await press('Send message')
    await said('Reply sent.')
  },

  'an announcement is written, looked over, and sent': async ({
    page,
    press,
    pick,
    type,
    arrives,
    said,
    refused,
  }) => {
    const mrn = await db.prepare('SELECT mrn FROM patients WHERE id = ?').bind(maria).first<string>('mrn')
    await page.goto('/admin/messages')
    await press('Announcements')
    await press('New announcement')
    await press('Look it over')
    await refused(/^(English: )?Enter a subject$/)
    await type('Subject (English)', 'Closed on Friday')
    await type('Message (English)', 'We are closed on Friday.')
    await type('Subject (Spanish)', 'Cerrado el viernes')
    await type('Message (Spanish)', 'El viernes no abrimos.')
    await pick('Patients on a list')
    await type('Record numbers', mrn ?? '')
    await press('Look it over')
    await arrives('Announcement')
    await press('Send to 1 patient')
    await said('On its way to everyone on the list.')
  },

  'a patient is found while typing, invited, corrected, and the invitation taken back': async (keys) => {
    const { page, at, key, press, type, arrives, said, refused } = keys
    await page.goto('/admin/patients')
    await type('Find a patient', 'Beth Lark')
    await page.getByRole('status').filter({ hasText: '1 patient found' }).waitFor()
    expect(await at('id')).toBe('q')
    expect(await at('value')).toBe('Beth Lark')
    await press('Beth Larkin')
    await arrives('Beth Larkin')
    await press('Send a new invitation')
    await arrives('Invite Beth Larkin')
    await press('Send invitation')
    await said('Invitation on its way.')
    await press('Take back invitation')
    await said('Invitation taken back.')
    await press('Correct address')
    await type('New email address', 'beth@')
    await key('Enter')
    await refused('Enter an email address')
    await type('New email address', 'beth.larkin@example.com')
    await key('Enter')
    await said('Address saved.')
    await press('Correct details')
    await arrives('Details of Beth Larkin')
    await type('Phone', '(479) 555-0999')
    await press('Save')
    await refused('Write why it is changed.')
    await type('Why is it changed?', 'She called.')
    await press('Save')
    await said('Saved.')
  },

  'a caregiver is shut out after a call, another let in, and a record looked at as its patient sees it':
    async (keys) => {
      const { page, press, type, arrives, said, refused } = keys
      const robert = await idOf('Robert', 'Alvarez')
      await page.goto(`/admin/patients/${robert}`)
      await press(/^Revoke access/)
      await arrives('Revoke access?')
      await press('Revoke access')
      await refused('Write why')
      await type('Why? Who asked for it?', 'Robert called.')
      await press('Revoke access')
      await said('Access has ended, for good.')
      await press('Let a caregiver in')
      await type('Their email address', 'nora@example.com')
      await type('Their first name', 'Nora')
      await type('Their last name', 'Alvarez')
      await type('Who they are to the patient', 'Niece')
      await type('How do you know that they may?', 'Power of attorney, seen today.')
      await press('Next')
      await arrives('Please check before you give access')
      await press('Give access')
      await said('The invitation is on its way.')

      await page.goto(`/admin/patients/${maria}`)
      await press('View as patient')
      await press('Look at the record')
      await refused('Write why you need to look')
      await type('Why do you need to look?', 'She called.')
      await press('Look at the record')
      await arrives(/^Good /)
      await press('Stop looking')
      await said('You no longer look at the record.')
    },

  'a list of patients is brought in row by row, and all of them are invited': async (keys) => {
    const { page, press, attach, arrives, said, refused } = keys
    const born = await db
      .prepare("SELECT birth_date FROM patients WHERE given_name = 'Celia'")
      .first<string>('birth_date')
    await page.goto('/admin/invitations')
    await press('Bring a list of patients')
    await arrives('Bring a list of patients')
    await press('Next')
    await refused('Choose a file.')
    const rows = Array.from(
      { length: 3 },
      (_, i) => `9000${i},Quill${i},Ada,1950-02-0${i + 1},quill${i}@example.com`
    )
    const twin = `90009,Calloway,Celia,${born},celia@example.com`
    await attach(
      'File',
      table('list.csv', ['Record number,Last name,First name,Birth date,Email', ...rows, twin])
    )
    await press('Next')
    await arrives('What is in each column?')
    await press('Look it over')
    await arrives('This is what would become of it')
    await press(/^It is this patient/)
    await said('Decided. You see what is left.')
    await press('Bring them in')
    await arrives('The list is in')
    await said('3 new')
    await press(/^Invite all of them who can be invited/)
    await arrives('Send many invitations')
    await press(/^Send \d/)
    await page.getByRole('heading', { level: 1, name: /^(Done|All invitations are prepared)$/ }).waitFor()
    await said(/patients invited/)
  },

  'a mail that may have arrived is sent again': async ({ page, press, arrives, said }) => {
    const id = await db
      .prepare('SELECT id FROM outbox WHERE failed_at IS NOT NULL LIMIT 1')
      .first<string>('id')
    await page.goto(`/admin/mail/${id}/retry`)
    await arrives('Send this email again?')
    await press('Send it again')
    await said(/./)
    expect(
      await db.prepare('SELECT failed_at FROM outbox WHERE id = ?').bind(id).first('failed_at')
    ).toBeNull()
  },

  'a bounced address is called about, and a mail that failed is given up': async (keys) => {
    const { page, press, type, arrives, said } = keys
    await page.goto('/admin/invitations')
    await press('Call and fix for Samuel Ortiz')
    await arrives('Call Samuel Ortiz')
    await type('The right address', 'samuel@example.com')
    await press('Save and send a new invitation')
    await said('Invitation on its way.')
    await page.goto('/admin/mail')
    await press(/^Give up/)
    await said('Taken off the list.')
    await page.goto('/admin')
    await press('How the system does')
    await arrives('System health')
  },

  'an appointment is booked, changed, canceled, and a wish to change one answered': async (keys) => {
    const { page, press, type, choose, arrives, said, refused } = keys
    await page.goto('/admin/appointments')
    await press('Later')
    await arrives('Appointments')
    await type('Date', '12032026')
    await press('Show')
    await page.waitForURL(/2026-12-03/)
    await page.goto(`/admin/patients/${maria}/appointments`)
    await press('New appointment')
    await press('Look it over')
    await refused('Enter a date.')
    await choose('Kind', 'Injection')
    await type('Date', '12302026')
    await type('Time', '1015AM')
    await type('Length in minutes', '30')
    await press('Look it over')
    await arrives('This will be booked')
    await press('Book it')
    await said('Booked. The patient gets an email.')
    await press('Dec 30, 2026')
    await arrives('Change the appointment')
    await type('Room', '4')
    await press('Save')
    await said('Saved.')
    await press('Maria Alvarez')
    await press('Cancel the appointment')
    await arrives('Cancel this appointment?')
    await press('Cancel the appointment')
    await refused('Write why.')
    await type('Why? The patient reads this.', 'The doctor is away.')
    await press('Cancel the appointment')
    await said('Canceled. The patient gets an email.')

    const [next, who] = await db.batch<{ id: string }>([
      db
        .prepare(
          `SELECT id FROM appointments WHERE patient_id = ? AND status = 'booked' AND starts_at > ? ORDER BY starts_at DESC LIMIT 1`
        )
        .bind(maria, Date.now()),
      db.prepare('SELECT account_id AS id FROM patients WHERE id = ?').bind(maria),
    ])
    await db
      .prepare(
        "INSERT INTO appointment_requests (id, appointment_id, patient_id, kind, words, submission_id, asked_at, account_id) VALUES ('wish', ?, ?, 'reschedule', 'Any morning.', 'wish', ?, ?)"
      )
      .bind(next?.results[0]?.id, maria, Date.now(), who?.results[0]?.id)
      .run()
    await page.goto('/admin/appointments')
    await press('Requests to change')
    await arrives('Requests to change')
    await type('Answer to the patient', 'We will call you.')
    await press(/^It is done/)
    await said('The patient reads your answer.')
    await page.goto('/admin/appointments/preparation')
    await type('Injection, in English', 'Wear a loose sleeve.')
    await type('Injection, in Spanish', 'Lleve manga ancha.')
    await press('Save')
    await said('Saved.')
  },

  'a report is commented on, held, let go, and told what kind it is': async (keys) => {
    const { page, press, type, choose, arrives, said, refused } = keys
    await page.goto(`/admin/patients/${maria}/labs`)
    await press('Hereditary cancer gene panel')
    await arrives('Hereditary cancer gene panel')
    await press('Hold this report')
    await refused('Say why it should be held.')
    await type('Reason', 'A talk comes first.')
    await press('Hold this report')
    await said('Held back.')
    await press('Lift the hold')
    await said('The hold is lifted.')
    await press(/^(Show it to the patient|Replace the comment)/)
    await refused('Write a comment.')
    await type('Comment', 'Please call us about it.')
    await press(/^(Show it to the patient|Replace the comment)/)
    await said('Comment saved.')
    await choose('Kind', 'Lab test')
    await press('Save')
    await said('Saved.')
  },

  'results are uploaded, filed, and what names nobody for certain is given to its patient or set aside':
    async (keys) => {
      const { page, press, type, attach, arrives, said, refused } = keys
      const head = 'Record number,Family name,Date of birth,Collected,Test,Result,Unit'
      await page.goto('/admin')
      await press('Upload a file of results')
      await press('Look it over')
      await refused('Choose a file.')
      const rows = ['77001', '77002'].map((mrn) => `${mrn},Alvarez,1948-03-27,2026-11-20,Sodium,140,mmol/L`)
      await attach('File', table('results.csv', [head, ...rows]))
      await press('Look it over')
      await arrives('What is in each column?')
      await press('Look it over')
      await arrives('This is what would become of it')
      await press('File it')
      await arrives('It is filed')
      await said(/waiting for a person/)
      await press('Say whose they are')
      await arrives('Whose is it?')
      await press('Alvarez')
      await arrives('Whose is this?')
      await press(/^This is theirs/)
      await said('Filed in the patient’s record.')
      await press('Alvarez')
      await arrives('Whose is this?')
      await press('Set it aside')
      await refused('Write why you set it aside.')
      await type('Why?', 'Not ours.')
      await press('Set it aside')
      await said('Set aside.')
    },

  'a feed is made, changed, and its key taken back': async (keys) => {
    const { page, press, type, pick, arrives, said, refused } = keys
    await page.goto('/admin/practice')
    await press('Feeds')
    await press('New feed')
    await press('Make the feed')
    await refused('Write a name.')
    await type('Name', 'North lab')
    await pick('HL7 v2')
    await press('Make the feed')
    await arrives('North lab')
    await page.getByText('This is its key.').waitFor()
    await press('Change this feed')
    await type('Name', 'North laboratory')
    await press('Save')
    await said('Saved. It counts from now on.')
    await press('Take the key back')
    await press('Take the key back')
    await said('The key is taken back.')
  },

  'the practice says when it is open, when it is not, what it promises and who answers what': async (
    keys
  ) => {
    const { page, press, type, tick, pick, choose, arrives, said, refused } = keys
    const saved = 'Saved. It counts from now on.'
    await page.goto('/admin/practice')
    await press('Change: Name and contact')
    await type('Office phone', 'none')
    await press('Save')
    await refused(/digits/)
    await type('Office phone', '(479) 587-1701')
    await press('Save')
    await said(saved)
    await press('Change: Office hours')
    await tick('Open on Saturday')
    await type('Opens', '8:00 a.m.')
    await press('Save')
    await page.getByRole('group', { name: 'There is a problem' }).waitFor()
    await press('Keep as it is')
    await arrives('Practice settings')
    await press('Change: Reply promise')
    await type('Office hours until we answer', '7')
    await press('Save')
    await said(saved)
    await press('Change: Unread messages')
    await type('Days until an unread message becomes work', '4')
    await press('Save')
    await said(saved)
    await press('Change: Result release')
    await pick('Show a report once it is final')
    await press('Save')
    await said(saved)
    await press('Change: What feeds sent')
    await type('Days to keep it', '40')
    await press('Save')
    await said(saved)
    await press('Change: Danger words')
    await type('In English', 'chest pain')
    await press('Save')
    await said(saved)
    await press('Change: Holidays')
    await type('Day', '12/27/2027')
    await press('Add to the list')
    await said(saved)
    await press(/^Remove Monday, December 27/)
    await said(saved)

    await page.goto('/admin/practice')
    await press('Change: Message categories')
    await press('Move Medicine or refill up')
    await said(saved)
    await press('Add a category')
    await arrives('New category')
    await type('Name in English', 'Travel')
    await type('One sentence about it in English', 'Going away')
    await type('Name in Spanish', 'Viajes')
    await type('One sentence about it in Spanish', 'Salir de viaje')
    await choose('Queue that answers', 'Front desk')
    await press('Save')
    await said(saved)
    await press(/^Travel/)
    await press('Retire this category')
    await said('Category retired.')
    await page.goto('/admin/practice')
    await press('Change: Queues')
    await press('Add a queue')
    await arrives('New queue')
    await type('Name in English', 'Pharmacy')
    await type('Name in Spanish', 'Farmacia')
    await pick('The care team')
    await press('Save')
    await said(saved)
    await press(/^Pharmacy/)
    await press('Retire this queue')
    await said('Queue retired.')
  },

  'a colleague is invited, another given a role, turned off and on': async (keys) => {
    const { page, press, type, pick, arrives, said, refused } = keys
    const { password } = signInOf(stage, 'oncologist, admin')
    await page.goto('/admin/staff')
    await press('Invite staff')
    await press('Send invitation')
    await refused('Enter the first name.')
    await type('First name', 'Wes')
    await type('Last name', 'Tran')
    await type('Work email address', 'wes.tran@example.com')
    await pick('Clinical')
    await type('Your own password', password)
    await press('Send invitation')
    await said('The invitation is on its way.')
    await press(/^Take back/)
    await said('The invitation was taken back.')
    await press('Lou Castell')
    await arrives('Lou Castell')
    await press('Change role')
    await pick('Auditor')
    await type('Why?', 'A new task.')
    await type('Your own password', password)
    await press('Change role')
    await said('Role changed.')
    await press('Turn off')
    await press('Turn the account off')
    await refused('Write')
    await type('Why?', 'Left.')
    await type('Your own password', password)
    await press('Turn the account off')
    await said('The account is off.')
    await press('Turn on')
    await type('Why?', 'Back again.')
    await type('Your own password', password)
    await press('Turn the account on')
    await said('The account is on again.')
  },

  'a colleague joins from the mailed link': async ({ page, press, type, pick, said }) => {
    const address = 'ada.quist@example.com'
    await page.goto('/admin/staff/new')
    await type('First name', 'Ada')
    await type('Last name', 'Quist')
    await type('Work email address', address)
    await pick('Front desk')
    await type('Your own password', signInOf(stage, 'oncologist, admin').password)
    await press('Send invitation')
    await said('The invitation is on its way.')
    const { text } = await mailTo(stage, address, 'staff-invitation')
    await withKeys(null, { viewport: desktop }, async (joiner) => {
      await joiner.page.goto(text.match(/http\S+\/join\/[\w-]+/)?.[0] ?? '')
      await joiner.press('Email me a code')
      await joiner.said('We mailed you a code.')
      await joiner.press('Create Password')
      await joiner.refused('Enter the code from the email')
      const code = (await mailTo(stage, address, 'joining-code')).text.match(/\b\d{6}\b/)?.[0] ?? ''
      await joiner.type('Code from the email', code)
      await joiner.type('Password', 'Harbor-Lantern-83')
      await joiner.tick(/^I agree to the/)
      await joiner.press('Create Password')
      await joiner.said('Now set up the second step.')
    })
  },

  'wrong tries are cleared, a lost second step is reset, and two records that became one are separated':
    async (keys) => {
      const { page, press, type, arrives, said, refused } = keys
      const now = Date.now()
      const nurse = await accountOf('nurse')
      await db
        .prepare(
          "INSERT INTO throttles (key, count, since, blocked_until, account_id, purpose) VALUES ('tries', 7, ?1, ?1 + 240000, ?2, 'sign-in')"
        )
        .bind(now, nurse)
        .run()
      await page.goto(`/admin/staff/${nurse}`)
      await press(/^Clear/)
      await said('The wrong tries are cleared.')
      await press('Reset second step')
      await press('Reset second step')
      await refused('Write how you made sure who it is')
      await type('How did you make sure who it is?', 'Called the number on file.')
      await type('Your own password', signInOf(stage, 'oncologist, admin').password)
      await press('Reset second step')
      await said('The second step is reset.')

      const gone = await idOf('Robert', 'Alvarez')
      await db.batch([
        db.prepare('UPDATE patients SET merged_into = ? WHERE id = ?').bind(maria, gone),
        db
          .prepare(
            "INSERT INTO patient_merges (id, survivor_id, retired_id, merged_at, moved) VALUES ('merge', ?, ?, ?, '{}')"
          )
          .bind(maria, gone, now),
      ])
      await page.goto(`/admin/patients/${maria}`)
      await press('Separate them again')
      await arrives('Separate the two records?')
      await press('Separate the records')
      await said('The records are two again.')
    },

  'what a feed sent is filed again': async ({ page, press, type, pick, arrives, said }) => {
    await page.goto('/admin/feeds')
    await press('New feed')
    await type('Name', 'West lab')
    await pick('FHIR R4')
    await press('Make the feed')
    await arrives('West lab')
    const key = await page.locator('main code').first().textContent()
    const answer = await fetch(`${stage.portal.url}/feeds/fhir`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key?.trim()}`, 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [] }),
    })
    expect(answer.status).toBeLessThan(500)
    await page.reload()
    await page.locator('.queue tbody a').first().waitFor()
    await press(/^[A-Z][a-z]{2} \d+, 20\d\d/)
    await arrives('One delivery')
    await press('File it again')
    await said('Filed again.')
  },

  'the audit log is searched and taken along': async ({ page, press, type, said, download }) => {
    await page.goto('/admin')
    await press(/^Everything that was read or written/)
    await type('Act begins with', 'audit')
    await press('Find')
    await said(/entr(y|ies)/)
    expect(await download('Download what was found (CSV)')).toMatch(/csv$/)
  },
}

test.each(Object.entries(errands))('by keys alone, %s', (_, errand) =>
  withKeys('oncologist, admin', { viewport: desktop }, errand)
)
