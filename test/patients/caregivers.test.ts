import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../src/db/id.ts'
import { sessions } from '../../src/db/schema.ts'
import { invitationToken, sha256 } from '../../src/identity/secret.ts'
import { as, Browser } from '../support/browser.ts'
import { strike } from '../support/cron.ts'
import { PostOffice, typed } from '../support/invited.ts'
import { db, type Person, password, seed } from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/users'
const rows = async <T = Record<string, unknown>>(query: string, ...bound: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...bound)
      .all<T>()
  ).results
const confirm = (who = 'rosa') =>
  env.DB.prepare('UPDATE sessions SET confirmed_at = ? WHERE account_id = ?').bind(Date.now(), who).run()
const paulo = { email: 'paulo@example.test', givenName: 'Paulo', familyName: 'Díaz', relationship: 'Brother' }
const birth = { month: '3', day: '27', year: '1952' }
async function invite(fields: Record<string, string> = {}, who: Person = 'rosa') {
  await confirm(who)
  return as(who).post(`${url}/new`, { submissionId: newId(), ...paulo, act: 'grant', ...fields })
}
const invitations = () =>
  rows<{ id: string; email: string; revoked_at: number | null; replaced_at: number | null }>(
    "SELECT * FROM invitations WHERE kind = 'caregiver' ORDER BY created_at"
  )
const grants = () =>
  rows<{
    id: string
    account_id: string
    revoked_at: number | null
    relationship: string
    revoked_reason: string | null
    revoked_by: string | null
  }>("SELECT * FROM grants WHERE patient_id = 'rosa-chart' AND id NOT IN ('milo-grant', 'vera-grant')")
/** Rosa invites Paulo, who opens the link in a browser of his own. */
async function open() {
  const office = new PostOffice()
  await invite()
  await office.deliver()
  return { office, link: await office.link(), browser: new Browser() }
}
async function accept() {
  const { office, link, browser } = await open()
  const code = await office.code(browser, link)
  const response = await browser.post(link, { ...typed, ...birth, code })
  return { office, link, browser, response }
}

