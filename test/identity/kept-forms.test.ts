import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { kinds, most, unsentForm } from '../../src/identity/kept/kept-form.ts'
import { storeKept } from '../../src/identity/kept/store.ts'
import { sha256 } from '../../src/identity/secret.ts'
import worker from '../../src/index.ts'
import { type Path, paths } from '../../src/paths.ts'
import { as, Browser, hiddenFields } from '../support/browser.ts'
import { day, hour, minute } from '../support/clock.ts'
import { snapshot } from '../support/database.ts'
import { unescaped } from '../support/html.ts'
import { seedKept } from '../support/kept.ts'
import { auditMark, auditSince, db, type Member, password, seed } from '../support/people.ts'
import { admitted, fill, machines, table } from '../support/site.ts'

beforeEach(seed)

const words = 'My <b>hands</b> tingle & I am worried.\n\nSince Monday.'
const message = {
  submissionId: 'm'.repeat(21),
  category: 'symptom',
  subject: 'Tingling "hands"',
  body: words,
}
const newMessage = '/patients/rosa-chart/messages/new'
const thread = '/patients/rosa-chart/messages/refill'
const answer = '/admin/patients/rosa-chart/messages/refill'
const address = '/admin/patients/rosa-chart/address'

const runOut = (who: Member, idle = 31 * minute) =>
  env.DB.prepare('UPDATE sessions SET seen_at = ? WHERE account_id = ?')
    .bind(Date.now() - idle, who)
    .run()
const backToWork = (who: Member) => runOut(who, 0).then(() => as(who))
const tooLate = async (who: Member) => {
  await runOut(who)
  return as(who)
}

type Row = { id: string; account_id: string; path: string; sealed_fields: string; finished_at: number | null }
const rows = async () =>
  (await env.DB.prepare('SELECT * FROM kept_forms ORDER BY kept_at DESC, id').all<Row>()).results
const theRow = async () => {
  const [row, ...others] = await rows()
  if (!row || others.length > 0) throw new Error(`${others.length + (row ? 1 : 0)} kept forms`)
  return row
}
const sent = async (body = words) =>
  (await env.DB.prepare('SELECT author_id FROM messages WHERE body = ?').bind(body).all()).results.length
