import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mailWriters } from '../src/mails.ts'
import { deliverDue } from '../src/outbox/deliver.ts'
import { as, Browser } from './support/browser.ts'
import { Clock } from './support/clock.ts'
import { openToken, seedInvitations } from './support/invitation.ts'
import { seedKept } from './support/kept.ts'
import { seedMail } from './support/mail.ts'
import { seedPasskey } from './support/passkeys.ts'
import { people, seed } from './support/people.ts'
import { ResendAccount } from './support/resend.ts'
import { admitted, fill, machines, table } from './support/site.ts'

beforeEach(async () => {
  await seed()
  await seedInvitations()
  await seedKept()
  await seedPasskey()
  await seedMail()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Everything that reads like a person or a body, marked so that it is known wherever it turns up. */
const mark = 'KANARIENVOGEL'
const personal: Record<string, string[]> = {
  accounts: ['given_name', 'family_name'],
  patients: ['given_name', 'family_name', 'search_name', 'phone'],
  grants: ['relationship'],
  threads: ['subject'],
  messages: ['body', 'relationship'],
  appointments: ['title', 'place', 'room', 'address', 'clinician', 'preparation', 'note'],
  reports: ['title', 'ordered_by', 'laboratory', 'conclusion', 'comment'],
  observations: ['name', 'value', 'unit', 'comment'],
}
// A revoked grant never changes, by trigger.
const live = (table: string) => (table === 'grants' ? 'WHERE revoked_at IS NULL' : '')

async function plantMarks() {
  await env.DB.batch([
    ...Object.entries(personal).map(([table, columns]) =>
      env.DB.prepare(
        `UPDATE ${table} SET ${columns.map((column) => `${column} = '${mark} ${table}.${column}'`)} ${live(table)}`
      )
    ),
    env.DB.prepare(`UPDATE accounts SET email = lower('${mark}.') || email`),
    env.DB.prepare(`UPDATE patients SET email = lower('${mark}.') || email, mrn = '${mark}' || mrn`),
  ])
}

/** Everything the portal says to a log while someone tours the whole site, answers and failures alike. */
async function takeTour() {
  await plantMarks()
  const said: unknown[][] = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void said.push(words))
  const failing = {
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: () => {
      throw new Error(
        `Failed query: SELECT 1\n  FROM patients\nparams: ${mark},\n${mark}\n    at ${mark}\n    at f (${mark}:1:1)`
      )
    },
  } as unknown as D1Database
  const answers: { headers: Headers; html: string }[] = []
  const keep = async (answer: Response) => {
    answers.push({ headers: answer.headers, html: await answer.text() })
  }
  for (const { method, path, access } of table.filter(({ access }) => !machines.includes(access)))
    for (const person of admitted[access]?.rosa ?? [])
      for (const DB of [env.DB, failing]) {
        const browser = as(person, { ...env, DB })
        const url = `${fill(path)}?q=${mark}&next=/${mark}&to=${mark}`
        await keep(
          method === 'GET'
            ? await browser.get(url, { Referer: `https://portal.test/${mark}`, 'User-Agent': mark })
            : await browser.post(url, {
                email: `${mark}@example.test`,
                password: mark,
                code: mark,
                subject: mark,
                body: mark,
                category: 'other',
                submissionId: 'z'.repeat(21),
              })
        )
      }
  await keep(await new Browser().get(`/${mark}/nowhere?q=${mark}`))
  vi.restoreAllMocks()
  return { said: said.map((words) => words.map(String).join(' ')), answers }
}
let taken: ReturnType<typeof takeTour> | undefined
const tour = () => {
  taken ??= takeTour()
  return taken
}

test('no log line holds a name, an address, a message, a token or an URL', async () => {
  const { said } = await tour()
  expect(said.length).toBeGreaterThan(100)
  expect(said.filter((line) => new RegExp(mark, 'i').test(line))).toEqual([])
  expect(said.filter((line) => /rosa-session|rosa-chart|refill|@example/.test(line))).toEqual([])
  expect(said.filter((line) => line.includes(openToken))).toEqual([])
})

test('every log line is JSON with known fields only', async () => {
  const { said } = await tour()
  const known = [
    'level',
    'requestId',
    'method',
    'route',
    'status',
    'ms',
    'trips',
    'error',
    'at',
    'what',
    'kind',
  ]
  const unknown = said.flatMap((line) =>
    Object.keys(JSON.parse(line) as object).filter((name) => !known.includes(name))
  )
  expect([...new Set(unknown)]).toEqual([])
})

test('no header that leaves the portal holds anything of a record', async () => {
  const { answers } = await tour()
  const leaking = answers.flatMap((answer) =>
    [...answer.headers]
      // Where a person asked to go next is theirs to keep in the address of the sign-in form.
      .filter(([name, value]) => value.includes(mark) && !(name === 'location' && value.includes('next=')))
      .map(([name, value]) => `${name}: ${value}`)
  )
  expect(leaking.filter((line) => !line.startsWith(`location: /${mark}`))).toEqual([])
})

test('what a page says goes to those it is for: a title never holds anything of a record', async () => {
  const { answers } = await tour()
  for (const answer of answers) expect(answer.html.match(/<title>([^<]*)</)?.[1] ?? '').not.toContain(mark)
})

test('no mail holds anything of a record, and nothing in the database opens anything', async () => {
  const account = new ResendAccount()
  const frida = as('frida', account.bindings)
  await frida.submit('/admin/patients/otto-chart/invitation', {})
  await as('rosa', account.bindings).submit('/patients/rosa-chart/messages/new', {
    category: 'medicine',
    subject: `${mark} subject`,
    body: `${mark} body`,
  })
  await as('nadia', account.bindings).submit('/admin/patients/rosa-chart/messages/refill', {
    body: `${mark} answer`,
  })
  await deliverDue(account.bindings, mailWriters, new Clock(Date.now() + 1).now)
  const sent = await account.sent()
  expect(sent.length).toBeGreaterThanOrEqual(2)
  for (const mail of sent) {
    const words = `${mail.subject} ${mail.text} ${mail.html}`
    expect(words).not.toMatch(new RegExp(`${mark}|Refill|medicine|cancer treatment|Nadia|Reyes`))
    for (const { familyName } of Object.values(people)) expect(mail.subject).not.toContain(familyName)
  }

  const tokens = sent.flatMap(({ text }) =>
    [...text.matchAll(/\/register\/([\w-]{43})/g)].map(([, token]) => token)
  )
  expect(tokens.length).toBeGreaterThan(0)
  const { results } = await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all<{
    name: string
  }>()
  for (const { name } of results.filter(({ name }) => !name.startsWith('_cf'))) {
    const rows = JSON.stringify((await env.DB.prepare(`SELECT * FROM ${name}`).all()).results)
    for (const token of tokens) expect(rows.includes(String(token)), name).toBe(false)
    expect(rows.includes('rosa-session'), name).toBe(false)
  }
  for (const { name } of (await env.INVITATIONS.list()).keys)
    for (const token of tokens) {
      expect(name).not.toContain(token)
      expect(await env.INVITATIONS.get(name)).not.toContain(token)
    }
})