describe('giving access', () => {
  test('says in plain words what they will see, then invites; the caregiver registers and reads everything', async () => {
    await confirm()
    const look = await as('rosa').post(`${url}/new`, { submissionId: newId(), ...paulo })
    const words = await look.text()
    for (const each of [
      'Please check before you give access',
      'all test results, visits and messages, old ones too',
      'paulo@example.test',
      'your password',
    ])
      expect(words).toContain(each)
    expect(await invitations()).toEqual([])

    const { browser, response } = await accept()
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/patients/rosa-chart')
    const home = await (await browser.get('/patients/rosa-chart')).text()
    expect(home).toContain('Rosa')
    expect((await browser.get('/patients/rosa-chart/labs')).status).toBe(200)
    expect(await grants()).toMatchObject([{ relationship: 'Brother', revoked_at: null }])
    expect(
      await rows("SELECT given_name, family_name FROM accounts WHERE email = 'paulo@example.test'")
    ).toEqual([{ given_name: 'Paulo', family_name: 'Díaz' }])
    expect(await rows("SELECT account_id FROM patients WHERE id = 'rosa-chart'")).toEqual([
      { account_id: 'rosa' },
    ])
    expect(await (await as('rosa').get(url)).text()).toContain('paulo@example.test')
    expect(await rows("SELECT account_id FROM outbox WHERE kind = 'access-changed'")).toEqual([
      { account_id: 'rosa' },
    ])
  })

  test('asks for the patient’s date of birth, and says nothing of them before that', async () => {
    const { office, link, browser } = await open()
    const code = await office.code(browser, link)
    const page = await (await browser.get(link)).text()
    expect(page).not.toMatch(/Rosa|Díaz|1952/)
    const wrong = await browser.post(link, { ...typed, ...birth, year: '1953', code })
    expect(wrong.status).toBe(422)
    expect(await grants()).toEqual([])
    const mail = await office.newest()
    expect(`${mail.subject} ${mail.text}`).not.toMatch(/Rosa|Díaz/)
  })

  test('someone who has an account signs in, and the record is added', async () => {
    const office = new PostOffice()
    await invite({ email: 'ines@example.test' })
    await office.deliver()
    const link = await office.link()
    expect(await (await new Browser().get(link)).text()).toContain('Sign in')
    const response = await as('ines').post(link, birth)
    expect(response.headers.get('Location')).toBe('/patients/rosa-chart')
    expect(await grants()).toMatchObject([{ account_id: 'ines' }])
    expect((await as('ines').get('/patients/ines-chart')).status).toBe(200)
  })

  test('fifty who finish one invitation at once are one caregiver', async () => {
    const { office, link, browser } = await open()
    const code = await office.code(browser, link)
    await Promise.all(Array.from({ length: 50 }, () => browser.post(link, { ...typed, ...birth, code })))
    expect(await grants()).toHaveLength(1)
    expect(await rows("SELECT id FROM accounts WHERE email = 'paulo@example.test'")).toHaveLength(1)
  })

  test.each([
    ['themselves', 'rosa@example.test', 'own address'],
    ['who has access', 'milo@example.test', 'has access already'],
    ['staff', 'nadia@example.test', 'works at the practice'],
    ['not an address', 'paulo at home', 'Enter an email address'],
  ])('%s: refused with its own answer, and what was typed stays', async (_, email, words) => {
    const response = await invite({ email })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain(words)
    expect(html).toContain('value="Brother"')
    expect(await invitations()).toEqual([])
  })

  test('an address invited already is offered a new link, which ends the old one', async () => {
    const { office, link } = await open()
    expect(await (await invite()).text()).toContain('has been invited already')
    const [first] = await invitations()
    expect(
      (await as('rosa').post(`${url}/invitations/${first?.id}/new-link`, { submissionId: newId() })).status
    ).toBe(303)
    await office.deliver()
    const fresh = await office.link()
    expect(fresh).not.toBe(link)
    expect((await new Browser().get(link)).status).toBe(410)
    expect((await new Browser().get(fresh)).status).toBe(200)
  })

  describe('an invitation that ran out', () => {
    const runOut = () => env.DB.prepare('UPDATE invitations SET expires_at = 1').run()
    const again = (id = '', who: Person = 'rosa') =>
      as(who).submit(url, { submissionId: newId() }, `${url}/invitations/${id}/new-link`)

    test('leaves the list when someone is invited anew, and cannot be sent anew beside it', async () => {
      await invite()
      await runOut()
      const [first] = await invitations()
      expect((await invite()).status).toBe(303)
      const list = await (await as('rosa').get(url)).text()
      expect(list.match(/paulo@example\.test<\/span>/g)).toHaveLength(3)
      expect(list).not.toContain(first?.id)
      const response = await again(first?.id)
      expect([response.status, response.headers.get('Location')]).toEqual([303, url])
      expect(await invitations()).toHaveLength(2)
      expect(await rows("SELECT id FROM outbox WHERE kind = 'invitation'")).toHaveLength(2)
    })

    test.each([
      [
        'has access by now',
        "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES ('in', 'rosa-chart', 'ines', 'Friend', 1, 'rosa')",
      ],
      [
        'works here by now',
        "UPDATE accounts SET staff_role = 'clinical', second_step_at = 1 WHERE id = 'ines'",
      ],
      ['is closed by now', "UPDATE accounts SET deactivated_at = 1 WHERE id = 'ines'"],
      ['is of a record that is closed by now', "UPDATE patients SET inactive_at = 1 WHERE id = 'rosa-chart'"],
    ])('is not sent anew to someone who %s', async (_, change) => {
      await invite({ email: 'ines@example.test' })
      await runOut()
      await env.DB.prepare(change).run()
      const rosa = as('rosa')
      const [one] = await invitations()
      const response = await rosa.post(`${url}/invitations/${one?.id}/new-link`, { submissionId: newId() })
      expect(response.status).toBe(303)
      expect(await (await rosa.get(url)).text()).toContain('We did not send a new link')
      expect(await invitations()).toHaveLength(1)
      expect(await rows("SELECT id FROM outbox WHERE kind = 'invitation'")).toHaveLength(1)
    })

    test('of another record is not there', async () => {
      await invite()
      const [one] = await invitations()
      const elsewhere = `/patients/ines-chart/users/invitations/${one?.id}/new-link`
      expect((await as('ines').post(elsewhere, { submissionId: newId() })).status).toBe(404)
      expect((await again('nothing')).status).toBe(404)
    })
  })

  describe('nobody’s mailbox is flooded', () => {
    const another = (n: number) => invite({ email: `friend${n}@example.test` })

    test('by many addresses from one account', async () => {
      for (let n = 1; n <= 10; n++) expect((await another(n)).status).toBe(303)
      const refused = await another(11)
      expect(refused.status).toBe(422)
      const html = await refused.text()
      expect(html).toContain('Many invitations were sent in a short time')
      expect(html).toContain('value="friend11@example.test"')
      expect(await invitations()).toHaveLength(10)
      await env.DB.prepare('UPDATE throttles SET blocked_until = 1').run()
      expect((await another(11)).status).toBe(303)
    })

    test('by many links to one address, from whichever account', async () => {
      const submissionId = newId()
      expect((await invite({ submissionId })).status).toBe(303)
      expect((await invite({ submissionId })).status).toBe(303)
      const rosa = as('rosa')
      const newest = async () => (await invitations()).find(({ replaced_at }) => !replaced_at)?.id
      const again = async () =>
        rosa.post(`${url}/invitations/${await newest()}/new-link`, { submissionId: newId() })
      for (let n = 2; n <= 5; n++) expect((await again()).status).toBe(303)
      expect(await invitations()).toHaveLength(5)
      await again()
      expect(await (await rosa.get(url)).text()).toContain('many links were sent today')
      expect(await invitations()).toHaveLength(5)

      await confirm('ines')
      const fields = { submissionId: newId(), ...paulo, act: 'grant' }
      expect((await as('ines').post('/patients/ines-chart/users/new', fields)).status).toBe(422)
      const byStaff = { ...fields, proof: 'Seen.' }
      expect((await as('frida').post('/admin/patients/otto-chart/users/new', byStaff)).status).toBe(422)
      expect(await invitations()).toHaveLength(5)
      expect(await rows("SELECT id FROM outbox WHERE kind = 'invitation'")).toHaveLength(5)
    })
  })

  test('two forms at once to one address invite once, and one form twice invites once', async () => {
    await confirm()
    const submissionId = newId()
    await Promise.all([invite(), invite(), invite({ submissionId }), invite({ submissionId })])
    expect(await invitations()).toHaveLength(1)
    expect(await rows("SELECT id FROM outbox WHERE kind = 'invitation'")).toHaveLength(1)
  })

  test('takes the password of a moment ago: a phone left open is not enough', async () => {
    await env.DB.prepare('UPDATE sessions SET confirmed_at = NULL').run()
    const form = await as('rosa').get(`${url}/new`)
    expect(form.headers.get('Location')).toContain('/confirm?next=')
    const fields = { submissionId: newId(), ...paulo }
    const rosa = as('rosa')
    const refused = await rosa.post(`${url}/new`, { ...fields, act: 'grant' })
    expect(refused.status).toBe(422)
    const asked = await refused.text()
    expect(asked).toContain('value="Paulo"')
    expect(asked).toContain('type="password"')
    const wrong = await rosa.post(`${url}/new`, { ...fields, password: 'Not-My-Word-1' })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).not.toContain('Not-My-Word-1')
    expect(await invitations()).toEqual([])

    const right = await (await rosa.post(`${url}/new`, { ...fields, password })).text()
    expect(right).toContain('Please check before you give access')
    expect(right).not.toContain(password)
    expect((await rosa.post(`${url}/new`, { ...fields, act: 'grant' })).status).toBe(303)
    expect(await invitations()).toHaveLength(1)
  })

  test('an invitation taken back opens nothing, and one taken up first is told so', async () => {
    const { link } = await open()
    const [one] = await invitations()
    const rosa = as('rosa')
    const takeBack = async (id = '') => {
      const { status } = await rosa.post(`${url}/invitations/${id}/removal`)
      return status === 303 ? (await rosa.get(url)).text() : status
    }
    expect(await takeBack(one?.id)).toContain('The invitation was taken back.')
    expect(await takeBack(one?.id)).toContain('The invitation was taken back.')
    expect((await new Browser().get(link)).status).toBe(410)
    const { response } = await accept()
    expect(response.status).toBe(303)
    const [, two] = await invitations()
    expect(await takeBack(two?.id)).toContain('had been taken up')
    expect(await takeBack('no-such-one')).toBe(404)
    expect(await grants()).toHaveLength(1)
  })

  test('whoever came to work at the practice since they were invited is not let in with that address', async () => {
    const office = new PostOffice()
    await invite({ email: 'ines@example.test' })
    await office.deliver()
    const link = await office.link()
    await env.DB.prepare(
      "UPDATE accounts SET staff_role = 'clinical', second_step_at = 1 WHERE id = 'ines'"
    ).run()
    const response = await as('ines').post(link, birth)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('someone who works here')
    expect(await grants()).toEqual([])
  })

  test('the list says whose record it is', async () => {
    expect(await (await as('rosa').get(url)).text()).toContain('Who can see the record of Rosa Díaz')
  })

  test('a caregiver who was here weeks ago is still seen to have been, and a password alone is no visit', async () => {
    const milo = new Browser()
    await milo.submit('/sign-in', { email: 'milo@example.test', password })
    expect((await milo.get('/patients/rosa-chart/messages')).status).toBe(200)
    const at = Date.UTC(2025, 8, 20, 21, 5)
    await env.DB.batch([
      env.DB.prepare(
        "UPDATE accounts SET last_sign_in_at = ? WHERE id = 'milo' AND last_sign_in_at IS NOT NULL"
      ).bind(at),
      env.DB.prepare("UPDATE sessions SET created_at = ?1, seen_at = ?1 WHERE account_id = 'milo'").bind(at),
    ])
    const half = { tokenHash: 'half', accountId: 'milo', createdAt: new Date(), seenAt: new Date() }
    await db().insert(sessions).values(half)
    await strike()
    expect(await rows("SELECT token_hash FROM sessions WHERE account_id = 'milo'")).toEqual([
      { token_hash: 'half' },
    ])
    expect(await (await as('rosa').get(url)).text()).toContain('Last seen Saturday, September 20')
    const desk = await (await as('frida').get('/admin/patients/rosa-chart')).text()
    expect(desk).toContain('Sep 20, 2025, 4:05 p.m.')
  })

  test('a caregiver who never came is seen to have been never', async () => {
    await env.DB.prepare("DELETE FROM sessions WHERE account_id = 'milo'").run()
    expect(await (await as('rosa').get(url)).text()).toContain('Not seen yet.')
    expect(await (await as('frida').get('/admin/patients/rosa-chart')).text()).toContain('Never')
  })

  test.each(['milo', 'vera', 'ines', 'frida', 'nadia'] as const)(
    '%s gives nobody access to it',
    async (who) => {
      expect((await as(who).get(url)).status).toBe(404)
      expect((await as(who).get(`${url}/new`)).status).toBe(404)
      expect((await invite({}, who)).status).toBe(404)
      expect(await invitations()).toEqual([])
    }
  )
})