const count = (name: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${name}`).first<number>('n')

const signIn = (browser = new Browser(), who: Member = 'rosa') =>
  browser.submit('/sign-in', { email: `${who}@example.test`, password })

/** Rosa wrote a message for longer than her session lasted, and is asked about it. */
async function asked(fields: Record<string, string> = message, page = newMessage) {
  const browser = await tooLate('rosa')
  await browser.post(page, fields)
  const to = (await signIn(browser)).headers.get('Location') ?? ''
  return { browser, to, html: await (await browser.get(to)).text() }
}

/** Sends it as the page would: hidden fields, and the text in its box. */
const send = (browser: Browser, html: string, fields: Record<string, string> = {}, page = newMessage) =>
  browser.post(page, {
    ...Object.fromEntries(
      Object.entries(hiddenFields(html, page)).map(([name, value]) => [name, unescaped(value)])
    ),
    body: unescaped(html.match(/<textarea[^>]*>\n([\s\S]*?)<\/textarea>/)?.[1] ?? ''),
    ...fields,
  })

describe('a form that comes after its session has run out', () => {
  test.each<[string, Member, string, Record<string, string>]>([
    ['a new message', 'rosa', newMessage, message],
    ['a caregiver’s', 'milo', newMessage, message],
    ['a reply', 'rosa', thread, { submissionId: 'r'.repeat(21), body: words }],
    [
      'an answer of the staff',
      'nadia',
      answer,
      { submissionId: 's'.repeat(21), seen: 'refill-2', body: words },
    ],
    ['a new address', 'frida', address, { email: 'rosa.diaz@example.test' }],
  ])('is kept for its writer, sealed: %s', async (_, who, page, fields) => {
    const mark = await auditMark()
    const browser = await tooLate(who)
    const response = await browser.post(page, fields)
    const to = '/sign-in?said=kept'
    expect([response.status, response.headers.get('Location')]).toEqual([303, to])
    // Twice: a page and what it saved by itself are both sent there.
    for (let i = 0; i < 2; i++)
      expect(await (await browser.get(to)).text()).toContain('What you typed is kept')
    const row = await theRow()
    expect(row).toMatchObject({ account_id: who, path: page, finished_at: null })
    expect(JSON.stringify(row)).not.toMatch(/tingle|Tingling|diaz@/)
    expect((await auditSince(mark)).map(({ action, account_id }) => [action, account_id])).toEqual([
      ['kept.stored', who],
    ])
    expect(await sent()).toBe(0)

    const html = await (await (await backToWork(who)).get(`/kept/${row.id}`)).text()
    expect(html).toContain('You were writing this when we signed you out')
    expect(unescaped(html)).toContain(fields.body ?? fields.email)
  })

  test('is kept as well when twelve hours were over', async () => {
    await env.DB.prepare("UPDATE sessions SET created_at = ? WHERE account_id = 'rosa'")
      .bind(Date.now() - 12 * hour - minute)
      .run()
    await as('rosa').post(newMessage, message)
    expect(await theRow()).toMatchObject({ account_id: 'rosa' })
  })

  test('makes htmx leave the page, and is kept', async () => {
    const browser = await tooLate('rosa')
    const response = await browser.post(newMessage, message, { 'HX-Request': 'true' })
    expect([response.status, response.headers.get('HX-Redirect')]).toEqual([401, '/sign-in?said=kept'])
    expect(await theRow()).toMatchObject({ account_id: 'rosa' })
  })

  test('is kept once, however often it comes', async () => {
    await runOut('rosa')
    await Promise.all([1, 2, 3].map(() => as('rosa').post(newMessage, message)))
    await theRow()
  })

  test('is kept five times at most: the oldest goes', async () => {
    await runOut('rosa')
    for (let i = 0; i < most.forms + 2; i++)
      await as('rosa').post(newMessage, { ...message, submissionId: String(i).repeat(21) })
    expect(await rows()).toHaveLength(most.forms)
    const { html } = await asked({ ...message, submissionId: 'z'.repeat(21) })
    expect(html).toContain('4 more wait for you')
  })

  test('leaves behind what proves who someone is', async () => {
    const secrets = {
      password: 'Hidden-1',
      currentPassword: 'Hidden-2',
      code: 'Hidden-3',
      answer: 'Hidden-4',
    }
    const { html } = await asked({ ...message, ...secrets, newPassword: 'Hidden-5', terms: 'Hidden-6' })
    expect(html).toContain('hands')
    expect(html).not.toContain('Hidden')
    for (const { path } of kinds) {
      const kept = unsentForm(fill(path), { ...message, email: 'a@b.test', ...secrets })
      expect([path, Object.keys(kept?.fields ?? {}).filter((name) => name in secrets)]).toEqual([path, []])
    }
  })
})

describe('the writer', () => {
  test('is asked at the next sign-in, sends it, and is not asked again', async () => {
    const { browser, to, html } = await asked()
    expect(to).toBe(`/kept/${(await theRow()).id}`)
    for (const said of ['A new message', 'Symptom', 'Send now', 'Throw it away', 'Open the page instead'])
      expect(html).toContain(said)
    const mark = await auditMark()
    const response = await send(browser, html)
    expect(response.headers.get('Location')).toMatch(/^\/patients\/rosa-chart\/messages\/\w+$/)
    expect(await sent()).toBe(1)
    expect(await theRow()).toMatchObject({ sealed_fields: '', finished_at: expect.any(Number) })
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('kept.sent')
    expect((await signIn()).headers.get('Location')).toBe('/')
  })

  test('is told when there is nothing left, and sends nothing twice', async () => {
    const { browser, to, html } = await asked()
    const answers = await Promise.all([send(browser, html), send(browser, html)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect((await send(browser, html)).status).toBe(303)
    expect(await sent()).toBe(1)
    const again = await browser.get(to)
    expect([again.status, again.headers.get('Location')]).toEqual([303, '/'])
    expect(await (await browser.get('/records')).text()).toContain('nothing left to send')
  })

  test('may change the words first', async () => {
    const { browser, html } = await asked()
    await send(browser, html, { body: 'Better now.' })
    expect([await sent(), await sent('Better now.')]).toEqual([0, 1])
  })

  test('keeps it when it is refused, and mends it where it was refused', async () => {
    const { browser, html } = await asked({ ...message, category: '' })
    const refused = await send(browser, html)
    expect(refused.status).toBe(422)
    const row = await theRow()
    expect(row.finished_at).toBe(null)
    const fields = hiddenFields(await refused.text(), newMessage)
    expect(fields.keptId).toBe(row.id)
    expect((await browser.post(newMessage, { ...message, ...fields })).status).toBe(303)
    expect((await theRow()).finished_at).not.toBe(null)
    expect(await sent()).toBe(1)
  })

  test('finishes it where it was meant for, and nowhere else', async () => {
    const { browser } = await asked()
    const { id } = await theRow()
    await browser.post(thread, { submissionId: 'o'.repeat(21), body: 'Something else.', keptId: id })
    expect(await sent('Something else.')).toBe(1)
    expect((await theRow()).finished_at).toBe(null)
  })

  test('throws it away, twice if they like', async () => {
    const { browser, to } = await asked()
    for (const _ of [1, 2]) {
      const response = await browser.post(`${to}/removal`)
      expect([response.status, response.headers.get('Location')]).toEqual([303, '/'])
    }
    expect(await theRow()).toMatchObject({ sealed_fields: '' })
    expect(await sent()).toBe(0)
    expect((await signIn()).headers.get('Location')).toBe('/')
  })

  test('finds the others by one', async () => {
    await runOut('rosa')
    await as('rosa').post(thread, { submissionId: 'r'.repeat(21), body: 'A reply.' })
    await env.DB.prepare('UPDATE kept_forms SET kept_at = kept_at - 60000').run()
    const { browser, to, html } = await asked()
    const [, reply] = await rows()
    expect(to).not.toBe(`/kept/${reply?.id}`)
    expect(html).toContain('One more waits for you')
    expect(html).toContain(`href="/kept/${reply?.id}"`)
    const response = await browser.post(`${to}/removal`)
    expect(response.headers.get('Location')).toBe(`/kept/${reply?.id}`)
  })

  test('who may no longer open the record gets the words back, and nothing else', async () => {
    const browser = await tooLate('milo')
    await browser.post(newMessage, message)
    await env.DB.prepare(
      "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE id = 'milo-grant'"
    ).run()
    const to = (await signIn(browser, 'milo')).headers.get('Location') ?? ''
    const html = await (await browser.get(to)).text()
    expect(unescaped(html)).toContain(words)
    expect(html).not.toMatch(/Rosa|Díaz, Rosa|1952/)
    expect((await send(browser, html)).status).toBe(404)
    expect((await browser.get(newMessage)).status).toBe(404)
    expect(await sent()).toBe(0)
    expect((await theRow()).finished_at).toBe(null)
  })
})

describe('nothing is kept, and the words come back, when the session', () => {
  const set = (assignment: string) =>
    env.DB.prepare(`UPDATE sessions SET ${assignment} WHERE account_id = 'rosa'`).run()

  test.each([
    ['was signed out', `ended_at = ${Date.now()}`],
    ['ran out and was ended since, by a new password', `seen_at = 1, ended_at = ${Date.now()}`],
    ['was last used over a day ago', `seen_at = ${Date.now() - day - minute}`],
    ['never had its second step', `seen_at = ${Date.now() - 31 * minute}, completed_at = NULL`],
  ])('%s', async (_, assignment) => {
    await set(assignment)
    const response = await as('rosa').post(newMessage, message)
    expect(response.status).toBe(401)
    const html = await response.text()
    expect(unescaped(html)).toContain(words)
    expect(html).toContain(`action="${newMessage}"`)
    expect(await count('kept_forms')).toBe(0)
  })

  test('belongs to an account that was closed', async () => {
    await env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'rosa'").run()
    expect((await (await tooLate('rosa')).post(newMessage, message)).status).toBe(401)
    expect(await count('kept_forms')).toBe(0)
  })

  test('is none, or one that someone made up', async () => {
    const planted = new Browser()
    planted.jar.set('__Host-cs', 'planted')
    for (const browser of [new Browser(), planted])
      expect((await browser.post(newMessage, message)).status).toBe(401)
    expect(await count('kept_forms')).toBe(0)
  })

  test('was ended in the very moment', async () => {
    await runOut('rosa')
    const unsent = unsentForm(newMessage, message)
    if (!unsent) throw new Error('Nothing typed')
    const writer = { accountId: 'rosa', tokenHash: await sha256('rosa-session'), staffRole: null }
    const keep = () => storeKept(db(), writer, { id: 'x', unsent, sealed: 'x' }, 'r', new Date())
    expect(await keep()).toBe(true)
    await seed()
    await set(`ended_at = ${Date.now()}`)
    expect(await keep()).toBe(false)
    expect(await count('kept_forms')).toBe(0)
  })

  test('is in order but the form is larger than any we take', async () => {
    const response = await (await tooLate('rosa')).post(newMessage, { ...message, body: 'x'.repeat(70_000) })
    expect(response.status).toBe(401)
    expect(await count('kept_forms')).toBe(0)
  })

  test('is in order but nothing was typed', async () => {
    for (const fields of [
      {},
      { category: 'other', submissionId: 'e'.repeat(21), subject: ' ', body: ' \n' },
    ]) {
      const response = await (await tooLate('rosa')).post(newMessage, fields)
      expect(response.headers.get('Location')).toBe('/sign-in')
    }
    expect(await count('kept_forms')).toBe(0)
  })
})

describe('another account', () => {
  test('that signs in on the same browser is not asked, and sees nothing', async () => {
    const browser = await tooLate('rosa')
    await browser.post(newMessage, message)
    expect((await signIn(browser, 'ines')).headers.get('Location')).toBe('/')
    const { id } = await theRow()
    const mark = await auditMark()
    const before = await snapshot()
    for (const response of [await browser.get(`/kept/${id}`), await browser.post(`/kept/${id}/removal`)]) {
      expect(response.status).toBe(404)
      expect(await response.text()).not.toMatch(/tingle|Tingling/)
    }
    expect(await snapshot()).toEqual(before)
    expect((await auditSince(mark)).map(({ action, account_id }) => [action, account_id])).toEqual([
      ['kept.refused', 'ines'],
      ['kept.refused', 'ines'],
    ])
  })

  test('cannot finish it by naming it in a form of its own, not even in the same place', async () => {
    await (await tooLate('rosa')).post(newMessage, message)
    const { id } = await theRow()
    const own = { ...message, keptId: id }
    expect((await as('milo').post(newMessage, own)).status).toBe(303)
    expect((await as('ines').post('/patients/ines-chart/messages/new', own)).status).toBe(303)
    expect((await theRow()).finished_at).toBe(null)
  })

  test('is not given what someone else wrote in its browser', async () => {
    // Rosa's tab is still open where another has signed in since, and been signed out.
    for (const [who, page] of [
      ['ines', newMessage],
      ['vera', thread],
      ['audra', answer],
      ['frida', answer],
      ['nadia', newMessage],
      ['rosa', answer],
      ['rosa', address],
    ] as const) {
      const response = await (await tooLate(who)).post(page, { ...message, email: 'x@example.test' })
      expect([who, page, response.status]).toEqual([who, page, 401])
      expect(await response.text()).toContain('This was not sent yet')
    }
    expect(await count('kept_forms')).toBe(0)
  })

  test.each([
    ['account', "account_id = 'ines'", 'ines'],
    ['destination', "path = '/patients/rosa-chart/messages/refill'", 'rosa'],
    ['destination, to none of ours', "path = '//evil.test'", 'rosa'],
    ['words', "sealed_fields = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'", 'rosa'],
    ['words, to no sealed ones', "sealed_fields = '***'", 'rosa'],
  ] as const)('gets nothing by another %s in the row', async (_, assignment, who) => {
    await (await tooLate('rosa')).post(newMessage, message)
    const { id } = await theRow()
    await env.DB.prepare(`UPDATE kept_forms SET ${assignment}`).run()
    const mark = await auditMark()
    const browser = await backToWork(who)
    const response = await browser.get(`/kept/${id}`)
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/'])
    expect(await (await browser.get('/records')).text()).toContain('cannot open it any more')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('kept.unreadable.refused')
  })

  test('nobody opens it under another key', async () => {
    await (await tooLate('rosa')).post(newMessage, message)
    await runOut('rosa', 0)
    const bindings = { ...env, TOKEN_KEY: 'another key of more than thirty-two characters' }
    expect((await as('rosa', bindings).get(`/kept/${(await theRow()).id}`)).status).toBe(303)
  })
})

test('an announcement is kept with all its words, and looked over before it goes', async () => {
  const typed = {
    submissionId: 'a'.repeat(21),
    subjectEn: 'Flu shots',
    bodyEn: 'e'.repeat(8000),
    subjectEs: 'Vacuna',
    bodyEs: 'ñ'.repeat(8000),
    audience: 'list',
    mrns: '10001',
  }
  await (await tooLate('nadia')).post(paths.announcementNew, typed)
  const browser = await backToWork('nadia')
  const to = `/kept/${(await theRow()).id}`
  const page = await (await browser.get(to)).text()
  for (const said of ['An announcement to patients', 'Flu shots', typed.bodyEs, 'Continue'])
    expect(page).toContain(said)
  const taken = await browser.submit(to, {}, paths.announcementNew)
  expect(taken.headers.get('Location')).toMatch(/^\/admin\/announcements\/[\w-]+$/)
  expect(await (await browser.get(taken.headers.get('Location') ?? '')).text()).toContain(typed.bodyEn)
})

describe('a page that sends ahead what stands in its form', () => {
  const ahead = { ...message, keptPath: newMessage }

  test('before the end: it is kept, and it is no sign of a person', async () => {
    await runOut('rosa', 29 * minute)
    const seen = () =>
      env.DB.prepare("SELECT seen_at FROM sessions WHERE account_id = 'rosa'").first('seen_at')
    const before = await seen()
    const response = await as('rosa').post('/kept', ahead)
    const row = await theRow()
    expect(response.status).toBe(204)
    expect(row).toMatchObject({ account_id: 'rosa', path: newMessage })
    expect(await seen()).toBe(before)
  })

  test('after the end: it is kept, and its button may still come', async () => {
    const browser = await tooLate('rosa')
    await browser.post('/kept', ahead)
    await browser.post(newMessage, { ...message, body: `${words} Now.` })
    await theRow()
    const to = (await signIn(browser)).headers.get('Location') ?? ''
    expect(await (await browser.get(to)).text()).toContain('Since Monday. Now.')
  })

  test.each([
    '',
    '/',
    '/sign-in',
    '/settings/credentials/password',
    '/register/abc',
    '//evil.test/patients/rosa-chart/messages/new',
    'https://evil.test/patients/rosa-chart/messages/new',
    '/patients/rosa-chart/messages/new?x',
    '/patients/rosa-chart/messages/new#x',
    '/patients/rosa-chart/messages/../messages/new',
    '/patients/rosa%2fchart/messages/new',
    '/patients/rosa-chart/messages/new\n',
    'javascript:alert(1)',
    '/patients/ines-chart/messages/new',
    '/admin/patients/rosa-chart/messages/refill',
    'x'.repeat(9000),
  ])('keeps nothing for %j', async (keptPath) => {
    expect((await as('rosa').post('/kept', { ...message, keptPath })).status).toBe(422)
    expect(await count('kept_forms')).toBe(0)
  })

  test('keeps nothing for another site, nor for nobody', async () => {
    const response = await as('rosa').post('/kept', ahead, { 'Sec-Fetch-Site': 'cross-site' })
    expect(response.status).toBe(403)
    await new Browser().post('/kept', ahead)
    expect(await count('kept_forms')).toBe(0)
  })
})

test('reading keeps nothing, and changes nothing that is kept', async () => {
  await (await tooLate('rosa')).get(`${newMessage}?body=${words}&subject=x`)
  expect(await count('kept_forms')).toBe(0)
  await seedKept()
  await backToWork('rosa')
  const before = await snapshot()
  expect((await as('rosa').get('/kept/rosa-kept')).status).toBe(200)
  expect(await snapshot()).toEqual(before)
})

test('what nobody came back for is gone after seven days', async () => {
  const runCron = () =>
    worker.scheduled(
      createScheduledController({ scheduledTime: new Date('2026-11-22T15:00:12Z'), cron: '* * * * *' }),
      env
    )
  const { browser, to } = await asked()
  await runCron()
  await theRow()
  await env.DB.prepare('UPDATE kept_forms SET expires_at = expires_at - ?')
    .bind(7 * day)
    .run()
  expect((await browser.get(to)).status).toBe(303)
  expect((await signIn()).headers.get('Location')).toBe('/')
  await runCron()
  expect(await count('kept_forms')).toBe(0)
})

/** Forms whose words do not outlive the session, and why. */
const neverKept: Partial<Record<Path, string>> = {
  [paths.signIn]: 'a way in: nobody is signed in yet',
  [paths.secondStep]: 'a way in',
  [paths.secondStepSetup]: 'a way in',
  [paths.secondStepRecovery]: 'a way in',
  [paths.secondStepPasskey]: 'a way in',
  [paths.passkeySignIn]: 'a way in',
  [paths.forgotPassword]: 'a way in',
  [paths.reset]: 'a way in',
  [paths.emailUndo]: 'a way in',
  [paths.register]: 'a way in',
  [paths.registerCode]: 'a way in',
  [paths.registerRequest]: 'a way in',
  [paths.confirm]: 'a password',
  [paths.confirmPasskey]: 'a passkey',
  [paths.emailSettings]: 'what someone signs in with',
  [paths.emailCode]: 'a code',
  [paths.passwordSettings]: 'a password',
  [paths.secondStepApp]: 'a code',
  [paths.passkeys]: 'a passkey',
  [paths.passkey]: 'a name of a few letters, among what someone signs in with',
  [paths.recoveryCodes]: 'nothing is typed',
  [paths.recoveryCodesKept]: 'nothing is typed',
  [paths.secondStepAppRemoval]: 'nothing is typed',
  [paths.secondStepRemoval]: 'nothing is typed',
  [paths.passkeyRemoval]: 'nothing is typed',
  [paths.passkeysKept]: 'nothing is typed',
  [paths.deviceSignOut]: 'nothing is typed',
  [paths.devicesSignOut]: 'nothing is typed',
  [paths.trustRemoval]: 'nothing is typed',
  [paths.draftRemoval]: 'nothing is typed',
  [paths.auditLog]: 'a search',
  [paths.userNew]: 'whoever gives access must have proved themselves a moment ago',
  [paths.userRevocation]: 'nothing is typed',
  [paths.userInvitationAgain]: 'nothing is typed',
  [paths.join]: 'a way in',
  [paths.joinCode]: 'a way in',
  [paths.adminPatientDetails]: 'what others changed meanwhile must be seen before anything is saved there',
  [paths.invitationRounds]: 'nothing is typed',
  [paths.invitationRound]: 'nothing is typed',
  [paths.rosters]: 'a file, which its owner still has',
  [paths.roster]: 'nothing is typed',
  [paths.rosterColumns]: 'chosen from what the file suggests, and the file is kept',
  [paths.rosterDecision]: 'nothing is typed',
  [paths.rosterRemoval]: 'nothing is typed',
  [paths.adminInvitationRepair]: 'an address, to which nothing must go before it is looked at again',
  [paths.adminStaffNew]: 'whoever lets a colleague in must have proved themselves a moment ago',
  [paths.adminStaffInvitationRevocation]: 'nothing is typed',
  [paths.adminStaffRole]: 'whoever changes what a colleague may do must have proved themselves a moment ago',
  [paths.adminStaffDeactivation]: 'a line, and closing an account must not wait',
  [paths.adminStaffReactivation]: 'whoever lets a colleague in must have proved themselves a moment ago',
  [paths.adminMailRetry]: 'nothing is typed',
  [paths.adminMailGivingUp]: 'nothing is typed',
  [paths.adminView]: 'one sentence that is asked for anew, for a look that begins anew',
  [paths.adminViewEnd]: 'nothing is typed',
  [paths.adminUserInvitationAgain]: 'nothing is typed',
  [paths.adminUserInvitationRemoval]: 'nothing is typed',
  [paths.userInvitationRemoval]: 'nothing is typed',
  [paths.leaving]: 'nothing is typed',
  [paths.adminUserNew]: 'whoever gives access must be sure at that moment',
  [paths.adminUserRevocation]: 'a line, and taking access away must not wait',
  [paths.adminAppointmentNew]: 'a time that may be taken by then: it must be looked over anew',
  [paths.adminAppointment]: 'what others changed meanwhile must be seen before anything is saved there',
  [paths.adminAppointmentCancellation]: 'a line, to an appointment that may have changed by then',
  [paths.adminAppointmentRequest]: 'a line, and the request is still there',
  [paths.adminPreparation]: 'what others changed meanwhile must be seen before anything is saved there',
  [paths.calendarSettings]: 'nothing is typed',
  [paths.calendarRemoval]: 'nothing is typed',
  [paths.questionRemoval]: 'nothing is typed',
  [paths.appointmentRequestWithdrawal]: 'nothing is typed',
  [paths.adminMergeSeparation]: 'nothing is typed',
  [paths.uploads]: 'a file, which its owner still has',
  [paths.upload]: 'nothing is typed',
  [paths.uploadRemoval]: 'nothing is typed',
  [paths.uploadColumns]: 'chosen from what the file suggests, and the file is kept',
  [paths.uploadHeader]: 'a few short lines, and the file is kept',
  [paths.messageWithdrawal]: 'nothing is typed',
  [paths.messageSearch]: 'a few words that are looked for',
  [paths.notifications]: 'nothing is typed',
  [paths.announcementSending]: 'nothing is typed',
  [paths.announcementRemoval]: 'nothing is typed',
  [paths.signOut]: 'nothing is typed',
  [paths.adminWorkAssignment]: 'nothing is typed',
  [paths.adminThreadReopening]: 'nothing is typed',
  [paths.adminThreadReplies]: 'nothing is typed',
  [paths.adminDraftRemoval]: 'nothing is typed',
  [paths.adminRecipients]: 'a search',
  [paths.quickReplyNew]: 'a text for later, which no patient waits for',
  [paths.quickReply]: 'a text for later',
  [paths.quickReplyRemoval]: 'nothing is typed',
  [paths.sessionExtension]: 'nothing is typed',
  [paths.language]: 'nothing is typed',
  [paths.termsUpdate]: 'an agreement is given by the person, each time',
  [paths.keep]: 'it keeps what belongs to another path',
  [paths.keptRemoval]: 'nothing is typed',
  [paths.resetMail]: 'nothing is typed',
  [paths.adminPatients]: 'a search changes nothing, and names people',
  [paths.adminInvitation]: 'nothing is typed',
  [paths.adminInvitationRevocation]: 'nothing is typed',
  [paths.adminWorkClaim]: 'nothing is typed',
  [paths.adminThreadClosure]: 'nothing is typed',
  [paths.adminAccountLockRemoval]: 'nothing is typed',
  [paths.adminAccountSignOut]: 'nothing is typed',
  [paths.adminAccountSecondStepReset]: 'who someone is must be found out each time',
  [paths.adminStaffLockRemoval]: 'nothing is typed',
  [paths.adminStaffSecondStepReset]: 'who someone is must be found out each time',
  [paths.reportOpening]: 'nothing is typed',
  [paths.resultTiming]: 'a choice, which is made anew in a moment',
  [paths.adminReportComments]:
    'the report may have changed, and must be looked at again before anything is said of it',
  [paths.adminReportHolds]: 'what keeps a result from a patient must be decided by who is there',
  [paths.adminReportHoldLifting]: 'nothing is typed',
  [paths.adminReportKind]: 'nothing is typed',
  [paths.unmatchedOne]: 'a search changes nothing',
  [paths.unmatchedMatch]: 'nothing is typed',
  [paths.unmatchedFiling]: 'nothing is typed',
  [paths.unmatchedSetAside]: 'a few words, about what may be decided meanwhile',
  [paths.feedNew]: 'a few words',
  [paths.feedSettings]: 'a few words, beside what stands by then',
  [paths.feedRevocation]: 'nothing is typed',
  [paths.feedBodyReplay]: 'nothing is typed',
}

const posts = table.filter(
  ({ method, access }) => method === 'POST' && access !== 'development' && !machines.includes(access)
)
test.each(posts.map(({ path, access }) => [path, access] as const))(
  'POST %s is kept, or it is written down why not',
  async (path, access) => {
    const isKept = kinds.some((kind) => kind.path === path)
    // What others changed in the practice's own settings meanwhile must be seen before anything is saved there.
    const isNever = path in neverKept || path.startsWith(`${paths.practice}/`)
    expect([path, isKept, isNever]).toEqual([path, isKept, !isKept])
    const who = (admitted[access]?.rosa.find((name) => name !== 'nobody') ?? 'rosa') as Member
    const typed = {
      subject: 'Kept?',
      body: 'Kept?',
      bodyEn: 'Kept?',
      note: 'Kept?',
      email: 'kept@example.test',
      name: 'Kept?',
      q: 'Kept?',
    }
    await (await tooLate(who)).post(fill(path), { ...typed, submissionId: 'p'.repeat(21) })
    expect(await count('kept_forms')).toBe(isKept ? 1 : 0)
  }
)

test('each form that is kept is a page as well', () => {
  for (const { path } of kinds)
    expect([path, table.some((route) => route.method === 'GET' && route.path === path)]).toEqual([path, true])
})
