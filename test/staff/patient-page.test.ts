import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const rosa = '/admin/patients/rosa-chart'
const otto = '/admin/patients/otto-chart'
const hour = 60 * 60 * 1000
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const textOf = async (url: string, person: 'frida' | 'okafor' = 'frida') =>
  (await readPage(await (await as(person).get(url)).text())).text

const invited = (facts: Record<string, number | string | null> = {}) => {
  const row: Record<string, number | string | null> = {
    id: 'inv',
    kind: 'patient',
    patient_id: 'otto-chart',
    email: 'otto@example.test',
    token_hash: 'hash',
    language: 'en',
    invited_by: 'frida',
    created_at: Date.now() - hour,
    sent_at: Date.now() - hour,
    expires_at: Date.now() + 95 * hour,
    ...facts,
  }
  const names = Object.keys(row)
  return run(
    `INSERT INTO invitations (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
}

const mail = (facts: Record<string, number | string | null>) => {
  const row: Record<string, number | string | null> = {
    id: 'mail',
    kind: 'invitation',
    subject_id: 'inv',
    patient_id: 'otto-chart',
    created_at: Date.now() - hour,
    due_at: Date.now() - hour,
    ...facts,
  }
  const names = Object.keys(row)
  return run(
    `INSERT INTO outbox (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(row)
  )
}

test('one view answers a call: who, where, how far, and who else', async () => {
  const text = await textOf(rosa)
  for (const fact of [
    'Rosa Díaz',
    '03/27/1952',
    '10001',
    '(479) 555-0101',
    'rosa@example.test',
    'Registered',
    'Has not signed in yet.',
    'No invitation has been sent.',
    'Milo Díaz',
    'Son',
    'milo@example.test',
    'Vera Stone',
    'Access taken away',
  ])
    expect(text).toContain(fact)
  expect(text.indexOf('Vera Stone')).toBeGreaterThan(text.indexOf('Access taken away'))
})

test('the day someone was born is read alike in both languages', async () => {
  await run("UPDATE patients SET birth_date = '1952-03-04' WHERE id = 'rosa-chart'")
  expect(await textOf(rosa)).toContain('03/04/1952')
  expect(await textOf(`${rosa}?lang=es`)).toContain('4 mar 1952')
})

test.each([
  ['okafor', true],
  ['frida', false],
] as const)(
  'the way to the lab results stands there for who may read them (%s: %s)',
  async (person, isThere) => {
    const { links } = await readPage(await (await as(person).get(rosa)).text())
    expect(links.some(({ url }) => url === `${rosa}/labs`)).toBe(isThere)
  }
)

test('the last sign-in is shown', async () => {
  await run("UPDATE accounts SET last_sign_in_at = ? WHERE id = 'rosa'", Date.UTC(2026, 10, 20, 22, 5))
  expect(await textOf(rosa)).toContain('Last sign-in: Friday, November 20, 4:05 p.m. CST.')
})

test('another sign-in address than the one on file stands out', async () => {
  expect(await textOf(rosa)).not.toContain('Not the address on file')
  await run("UPDATE accounts SET email = 'other@example.test' WHERE id = 'rosa'")
  expect(await textOf(rosa)).toMatch(/other@example.test\s*Not the address on file/)
})

describe('the state of the portal in words:', () => {
  const past = Date.now() - hour
  test.each([
    ['Not invited', null, undefined],
    ['Sending', { sent_at: null, expires_at: null }, 'The mail has not left yet.'],
    ['Sent', { expires_at: Date.UTC(2099, 5, 1, 17, 0) }, 'until Monday, June 1, 12:00 p.m. CDT'],
    [
      'Expired',
      { sent_at: Date.UTC(2026, 0, 1), expires_at: Date.UTC(2026, 0, 5, 18, 30) },
      'Monday, January 5, 12:30 p.m. CST',
    ],
    ['Locked: date of birth', { locked_at: past, birth_date_tries: 5 }, 'Five wrong dates of birth.'],
    ['Replaced', { replaced_at: past }, undefined],
    ['Address changed', { address_changed_at: past }, undefined],
    ['Revoked', { revoked_at: past }, undefined],
  ])('%s', async (word, facts, detail) => {
    if (facts) await invited(facts)
    const text = await textOf(otto)
    expect(text).toContain(`Portal status${word}`)
    if (detail) expect(text).toContain(detail)
  })
})

describe('what became of each mail:', () => {
  test.each([
    ['waiting', {}, 'Invitation: waiting to be sent'],
    [
      'tried',
      { attempts: 2, failure: 'rate_limit_exceeded' },
      'not sent yet, 2 tries: too many mails at once',
    ],
    ['sent', { sent_at: Date.UTC(2026, 10, 20, 22, 5) }, 'Invitation: sent Nov 20, 2026, 4:05 p.m.'],
    [
      'failed',
      { failed_at: Date.UTC(2026, 10, 20, 22, 5), failure: 'validation_error' },
      'failed Nov 20, 2026, 4:05 p.m.: the address was not accepted',
    ],
    ['dropped', { cancelled_at: 1 }, 'not sent: no longer needed'],
    [
      'delivered',
      { sent_at: 1, delivered_at: Date.UTC(2026, 10, 20, 22, 5) },
      'Invitation: delivered Nov 20, 2026, 4:05 p.m.',
    ],
    [
      'delayed',
      { sent_at: Date.UTC(2026, 10, 20, 22, 5), delayed_at: 1 },
      'sent Nov 20, 2026, 4:05 p.m., but delayed on its way',
    ],
    [
      'bounced',
      {
        sent_at: 1,
        bounced_at: Date.UTC(2026, 10, 20, 22, 5),
        bounce_kind: 'hard',
        bounce_reason: 'no_mailbox',
      },
      'came back Nov 20, 2026, 4:05 p.m.: there is no such mailbox',
    ],
    [
      'complained',
      { sent_at: 1, delivered_at: 1, complained_at: Date.UTC(2026, 10, 20, 22, 5) },
      'marked as spam Nov 20, 2026, 4:05 p.m.',
    ],
    [
      'failed for a reason without words of ours',
      { failed_at: Date.UTC(2026, 10, 20, 22, 5), failure: 'teapot' },
      'the mail service said “teapot”',
    ],
  ])('%s', async (_, facts, words) => {
    await invited()
    await mail(facts)
    expect(await textOf(otto)).toContain(words)
  })

  test('a failed last mail asks to check the address', async () => {
    await invited()
    await mail({ failed_at: Date.now(), failure: 'validation_error' })
    expect(await textOf(otto)).toContain('The last mail to this patient failed.')
  })

  test('so does one that came back, until someone gave it up', async () => {
    await invited()
    await mail({ sent_at: 1, bounced_at: 2, bounce_kind: 'hard', bounce_reason: 'no_mailbox' })
    expect(await textOf(otto)).toContain('The last mail to this patient failed.')
    await run("UPDATE outbox SET given_up_at = 3, given_up_by = 'frida'")
    expect(await textOf(otto)).not.toContain('The last mail to this patient failed.')
  })

  test('mail about other things stands apart', async () => {
    await mail({ kind: 'new-message', subject_id: 'refill', patient_id: 'rosa-chart' })
    expect(await textOf(rosa)).toContain('Notice of a new message: waiting to be sent')
  })

  test('mail of another patient is not shown', async () => {
    await mail({ kind: 'new-message', subject_id: 'refill', patient_id: 'rosa-chart', failure: 'theirs' })
    expect(await textOf(otto)).not.toContain('Notice of a new message')
  })
})

test('who is registered is not offered another invitation', async () => {
  const html = await (await as('frida').get(rosa)).text()
  expect(html).not.toContain(`${rosa}/invitation"`)
  expect(await (await as('frida').get(otto)).text()).toContain(`href="${otto}/invitation"`)
})

test('opening the page is written down, and changes nothing', async () => {
  const before = await snapshot()
  const mark = await auditMark()
  await as('frida').get(rosa)
  expect(await auditSince(mark)).toEqual([
    {
      actor: 'front-desk',
      account_id: 'frida',
      patient_id: 'rosa-chart',
      action: 'record.read',
      subject_id: null,
    },
  ])
  expect(await snapshot()).toEqual(before)
})

test('names with markup in them are text', async () => {
  await run(
    "UPDATE patients SET given_name = '<img src=x onerror=alert(1)>', phone = 'javascript:alert(1)', email = '\"><script>' WHERE id = 'otto-chart'"
  )
  const html = await (await as('frida').get(otto)).text()
  expect((await readPage(html)).unsafe).toEqual([])
  expect(html).not.toContain('<img')
  expect(html).not.toMatch(/href="javascript/i)
})

test.each(['nadia', 'audra', 'rosa', 'milo', 'ines'] as const)('%s is refused', async (person) => {
  const mark = await auditMark()
  const response = await as(person).get(rosa)
  expect(response.status).toBe(404)
  expect(await response.text()).not.toContain('Díaz</h1>')
  expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['record.refused'])
})

test('a patient that does not exist is not there', async () => {
  expect((await as('frida').get('/admin/patients/no-such-chart')).status).toBe(404)
})

test('Spanish is spoken throughout', async () => {
  await invited()
  const browser = as('frida')
  browser.jar.set('__Host-language', 'es')
  const { text } = await readPage(await (await browser.get(otto)).text())
  expect(text).toContain('Estado en el portal')
  expect(text).not.toMatch(/Portal status|Invitations|Date of birth|Caregivers/)
})

describe('a record that looks like another one', () => {
  const words = 'Perhaps the same person has another record'
  const another = (facts: Record<string, string | null>) => {
    const row = {
      id: 'twin',
      mrn: '20002',
      given_name: 'Ottó',
      family_name: 'Nguyễn',
      search_name: 'nguyen otto',
      birth_date: '1944-09-30',
      created_at: 1,
      ...facts,
    }
    const names = Object.keys(row)
    return run(
      `INSERT INTO patients (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      ...Object.values(row)
    )
  }

  test.each([
    ['the same birth date and a like name', {}],
    ['the same birth date and address', { search_name: 'other name', email: ' Otto@Example.test' }],
  ])('is pointed out: %s', async (_, facts) => {
    await another(facts)
    const html = await (await as('frida').get(otto)).text()
    expect(html).toContain(words)
    expect(html).toContain('href="/admin/patients/twin"')
    expect(html).toContain('record 20002')
    expect(await textOf('/admin/patients/twin')).toContain(words)
  })

  test.each([
    ['another birth date', { birth_date: '1944-09-29' }],
    ['another name', { search_name: 'abbott otto' }],
    ['a record that was merged', { merged_into: 'rosa-chart' }],
  ])('and not with %s', async (_, facts) => {
    await another(facts)
    expect(await textOf(otto)).not.toContain(words)
  })
})