describe('revoking', () => {
  const revoke = (who: Person = 'rosa') => as(who).post(`${url}/milo-grant/revocation`)
  const draft = { submissionId: newId(), category: 'something-else', subject: 'Words', body: 'Typed before' }

  test('says that it is permanent, and then everything is closed on the next request', async () => {
    const milo = as('milo')
    expect((await milo.get('/patients/rosa-chart')).status).toBe(200)
    await milo.post('/patients/rosa-chart/messages/new', { ...draft, act: 'draft' })
    const page = await (await as('rosa').get(`${url}/milo-grant/revocation`)).text()
    expect(page).toContain('This is permanent')
    expect((await revoke()).status).toBe(303)
    for (const path of [
      '',
      '/messages',
      '/messages/refill',
      '/labs',
      '/labs/reports/cbc',
      '/appointments',
      '/calendar',
      '/leaving',
    ])
      expect((await milo.get(`/patients/rosa-chart${path}`)).status).toBe(404)
    const list = await (await as('rosa').get(url)).text()
    expect(list).toContain('Revoked on')
    expect(await rows("SELECT id FROM drafts WHERE account_id = 'milo'")).toEqual([])
  })

  test('a second tap means the same as the first, and is written down once', async () => {
    const [{ mark } = { mark: 0 }] = await rows<{ mark: number }>(
      'SELECT max(seq) AS mark FROM audit_entries'
    )
    const answers = [await revoke(), await revoke()]
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(new Set(answers.map(({ headers }) => headers.get('Location')))).toEqual(new Set([url]))
    expect((await as('rosa').get(`${url}/milo-grant/revocation`)).headers.get('Location')).toBe(url)
    expect(
      await rows(
        `SELECT account_id, actor, subject_id FROM audit_entries WHERE action = 'sharing.revoked' AND seq > ${mark}`
      )
    ).toEqual([{ account_id: 'rosa', actor: 'patient', subject_id: 'milo-grant' }])
    expect(await rows("SELECT id FROM outbox WHERE kind = 'access-changed'")).toHaveLength(1)
    expect((await as('rosa').post(`${url}/no-such-grant/revocation`)).status).toBe(404)
  })

  test.each(['rosa', 'frida'] as const)(
    'the caregiver hears of it once when %s does it, and not whose record it was',
    async (who) => {
      const at =
        who === 'rosa'
          ? `${url}/milo-grant/revocation`
          : '/admin/patients/rosa-chart/users/milo-grant/revocation'
      const tap = () => as(who).post(at, { reason: 'She called.' })
      await Promise.all([tap(), tap(), tap()])
      await tap()
      expect(
        await rows("SELECT account_id, patient_id, cancelled_at FROM outbox WHERE kind = 'access-ended'")
      ).toEqual([{ account_id: 'milo', patient_id: null, cancelled_at: null }])
      const office = new PostOffice()
      await office.deliver()
      const mails = await office.mails('milo@example.test')
      expect(mails).toHaveLength(1)
      const [mail] = mails
      expect(mail?.text).toContain('your access to a record in CareSpace ended')
      expect(JSON.stringify(mail)).not.toMatch(/Rosa|Díaz|Frida|rosa-chart|milo-grant|patient|called/i)
    }
  )

  test('a form that was being filled in is refused, its words are given back, and nothing is stored', async () => {
    const before = await rows('SELECT id FROM messages')
    await revoke()
    const response = await as('milo').post('/patients/rosa-chart/messages/new', {
      ...draft,
      submissionId: newId(),
    })
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('Typed before')
    expect(await rows('SELECT id FROM messages')).toEqual(before)
  })

  test('an invitation to the same address ends with it, and mail that waits is not sent', async () => {
    await env.DB.batch([
      env.DB.prepare(`INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, invited_by, created_at)
        VALUES ('again', 'caregiver', 'rosa-chart', 'milo@example.test', 'h', 'en', 'rosa', ?)`).bind(
        Date.now()
      ),
      env.DB.prepare(`INSERT INTO outbox (id, kind, subject_id, account_id, patient_id, created_at, due_at)
        VALUES ('waits', 'new-message', 'refill-1', 'milo', 'rosa-chart', 1, 1)`),
    ])
    await revoke()
    expect(await rows("SELECT revoked_at IS NOT NULL AS r FROM invitations WHERE id = 'again'")).toEqual([
      { r: 1 },
    ])
    expect(await rows("SELECT cancelled_at IS NOT NULL AS c FROM outbox WHERE id = 'waits'")).toEqual([
      { c: 1 },
    ])
  })

  test('a second record stays open', async () => {
    await env.DB.prepare(
      "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES ('second', 'ines-chart', 'milo', 'Friend', 1, 'ines')"
    ).run()
    await revoke()
    expect((await as('milo').get('/patients/ines-chart')).status).toBe(200)
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(404)
  })

  test('of a hundred requests around the moment none that begins after it succeeds, in ten rounds', async () => {
    const makeFeed = async () => {
      await as('milo').post('/patients/rosa-chart/calendar')
      const page = await (await as('milo').get('/patients/rosa-chart/calendar')).text()
      return /\/calendars\/[\w-]+\/appointments\.ics/.exec(page)?.[0] ?? ''
    }
    let feed = ''
    const kinds: (() => Promise<Response>)[] = [
      () => as('milo').get('/patients/rosa-chart/labs'),
      () => as('milo').get('/patients/rosa-chart/labs/reports/cbc'),
      () =>
        as('milo').get('/patients/rosa-chart/messages/refill', {
          'HX-Request': 'true',
          'HX-Request-Type': 'partial',
        }),
      () => as('milo').get('/patients/rosa-chart/labs/history/hgb/csv'),
      () =>
        as('milo').post('/patients/rosa-chart/messages/new', {
          ...draft,
          submissionId: newId(),
          act: 'draft',
        }),
      () => as('milo').post('/patients/rosa-chart/messages/refill', { submissionId: newId(), body: 'Late' }),
      () => new Browser().get(feed),
    ]
    for (let round = 0; round < 10; round++) {
      const old = feed
      const grantId = round === 0 ? 'milo-grant' : `milo-grant-${round}`
      if (round > 0)
        await env.DB.prepare(
          "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES (?, 'rosa-chart', 'milo', 'Son', 1, 'rosa')"
        )
          .bind(grantId)
          .run()
      // An address of the time before does not come back with new access.
      if (old) expect((await new Browser().get(old)).status).toBe(404)
      feed = await makeFeed()
      expect((await new Browser().get(feed)).status).toBe(200)
      let isOver = false
      const late: number[] = []
      const ask = async (_: unknown, i: number) => {
        const startedAfter = isOver
        const { status } = await (kinds[i % kinds.length] as () => Promise<Response>)()
        if (startedAfter) late.push(status)
      }
      const many = Array.from({ length: 50 }, ask)
      await as('rosa').post(`${url}/${grantId}/revocation`)
      isOver = true
      await Promise.all([...many, ...Array.from({ length: 50 }, ask)])
      expect(late).toHaveLength(50)
      expect(new Set(late)).toEqual(new Set([404]))
    }
  })

  test('a file that is on its way when access ends is not kept', async () => {
    const body = [
      ...Object.entries({ ...draft, submissionId: 'u'.repeat(21), act: 'draft' }).map(
        ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
      ),
      `--x\r\nContent-Disposition: form-data; name="files"; filename="letter.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n${'a'.repeat(400_000)}\n%%EOF\n\r\n`,
      '--x--\r\n',
    ].join('')
    const upload = async (meanwhile: () => Promise<unknown>) => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      const writer = writable.getWriter()
      const response = as('milo').request('/patients/rosa-chart/messages/new', {
        method: 'POST',
        body: readable,
        headers: { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': String(body.length) },
      })
      const half = body.length / 2
      await writer.write(new TextEncoder().encode(body.slice(0, half)))
      await meanwhile()
      await writer.write(new TextEncoder().encode(body.slice(half)))
      await writer.close()
      return (await response).status
    }
    const kept = () => rows("SELECT name FROM attachments WHERE account_id = 'milo' AND removed_at IS NULL")
    expect(await upload(async () => {})).toBe(303)
    expect(await kept()).toEqual([{ name: 'letter.pdf' }])
    await env.DB.batch(['attachments', 'drafts'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
    expect(await upload(() => revoke())).toBe(404)
    expect(await kept()).toEqual([])
    expect(await rows("SELECT id FROM drafts WHERE account_id = 'milo'")).toEqual([])
  })

  test('accepting a new invitation while access is being revoked leaves no access', async () => {
    await env.DB.prepare(
      `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, relationship, invited_by, created_at, sent_at, expires_at)
       VALUES ('again', 'caregiver', 'rosa-chart', 'milo@example.test', ?, 'en', 'Son', 'rosa', ?, ?, ?)`
    )
      .bind(
        await sha256(await invitationToken(env.TOKEN_KEY, 'again')),
        Date.now(),
        Date.now(),
        Date.now() + 86_400_000
      )
      .run()
    const link = `/register/${await invitationToken(env.TOKEN_KEY, 'again')}`
    expect((await as('milo').get(link)).status).toBe(200)
    await Promise.all([revoke(), as('milo').post(link, birth), revoke()])
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(404)
    expect((await as('milo').post(link, birth)).status).toBe(410)
    expect(
      await rows(
        "SELECT id FROM grants WHERE account_id = 'milo' AND patient_id = 'rosa-chart' AND revoked_at IS NULL"
      )
    ).toEqual([])
  })

  test('accepting and taking back at once: whoever is invited has access or not, and never both', async () => {
    const { office, link, browser } = await open()
    const code = await office.code(browser, link)
    const [one] = await invitations()
    await Promise.all([
      browser.post(link, { ...typed, ...birth, code }),
      as('rosa').post(`${url}/invitations/${one?.id}/removal`),
    ])
    const [after] = await invitations()
    const isIn = (await browser.get('/patients/rosa-chart')).status === 200
    expect(isIn).toBe(after?.revoked_at === null)
    expect(await grants()).toHaveLength(isIn ? 1 : 0)
  })

  test('giving access again is a new invitation', async () => {
    await revoke()
    const office = new PostOffice()
    expect((await invite({ email: 'milo@example.test', givenName: 'Milo' })).status).toBe(303)
    await office.deliver()
    await as('milo').post(await office.link(), birth)
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(200)
    expect(
      await rows(
        "SELECT revoked_at IS NULL AS live FROM grants WHERE account_id = 'milo' AND patient_id = 'rosa-chart' ORDER BY granted_at"
      )
    ).toEqual([{ live: 0 }, { live: 1 }])
  })

  test('staff do it after a call, with a reason', async () => {
    const at = '/admin/patients/rosa-chart/users/milo-grant/revocation'
    expect((await as('frida').post(at, { reason: ' ' })).status).toBe(422)
    expect((await as('frida').post(at, { reason: 'Rosa called on Monday.' })).status).toBe(303)
    expect(await rows("SELECT revoked_by, revoked_reason FROM grants WHERE id = 'milo-grant'")).toEqual([
      { revoked_by: 'frida', revoked_reason: 'Rosa called on Monday.' },
    ])
    expect(await (await as('frida').get('/admin/patients/rosa-chart')).text()).toContain(
      'Reason: Rosa called on Monday.'
    )
    expect(await (await as('audra').get('/admin/audit')).text()).toContain('Rosa called on Monday.')
    const list = await (await as('rosa').get(url)).text()
    expect(list).toMatch(/Milo Díaz[\s\S]*Revoked by our office on /)
    expect(list).toMatch(/Vera Stone[\s\S]*Revoked on /)
    for (const page of [url, '/patients/rosa-chart/access-history'])
      expect(await (await as('rosa').get(page)).text()).not.toContain('called on Monday')
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(404)
  })

  test.each(['milo', 'ines', 'vera', 'nadia', 'audra'] as const)('%s revokes nothing', async (who) => {
    expect((await revoke(who)).status).toBe(404)
    expect(
      (await as(who).post('/admin/patients/rosa-chart/users/milo-grant/revocation', { reason: 'x' })).status
    ).toBe(404)
    expect((await as('ines').post('/patients/ines-chart/users/milo-grant/revocation')).status).toBe(404)
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(200)
  })
})

describe('leaving', () => {
  test('a caregiver goes by themselves, for good, and the patient is told', async () => {
    expect(await (await as('milo').get('/manage-users')).text()).toContain('Rosa')
    const taps = [
      await as('milo').post('/patients/rosa-chart/leaving'),
      await as('milo').post('/patients/rosa-chart/leaving'),
    ]
    expect(taps.map(({ status }) => status)).toEqual([303, 303])
    expect((await as('milo').get('/patients/rosa-chart')).status).toBe(404)
    expect((await as('vera').post('/patients/rosa-chart/leaving')).status).toBe(404)
    expect(await rows("SELECT revoked_by FROM grants WHERE id = 'milo-grant'")).toEqual([
      { revoked_by: 'milo' },
    ])
    expect(await rows("SELECT account_id FROM outbox WHERE kind = 'access-changed'")).toEqual([
      { account_id: 'rosa' },
    ])
    expect(await rows("SELECT id FROM outbox WHERE kind = 'access-ended'")).toEqual([])
  })

  test('the patient does not leave their own record', async () => {
    expect((await as('rosa').post('/patients/rosa-chart/leaving')).status).toBe(404)
    expect((await as('rosa').get('/patients/rosa-chart')).status).toBe(200)
  })
})

describe('a record without a login', () => {
  const at = '/admin/patients/otto-chart/users/new'
  test('is opened to a caregiver by staff, with how they know', async () => {
    const fields = { submissionId: newId(), ...paulo, act: 'grant' }
    expect((await as('frida').post(at, fields)).status).toBe(422)
    expect((await as('frida').post(at, { ...fields, proof: 'Power of attorney, seen today.' })).status).toBe(
      303
    )
    expect(
      await rows("SELECT patient_id, proof, invited_by FROM invitations WHERE kind = 'caregiver'")
    ).toEqual([{ patient_id: 'otto-chart', proof: 'Power of attorney, seen today.', invited_by: 'frida' }])
    expect(await (await as('frida').get('/admin/patients/otto-chart')).text()).toContain(
      'How we know: Power of attorney, seen today.'
    )
    expect(await (await as('audra').get('/admin/audit')).text()).toContain('Power of attorney, seen today.')
  })

  test('speaks to staff of the patient', async () => {
    const words = await (
      await as('frida').post(at, { submissionId: newId(), ...paulo, proof: 'Seen.' })
    ).text()
    expect(words).toContain('if they get a login later')
    expect(words).not.toMatch(/your password|Who they are to you/)
    expect(await (await as('frida').get(at)).text()).toContain('Who they are to the patient')
  })

  test('staff send its link anew and take it back', async () => {
    const office = new PostOffice()
    await as('frida').post(at, { submissionId: newId(), ...paulo, act: 'grant', proof: 'Seen.' })
    await office.deliver()
    const old = await office.link()
    const [one] = await rows<{ id: string }>("SELECT id FROM invitations WHERE kind = 'caregiver'")
    const place = '/admin/patients/otto-chart/users/invitations'
    expect(await (await as('frida').get('/admin/patients/otto-chart')).text()).toContain(
      `${place}/${one?.id}/new-link`
    )
    for (const who of ['nadia', 'audra', 'rosa'] as const)
      expect((await as(who).post(`${place}/${one?.id}/new-link`)).status).toBe(404)
    expect((await as('frida').post(`${place}/${one?.id}/new-link`, { submissionId: newId() })).status).toBe(
      303
    )
    await office.deliver()
    const fresh = await office.link()
    expect((await new Browser().get(old)).status).toBe(410)
    expect((await new Browser().get(fresh)).status).toBe(200)
    const [two] = await rows<{ id: string }>(
      "SELECT id FROM invitations WHERE kind = 'caregiver' AND replaced_at IS NULL"
    )
    expect((await as('frida').post(`${place}/${two?.id}/removal`)).status).toBe(303)
    expect((await new Browser().get(fresh)).status).toBe(410)
  })

  test.each([
    ['deceased_at = 1', 'This record is closed'],
    ['inactive_at = 1', 'This record is closed'],
    ['birth_date = NULL', 'no date of birth on file'],
  ])('with %s it is opened to nobody', async (fact, words) => {
    await env.DB.prepare(`UPDATE patients SET ${fact} WHERE id = 'otto-chart'`).run()
    const response = await as('frida').post(at, {
      submissionId: newId(),
      ...paulo,
      act: 'grant',
      proof: 'Seen.',
    })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(words)
    expect(await rows("SELECT id FROM invitations WHERE kind = 'caregiver'")).toEqual([])
  })

  test('one with a login is the patient’s own to open', async () => {
    const there = '/admin/patients/rosa-chart/users/new'
    expect((await as('frida').get(there)).headers.get('Location')).toBe('/admin/patients/rosa-chart')
    expect(
      (await as('frida').post(there, { submissionId: newId(), ...paulo, proof: 'x', act: 'grant' })).status
    ).toBe(422)
    expect(await invitations()).toEqual([])
    for (const who of ['nadia', 'audra', 'rosa'] as const) expect((await as(who).get(at)).status).toBe(404)
  })
})

test('someone with one record of their own is led to it at once', async () => {
  expect((await as('rosa').get('/manage-users')).headers.get('Location')).toBe(url)
  expect(await (await as('rosa').get('/patients/rosa-chart')).text()).toContain('Manage Users')
})
