import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resources } from '../../src/db/schema.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { db, type Person, seed } from '../support/people.ts'

beforeEach(seed)
afterEach(() => env.DB.prepare("DELETE FROM resources WHERE id = 'bad'").run())

const read = async (person: Person, query = '') => (await as(person).get(`/resources${query}`)).text()

test.each(['nobody', 'rosa', 'milo', 'frida'] as const)('%s finds the three groups', async (person) => {
  const { text, links } = await readPage(await read(person))
  const groups = ['National Cancer Institute', 'American Cancer Society', 'CancerCare']
  for (const name of groups) expect(text).toContain(`${name} (opens in a new tab)`)
  const urls = links.map(({ url }) => url)
  for (const url of ['https://www.cancer.gov', 'https://www.cancer.org', 'https://www.cancercare.org'])
    expect(urls).toContain(url)
  expect(urls).toContain('tel:+18004226237')
})

test('says what each is for in the reader’s language', async () => {
  expect(await read('nobody')).toContain('Free counseling')
  const spanish = await read('nobody', '?lang=es')
  expect(spanish).toContain('Consejería gratis')
  expect(spanish).not.toContain('Free counseling')
})

test('opens links in a tab that knows nothing of this one', async () => {
  const away = [...(await read('rosa')).matchAll(/<a[^>]*href="https:[^>]*>/g)].map(([tag]) => tag)
  expect(away).toHaveLength(3)
  for (const tag of away) expect(tag).toMatch(/target="_blank" rel="noopener noreferrer/)
})

test('what was typed into a resource stays text, and a script is no link', async () => {
  const bad = hostile.markup ?? ''
  await db()
    .insert(resources)
    .values({ id: 'bad', position: 9, name: bad, url: 'javascript:alert(1)', purposeEn: bad, purposeEs: bad })
  const html = await read('nobody')
  expect(html).toContain('&lt;script&gt;')
  expect(html).not.toMatch(/<script>|<img|javascript:/)
})

test('is two trips at most', async () => {
  const { database, asked } = watched(env.DB)
  await as('rosa', { ...env, DB: database }).get('/resources')
  expect(asked.trips).toBe(2)
})

test('the record someone came from stays open beside the links, if it is theirs to open', async () => {
  const page = '/resources?record=rosa-chart'
  for (const person of ['milo', 'vera', 'ines', 'frida', 'nobody'] as const) {
    const html = await (await as(person).get(page)).text()
    if (person === 'milo') expect(html).toContain('You are viewing the account of Rosa Díaz')
    else expect(html).not.toContain('Rosa Díaz')
  }
})

test.each(['/patients/rosa-chart', '/patients/rosa-chart/labs', '/settings'])(
  'someone who acts for one person alone is told so behind the tab of %s',
  async (page) => {
    const tab = (await (await as('milo').get(page)).text()).match(/href="(\/resources[^"]*)"/)?.[1] ?? ''
    const html = await (await as('milo').get(tab)).text()
    expect(html).toContain('You are viewing the account of Rosa Díaz')
    expect(html).toContain('href="/patients/rosa-chart/messages"')
  }
)

test('someone at their own record is not', async () => {
  const tab = (await (await as('rosa').get('/patients/rosa-chart')).text()).match(/href="(\/resources[^"]*)"/)
  expect(await (await as('rosa').get(tab?.[1] ?? '')).text()).not.toContain('You are viewing')
})
