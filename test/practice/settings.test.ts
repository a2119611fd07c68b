import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Category } from '../../src/db/schema.ts'
import { dangerWords } from '../../src/messages/danger.ts'
import { href, paths } from '../../src/paths.ts'
import { as } from '../support/browser.ts'
import { snapshot } from '../support/database.ts'
import { unescaped } from '../support/html.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { table } from '../support/site.ts'

beforeEach(seed)

type Row = Record<string, unknown> & { categories: Category[] }

async function practice(): Promise<Row> {
  const row = await env.DB.prepare('SELECT * FROM practice').first<Record<string, string>>()
  const json = (name: string) => JSON.parse(row?.[name] ?? 'null')
  return {
    ...row,
    office_hours: json('office_hours'),
    holidays: json('holidays'),
    categories: json('categories'),
    danger_words: json('danger_words'),
  }
}
const queue = (id: string) => env.DB.prepare('SELECT * FROM queues WHERE id = ?').bind(id).first()
const changes = async () => (await env.DB.prepare('SELECT * FROM practice_changes').all()).results
const categoryNamed = async (id: string) => (await practice()).categories.find((each) => each.id === id)
const offeredIds = async () =>
  (await practice()).categories.filter(({ retiredAt }) => !retiredAt).map(({ id }) => id)

/** What is wrong, as a page says it. */
const problems = (html: string) =>
  unescaped(html)
    .match(/<div class="errs"[\s\S]*?<\/div>/)?.[0]
    .match(/<li>.*?<\/li>/g)
    ?.map((line) => line.replace(/<[^>]+>/g, '')) ?? []

const okafor = () => as('okafor')

async function expectRefused(response: Response, ...said: (string | RegExp)[]) {
  const html = await response.text()
  expect(response.status).toBe(422)
  for (const words of said) expect(problems(html)).toContainEqual(expect.stringMatching(words))
  return unescaped(html)
}

const week = Object.fromEntries(
  [1, 2, 3, 4, 5].flatMap((day) => [
    [`open${day}`, 'yes'],
    [`opens${day}`, '8:00 a.m.'],
    [`closes${day}`, '5:00 p.m.'],
  ])
)
const contact = {
  name: 'Hillside Cancer Care',
  phone: '(479) 587-1700',
  address: '100 Hillside Way, Fayetteville, AR 72701',
  timeZone: 'America/Chicago',
}
const parking = {
  nameEn: 'Parking',
  hintEn: 'Where to leave your car',
  nameEs: 'Estacionamiento',
  hintEs: 'Dónde dejar su auto',
  queue: 'front-desk',
}
const schedulers = { nameEn: 'Schedulers', nameEs: 'Citas', signatureEn: '', signatureEs: '' }

const at = (categoryId: string) => ({
  page: href(paths.practiceCategory, { categoryId }),
  retirement: href(paths.practiceCategoryRetirement, { categoryId }),
  back: href(paths.practiceCategoryReturn, { categoryId }),
  place: href(paths.practiceCategoryPlace, { categoryId }),
})
const atQueue = (queueId: string) => ({
  page: href(paths.practiceQueue, { queueId }),
  retirement: href(paths.practiceQueueRetirement, { queueId }),
  back: href(paths.practiceQueueReturn, { queueId }),
  place: href(paths.practiceQueuePlace, { queueId }),
})
const retireCategory = (id: string) => okafor().submit(at(id).page, {}, at(id).retirement)

describe('who may change the practice', () => {
  const settings = table.filter(({ path }) => path.startsWith(paths.practice))

  test('staff with the admin role, and nobody else', () => {
    expect(new Set(settings.map(({ access }) => access))).toEqual(new Set(['staff:settings']))
    expect(settings.length).toBeGreaterThan(20)
  })

  test.each(['frida', 'nadia', 'audra'] as const)('%s sees no way there, and no page', async (person) => {
    expect(await (await as(person).get(paths.admin)).text()).not.toContain(`href="${paths.practice}"`)
    expect((await as(person).get(paths.practice)).status).toBe(404)
    expect((await as(person).post(paths.practiceHours, week)).status).toBe(404)
    expect(await changes()).toEqual([])
  })

  test('who may finds it in the navigation', async () => {
    const html = await (await okafor().get(paths.admin)).text()
    expect(html).toContain(`href="${paths.practice}"`)
  })
})

describe('every change', () => {
  test('is kept as it was and as it became, with who did it, in the audit trail too', async () => {
    const mark = await auditMark()
    const response = await okafor().submit(paths.practicePromise, { hours: '4' })
    expect([response.status, response.headers.get('Location')]).toEqual([303, paths.practice])
    expect(await practice()).toMatchObject({ reply_promise_hours: 4 })
    const [change] = await changes()
    expect(change).toMatchObject({
      act: 'promise-changed',
      before: '{"replyPromiseHours":8}',
      after: '{"replyPromiseHours":4}',
      changed_by: 'okafor',
    })
    expect(await auditSince(mark)).toMatchObject([
      { action: 'practice.promise-changed', account_id: 'okafor', actor: 'admin', subject_id: change?.id },
    ])
    expect(await (await okafor().get(paths.practice)).text()).toContain(
      'Ada Okafor changed the reply promise'
    )
  })

  test('that changes nothing is not one', async () => {
    const mark = await auditMark()
    const browser = okafor()
    for (const [path, fields] of [
      [paths.practicePromise, { hours: '8' }],
      [paths.practiceHours, week],
      [paths.practiceContact, contact],
      [paths.practiceDangerWords, { en: dangerWords.en.join('\n'), es: dangerWords.es.join('\r\n') }],
    ] as const) {
      expect([path, (await browser.submit(path, fields)).status]).toEqual([path, 303])
      expect(await (await browser.get(paths.practice)).text()).toContain('Nothing changed')
    }
    expect(await changes()).toEqual([])
    expect(await auditSince(mark)).toEqual([])
  })

  test('needs the page that shows what it changes', async () => {
    const before = await snapshot()
    for (const [path, fields] of [
      [paths.practiceHours, { ...week, open5: '' }],
      [paths.practiceContact, { ...contact, name: 'Ours' }],
      [paths.practicePromise, { hours: '4' }],
      [at('medicine').page, { ...parking, seen: 'x' }],
      [at('medicine').retirement, {}],
      [atQueue('billing').page, schedulers],
    ] as const)
      expect([path, (await okafor().post(path, fields)).status]).toEqual([path, 422])
    expect(await snapshot()).toEqual(before)
  })
})

describe('two admins at once', () => {
  test('the second is told, sees what stands now, and keeps what they typed', async () => {
    const page = await (await okafor().get(paths.practicePromise)).text()
    const seen = page.match(/name="seen" value="(\w+)"/)?.[1] ?? ''
    await okafor().submit(paths.practicePromise, { hours: '4' })
    const response = await okafor().post(paths.practicePromise, { hours: '6', seen })
    const html = await expectRefused(response, 'Someone else changed this')
    expect(html).toContain('What stands now')
    expect(html).toContain('With 4 office hours')
    expect(html).toContain('value="6"')
    expect(await practice()).toMatchObject({ reply_promise_hours: 4 })

    // They have seen it now: theirs may take its place.
    const fresh = html.match(/name="seen" value="(\w+)"/)?.[1] ?? ''
    expect((await okafor().post(paths.practicePromise, { hours: '6', seen: fresh })).status).toBe(303)
    expect(await practice()).toMatchObject({ reply_promise_hours: 6 })
  })

  test.each([
    [paths.practicePromise, [{ hours: '3' }, { hours: '5' }]],
    [paths.practiceUnread, [{ days: '2' }, { days: '5' }]],
    [paths.practiceBodies, [{ days: '90' }, { days: '500' }]],
    [
      paths.practiceContact,
      [
        { ...contact, name: 'One' },
        { ...contact, name: 'Two' },
      ],
    ],
    [
      paths.practiceHours,
      [
        { ...week, open5: '' },
        { ...week, open1: '' },
      ],
    ],
    [
      paths.practiceDangerWords,
      [
        { en: 'fever', es: 'fiebre' },
        { en: 'chills', es: 'calentura' },
      ],
    ],
    [at('medicine').page, [parking, { ...parking, nameEn: 'Cars', nameEs: 'Autos' }]],
    [atQueue('billing').page, [schedulers, { ...schedulers, nameEn: 'Money', nameEs: 'Dinero' }]],
  ] as const)('of two saves of %s in one moment one counts', async (path, [one, other]) => {
    const seen = (await (await okafor().get(path)).text()).match(/name="seen" value="(\w+)"/)?.[1] ?? ''
    const answers = await Promise.all([one, other].map((fields) => okafor().post(path, { ...fields, seen })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    expect(await changes()).toHaveLength(1)
  })

  test('who change different facts do not meet', async () => {
    const seenIn = async (path: string) =>
      (await (await okafor().get(path)).text()).match(/name="seen" value="(\w+)"/)?.[1] ?? ''
    const [promise, hours] = [await seenIn(paths.practicePromise), await seenIn(paths.practiceHours)]
    await okafor().post(paths.practicePromise, { hours: '4', seen: promise })
    expect((await okafor().post(paths.practiceHours, { ...week, open5: '', seen: hours })).status).toBe(303)
  })

  test('both add holidays, and both are kept', async () => {
    const days = ['3/1/2027', '3/2/2027', '3/3/2027', '3/4/2027']
    await Promise.all(days.map((from) => okafor().post(paths.practiceHolidays, { from, until: '' })))
    expect((await practice()).holidays).toEqual(
      expect.arrayContaining(['2027-03-01', '2027-03-02', '2027-03-03', '2027-03-04', '2026-12-25'])
    )
  })

  test('a queue is not retired while someone gives it a category', async () => {
    for (let round = 0; round < 5; round++) {
      await seed()
      await okafor().submit(at('billing').page, { ...(await typed('billing')), queue: 'front-desk' })
      await Promise.all([
        okafor().submit(atQueue('billing').page, {}, atQueue('billing').retirement),
        okafor().submit(at('forms').page, { ...(await typed('forms')), queue: 'billing' }),
      ])
      const isRetired = (await queue('billing'))?.retired_at !== null
      const isFed = (await practice()).categories.some((category) => category.queue === 'billing')
      expect([isRetired, isFed].filter(Boolean)).toHaveLength(1)
    }
  })
})

async function typed(id: string) {
  const category = await categoryNamed(id)
  if (!category) throw new Error(`No category ${id}`)
  const { en, es, queue } = category
  return { nameEn: en[0], hintEn: en[1], nameEs: es[0], hintEs: es[1], queue }
}

describe('name and contact', () => {
  test('count at once, on the pages of patients too', async () => {
    const response = await okafor().submit(paths.practiceContact, {
      ...contact,
      name: '  Valley   Cancer Care ',
      phone: '1-479-555-0199',
      timeZone: 'America/Denver',
    })
    expect(response.status).toBe(303)
    expect(await practice()).toMatchObject({
      name: 'Valley Cancer Care',
      phone: '(479) 555-0199',
      time_zone: 'America/Denver',
    })
    const home = await (await as('rosa').get(href(paths.home, { patientId: 'rosa-chart' }))).text()
    expect(home).toContain('tel:+14795550199')
    expect(home).not.toContain('587-1700')
  })

  test.each([
    ['no name', { name: ' \u200b ' }, 'Enter a name.'],
    ['a name too long', { name: 'n'.repeat(81) }, 'Use 80 characters'],
    ['no phone', { phone: '' }, 'ten digits'],
    ['words for a phone', { phone: 'call us' }, 'ten digits'],
    ['a digit too few', { phone: '479 587 170' }, 'ten digits'],
    ['a number nobody has', { phone: '079 587 1700' }, 'ten digits'],
    ['no address', { address: '' }, 'Enter the address.'],
    ['another planet', { timeZone: 'Mars/Olympus' }, 'Choose a time zone'],
    ['a prototype', { timeZone: '__proto__' }, 'Choose a time zone'],
  ])('are refused with %s, at the field, with what was typed', async (_, wrong, said) => {
    const html = await expectRefused(
      await okafor().submit(paths.practiceContact, { ...contact, address: '9 New Road', ...wrong }),
      said
    )
    const [field = ''] = Object.keys(wrong)
    expect(html).toContain(`id="${field}-error"`)
    if (!('address' in wrong)) expect(html).toContain('value="9 New Road"')
    expect(await changes()).toEqual([])
  })
})

describe('office hours', () => {
  test('are read as people write them', async () => {
    const response = await okafor().submit(paths.practiceHours, {
      ...week,
      opens1: '7 am',
      closes1: '17:30',
      opens2: '9:15AM',
      closes2: 'noon',
      open5: '',
      open6: 'yes',
      opens6: '10 A.M.',
      closes6: '12:30 p.m.',
    })
    expect(response.status).toBe(303)
    expect((await practice()).office_hours).toEqual([
      null,
      { opens: '07:00', closes: '17:30' },
      { opens: '09:15', closes: '12:00' },
      { opens: '08:00', closes: '17:00' },
      { opens: '08:00', closes: '17:00' },
      null,
      { opens: '10:00', closes: '12:30' },
    ])
  })

  test('come back in 12-hour words', async () => {
    const html = await (await okafor().get(paths.practiceHours)).text()
    expect(html).toContain('value="8:00 a.m."')
    expect(html).toContain('value="5:00 p.m."')
  })

  test.each([
    ['an open day without times', { opens1: '', closes1: '' }, ['opens', 'closes']],
    ['an hour that could be two', { opens1: '8:00' }, ['like 8:00 a.m.']],
    ['no hour at all', { closes1: 'late' }, ['like 5:00 p.m.']],
    ['an hour the day does not have', { opens1: '13 pm' }, ['like 8:00 a.m.']],
    ['a minute the hour does not have', { opens1: '8:60 am' }, ['like 8:00 a.m.']],
    ['closing before opening', { closes1: '7:00 a.m.' }, ['close after it opens']],
    ['closing as it opens', { closes1: '8:00 a.m.' }, ['close after it opens']],
    ['no open day', { open1: '', open2: '', open3: '', open4: '', open5: '' }, ['at least one day']],
  ])('are refused with %s', async (_, wrong, said) => {
    const html = await expectRefused(
      await okafor().submit(paths.practiceHours, { ...week, closes3: '3:33 p.m.', ...wrong }),
      ...said
    )
    expect(html).toContain('value="3:33 p.m."')
    expect(await changes()).toEqual([])
  })

  test('move the time by which the next message is answered, and leave the promises made before', async () => {
    const due = () =>
      env.DB.prepare('SELECT id, due_at FROM work_items ORDER BY opened_at').all<{ due_at: number }>()
    const before = (await due()).results
    await okafor().submit(paths.practiceHours, {
      open3: 'yes',
      opens3: '9:00 a.m.',
      closes3: '10:00 a.m.',
    })
    await as('rosa').submit(href(paths.newMessage, { patientId: 'rosa-chart' }), {
      category: 'other',
      subject: 'Parking',
      body: 'Where?',
    })
    const after = (await due()).results
    expect(after.slice(0, before.length)).toEqual(before)
    // One hour a week: the eighth is on a Wednesday at ten, weeks from now.
    const last = new Date(after.at(-1)?.due_at ?? 0)
    const said = last.toLocaleString('en-US', {
      timeZone: 'America/Chicago',
      weekday: 'short',
      hour: 'numeric',
    })
    expect(said).toMatch(/Wed.*10/)
    expect(last.getTime() - Date.now()).toBeGreaterThan(40 * 86_400_000)
  })
})

const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA', { timeZone: 'America/Chicago' })
const american = (date: string) => date.replace(/(\d+)-(\d+)-(\d+)/, '$2/$3/$1')

describe('holidays', () => {
  test('are added one by one or in a row, and taken off again', async () => {
    const browser = okafor()
    await browser.post(paths.practiceHolidays, { from: '12/24/2028', until: '' })
    const added = await browser.post(paths.practiceHolidays, { from: '12/30/2028', until: '2029-01-01' })
    expect(added.status).toBe(303)
    expect((await practice()).holidays).toEqual(
      expect.arrayContaining(['2028-12-24', '2028-12-30', '2028-12-31', '2029-01-01'])
    )
    expect(await (await browser.get(paths.practiceHolidays)).text()).toContain('Monday, January 1, 2029')

    await browser.post(paths.practiceHolidayRemoval, { date: '2028-12-31' })
    expect((await practice()).holidays).not.toContain('2028-12-31')
    expect((await practice()).holidays).toContain('2028-12-30')
    expect((await changes()).map(({ act }) => act)).toEqual([
      'holidays-added',
      'holidays-added',
      'holiday-removed',
    ])
  })

  test('are on the list once, however often they are added', async () => {
    for (let tap = 0; tap < 3; tap++)
      expect((await okafor().post(paths.practiceHolidays, { from: '12/25/2026', until: '' })).status).toBe(
        303
      )
    const { holidays } = await practice()
    expect((holidays as string[]).filter((date) => date === '2026-12-25')).toHaveLength(1)
    expect(await changes()).toEqual([])
  })

  test.each([
    ['no day', { from: '' }, 'Enter a day like'],
    ['a day no month has', { from: '2/30/2028' }, 'Enter a day like'],
    ['words', { from: 'Christmas' }, 'Enter a day like'],
    ['a day gone by', { from: '1/1/2020' }, 'not in the past'],
    ['a day nobody plans for', { from: '1/1/2099' }, 'next three years'],
    ['a last day that is none', { until: 'later' }, 'Enter a day like'],
    ['a last day before the first', { until: '12/1/2028' }, 'must come after'],
    ['months at once', { until: '3/1/2029' }, 'at most 31 days'],
  ])('are refused with %s', async (_, wrong, said) => {
    const typed = { from: '12/24/2028', until: '', ...wrong }
    const html = await expectRefused(await okafor().post(paths.practiceHolidays, typed), said)
    expect(html).toContain(`value="${typed.from}"`)
    expect(await changes()).toEqual([])
  })

  test('of the past are folded away, and stay', async () => {
    const past = JSON.stringify(['2025-12-25', inDays(20)])
    await env.DB.prepare('UPDATE practice SET holidays = ?').bind(past).run()
    const html = await (await okafor().get(paths.practiceHolidays)).text()
    expect(html).toMatch(
      /<details[\s\S]*1 day in the past[\s\S]*Thursday, December 25, 2025[\s\S]*<\/details>/
    )
    await okafor().post(paths.practiceHolidayRemoval, { date: '2025-12-25' })
    expect((await practice()).holidays).toContain('2025-12-25')
  })

  test('change the office clock of a new message at once', async () => {
    const page = href(paths.newMessage, { patientId: 'rosa-chart' })
    const opens = async () =>
      unescaped(await (await as('rosa').get(page)).text()).match(/a reply by ([^<]*)\./)?.[1]
    const before = await opens()
    await okafor().post(paths.practiceHolidays, { from: american(inDays(0)), until: american(inDays(14)) })
    const after = await opens()
    expect(before).toBeDefined()
    expect(after).not.toBe(before)
  })
})

describe('categories', () => {
  test('are added above the last, and offered to patients in both languages', async () => {
    const response = await okafor().submit(paths.practiceCategoryNew, parking)
    expect(response.status).toBe(303)
    expect((await offeredIds()).slice(-1)).toEqual(['other'])
    const rosa = as('rosa')
    const page = href(paths.newMessage, { patientId: 'rosa-chart' })
    expect(await (await rosa.get(page)).text()).toContain('Where to leave your car')
    rosa.jar.set('__Host-language', 'es')
    expect(await (await rosa.get(page)).text()).toContain('Dónde dejar su auto')
  })

  test('are added once by two taps', async () => {
    const fields = { ...parking, submissionId: 'c'.repeat(21) }
    const answers = await Promise.all([1, 2, 3].map(() => okafor().post(paths.practiceCategoryNew, fields)))
    expect((await offeredIds()).filter((id) => id === 'c'.repeat(21))).toHaveLength(1)
    expect(await changes()).toHaveLength(1)
    expect(answers.map(({ status }) => status)).toContain(303)
    expect((await okafor().post(paths.practiceCategoryNew, fields)).status).toBe(303)
  })

  test.each([
    ['no English name', { nameEn: '' }, 'Enter a name.'],
    ['no Spanish name', { nameEs: ' ' }, 'Enter a name.'],
    ['no English sentence', { hintEn: '' }, 'Write one sentence'],
    ['no Spanish sentence', { hintEs: '\u200b' }, 'Write one sentence'],
    ['a name too long', { nameEn: 'n'.repeat(61) }, 'Use 60'],
    ['a sentence too long', { hintEs: 'n'.repeat(121) }, 'Use 120'],
    ['the name of another', { nameEn: 'something ELSE' }, 'has that name'],
    ['the Spanish name of another', { nameEs: 'otra cosa' }, 'has that name'],
    ['a queue that is none', { queue: 'nobody' }, 'Choose a queue'],
    ['a prototype for a queue', { queue: 'constructor' }, 'Choose a queue'],
  ])('are refused with %s', async (_, wrong, said) => {
    for (const path of [paths.practiceCategoryNew, at('medicine').page]) {
      const html = await expectRefused(await okafor().submit(path, { ...parking, ...wrong }), said)
      expect(html).toContain(`id="${Object.keys(wrong)[0]}-error"`)
      if (!('hintEn' in wrong)) expect(html).toContain('value="Where to leave your car"')
    }
    expect(await changes()).toEqual([])
  })

  test('change their words and their queue: the next message goes there', async () => {
    await okafor().submit(at('medicine').page, { ...parking, queue: 'billing' })
    expect(await categoryNamed('medicine')).toEqual({
      id: 'medicine',
      queue: 'billing',
      en: ['Parking', 'Where to leave your car'],
      es: ['Estacionamiento', 'Dónde dejar su auto'],
    })
    await as('rosa').submit(href(paths.newMessage, { patientId: 'rosa-chart' }), {
      category: 'medicine',
      subject: 'My car',
      body: 'Where?',
    })
    const work = await env.DB.prepare(
      "SELECT queue FROM work_items w JOIN threads t ON t.id = w.thread_id WHERE t.subject = 'My car'"
    ).first()
    expect(work).toEqual({ queue: 'billing' })
  })

  test('that are retired are not offered, not taken, and still name their conversations', async () => {
    expect((await retireCategory('medicine')).status).toBe(303)
    const page = href(paths.newMessage, { patientId: 'rosa-chart' })
    expect(await (await as('rosa').get(page)).text()).not.toContain('Medicine or refill')
    const sent = await as('rosa').submit(page, { category: 'medicine', subject: 'Refill', body: 'Please' })
    expect(sent.status).toBe(422)

    const thread = href(paths.thread, { patientId: 'rosa-chart', threadId: 'refill' })
    expect(await (await as('rosa').get(thread)).text()).toContain('Medicine or refill')
    await as('rosa').submit(thread, { body: 'One more thing.' })
    const work = await env.DB.prepare("SELECT queue FROM work_items WHERE thread_id = 'refill'").first()
    expect(work).toEqual({ queue: 'nurses' })
  })

  test('that are retired can come back, and retiring twice is retiring once', async () => {
    await retireCategory('medicine')
    await okafor().post(at('medicine').retirement)
    expect((await changes()).map(({ act }) => act)).toEqual(['category-retired'])
    await okafor().submit(at('medicine').page, {}, at('medicine').back)
    expect((await changes()).map(({ act }) => act)).toContain('category-offered')
    expect(await offeredIds()).toContain('medicine')
    expect(await categoryNamed('medicine')).not.toHaveProperty('retiredAt')
  })

  test('do not come back beside another of their name', async () => {
    await retireCategory('medicine')
    await okafor().submit(paths.practiceCategoryNew, {
      ...parking,
      nameEn: 'Medicine or refill',
      nameEs: 'Medicina o surtido',
    })
    await expectRefused(await okafor().submit(at('medicine').page, {}, at('medicine').back), 'has that name')
  })

  test('are never all retired', async () => {
    for (const id of (await offeredIds()).slice(1)) await retireCategory(id)
    const [last = ''] = await offeredIds()
    const html = await (await okafor().get(at(last).page)).text()
    expect(html).toContain('Patients need at least one')
    await expectRefused(await okafor().submit(at(last).page, {}, at(last).retirement), 'at least one')
    expect(await offeredIds()).toEqual([last])
  })

  test('stand in the order given to them', async () => {
    const [first = '', second = ''] = await offeredIds()
    await okafor().post(at(first).place, { to: '1' })
    expect((await offeredIds()).slice(0, 2)).toEqual([second, first])
    // The second tap of the same button finds it done.
    await okafor().post(at(first).place, { to: '1' })
    expect((await offeredIds()).slice(0, 2)).toEqual([second, first])
    expect(await changes()).toHaveLength(1)
    for (const to of ['-1', '99', '', '1e0', 'NaN']) await okafor().post(at(first).place, { to })
    expect(await changes()).toHaveLength(1)
  })

  test('that nobody made are not there', async () => {
    for (const path of [at('no-such').page]) expect((await okafor().get(path)).status).toBe(404)
    for (const path of [at('__proto__').page, at('no-such').retirement, at('no-such').place])
      expect((await okafor().post(path, parking)).status).toBe(404)
  })
})

describe('queues', () => {
  test('are added, named in both languages, and can be fed', async () => {
    await okafor().submit(paths.practiceQueueNew, {
      ...schedulers,
      signatureEn: 'Your schedulers\n(479) 587-1700',
      signatureEs: 'Su equipo de citas',
    })
    const added = await env.DB.prepare("SELECT * FROM queues WHERE name_en = 'Schedulers'").first()
    expect(added).toMatchObject({
      position: 4,
      name_es: 'Citas',
      signature_en: 'Your schedulers\n(479) 587-1700',
      signature_es: 'Su equipo de citas',
      retired_at: null,
    })
    const answer = await okafor().submit(at('appointment').page, {
      ...(await typed('appointment')),
      queue: String(added?.id),
    })
    expect(answer.status).toBe(303)
  })

  test('are added once by two taps', async () => {
    const fields = { ...schedulers, submissionId: 'q'.repeat(21) }
    await Promise.all([1, 2, 3].map(() => okafor().post(paths.practiceQueueNew, fields)))
    const { results } = await env.DB.prepare("SELECT id FROM queues WHERE name_en = 'Schedulers'").all()
    expect(results).toEqual([{ id: 'q'.repeat(21) }])
  })

  test.each([
    ['no English name', { nameEn: '' }, 'Enter a name.'],
    ['no Spanish name', { nameEs: '' }, 'Enter a name.'],
    ['the name of another', { nameEn: 'NURSES' }, 'has that name'],
    ['a signature in English alone', { signatureEn: 'Your team' }, 'in both languages'],
    ['a signature in Spanish alone', { signatureEs: 'Su equipo' }, 'in both languages'],
    ['a signature too long', { signatureEn: 's'.repeat(301), signatureEs: 's' }, 'Use 300'],
  ])('are refused with %s', async (_, wrong, said) => {
    for (const path of [paths.practiceQueueNew, atQueue('billing').page]) {
      const html = await expectRefused(await okafor().submit(path, { ...schedulers, ...wrong }), said)
      if (!('nameEn' in wrong)) expect(html).toContain('value="Schedulers"')
    }
    expect(await changes()).toEqual([])
  })

  test('are not retired while a category goes there', async () => {
    expect(await (await okafor().get(atQueue('billing').page)).text()).not.toContain('Retire this queue')
    await expectRefused(
      await okafor().submit(atQueue('billing').page, {}, atQueue('billing').retirement),
      'Billing or insurance'
    )
    expect(await queue('billing')).toMatchObject({ retired_at: null })
  })

  test('are not retired while a retired category goes there: its conversations go on', async () => {
    await retireCategory('billing')
    await expectRefused(
      await okafor().submit(atQueue('billing').page, {}, atQueue('billing').retirement),
      'Billing or insurance'
    )
  })

  test('are not retired while work waits in them', async () => {
    for (const { id, queue } of (await practice()).categories)
      if (queue === 'nurses')
        await okafor().submit(at(id).page, { ...(await typed(id)), queue: 'front-desk' })
    await expectRefused(
      await okafor().submit(atQueue('nurses').page, {}, atQueue('nurses').retirement),
      'still wait'
    )
    await env.DB.prepare('UPDATE work_items SET done_at = 1').run()
    const done = await okafor().submit(atQueue('nurses').page, {}, atQueue('nurses').retirement)
    expect(done.status).toBe(303)
    expect((await queue('nurses'))?.retired_at).not.toBeNull()
  })

  test('that are retired get no category, until they are back in use', async () => {
    await okafor().submit(at('billing').page, { ...(await typed('billing')), queue: 'front-desk' })
    await okafor().submit(atQueue('billing').page, {}, atQueue('billing').retirement)
    const move = async () =>
      okafor().submit(at('billing').page, { ...(await typed('billing')), queue: 'billing' })
    await expectRefused(await move(), 'Choose a queue')
    await okafor().submit(atQueue('billing').page, {}, atQueue('billing').back)
    expect((await move()).status).toBe(303)
  })

  test('stand in the order given to them', async () => {
    await okafor().post(atQueue('billing').place, { to: '0' })
    const { results } = await env.DB.prepare('SELECT id FROM queues ORDER BY position').all<{ id: string }>()
    expect(results.map(({ id }) => id)).toEqual(['billing', 'nurses', 'front-desk'])
  })
})

describe('danger words', () => {
  test('are the practice’s own once it has written them, and ours again when it likes', async () => {
    await okafor().submit(paths.practiceDangerWords, {
      en: ' Fever \n\n chest   pain\nchest ... pain\nbleed*\nFEVER\nswell* ... lip*\nCHEST … pain',
      es: 'fiebre',
    })
    expect((await practice()).danger_words).toEqual({
      en: ['Fever', 'chest pain', 'chest ... pain', 'bleed*', 'swell* ... lip*'],
      es: ['fiebre'],
    })
    const page = await (await okafor().get(paths.practiceDangerWords)).text()
    expect(page).toContain('This is your own list.')
    await okafor().submit(paths.practiceDangerWords, {}, paths.practiceDangerWordsReturn)
    expect((await practice()).danger_words).toBeNull()
    expect((await changes()).map(({ act }) => act)).toEqual(['danger-words-changed', 'danger-words-put-back'])
    expect(await (await okafor().get(paths.practiceDangerWords)).text()).not.toContain('Put back our list')
  })

  test('someone else wrote meanwhile are not put away unseen', async () => {
    await okafor().submit(paths.practiceDangerWords, { en: 'fever', es: 'fiebre' })
    const page = await (await okafor().get(paths.practiceDangerWords)).text()
    const seen = page.match(/name="seen" value="(\w+)"/)?.[1] ?? ''
    await okafor().submit(paths.practiceDangerWords, { en: 'chills', es: 'fiebre' })
    await expectRefused(await okafor().post(paths.practiceDangerWordsReturn, { seen }), 'Someone else')
    expect((await practice()).danger_words).toEqual({ en: ['chills'], es: ['fiebre'] })
  })

  test.each([
    ['none in English', { en: ' \n ' }, 'at least one word'],
    ['none in Spanish', { es: '' }, 'at least one word'],
    ['one that stands in everything', { en: 'a' }, 'at least 3 letters'],
    ['a star alone', { en: '*' }, 'at least 3 letters'],
    ['a star in the middle', { en: 'fe*ver' }, 'only at the end'],
    ['a star in the middle of a later word', { en: 'chest ... pa*n' }, 'only at the end'],
    ['a whole page in one line', { en: 'w'.repeat(61) }, 'Use 60'],
    [
      'more than anyone reads',
      { en: Array.from({ length: 201 }, (_, i) => `word${i}`).join('\n') },
      '200 lines',
    ],
  ])('are refused with %s', async (_, wrong, said) => {
    await expectRefused(
      await okafor().submit(paths.practiceDangerWords, { en: 'fever', es: 'fiebre', ...wrong }),
      said
    )
    expect(await changes()).toEqual([])
  })
})

describe('promise and unread messages', () => {
  test.each(['', '0', '81', '-1', '1.5', '٣', 'NaN', '9'.repeat(400)])(
    '“%s” is no number of hours',
    async (hours) => {
      await expectRefused(await okafor().submit(paths.practicePromise, { hours }), 'from 1 to 80')
    }
  )

  test.each(['', '0', '31', 'two'])('“%s” is no number of days', async (days) => {
    await expectRefused(await okafor().submit(paths.practiceUnread, { days }), 'from 1 to 30')
  })

  test('the days are saved', async () => {
    await okafor().submit(paths.practiceUnread, { days: '5' })
    expect(await practice()).toMatchObject({ unread_after_days: 5 })
  })

  test.each(['', '29', '3651', '1e3', 'a year'])('“%s” is no time to keep what feeds sent', async (days) => {
    await expectRefused(await okafor().submit(paths.practiceBodies, { days }), 'from 30 to 3650')
  })

  test('the days that what feeds sent is kept are saved and shown', async () => {
    expect(await (await okafor().get(paths.practice)).text()).toContain('Kept as it came for 400 days')
    await okafor().submit(paths.practiceBodies, { days: '1000' })
    expect(await practice()).toMatchObject({ keep_bodies_days: 1000 })
    expect(await (await okafor().get(paths.practice)).text()).toContain('Kept as it came for 1000 days')
  })

  test('the page says when a message sent now would be due', async () => {
    const html = await (await okafor().get(paths.practicePromise)).text()
    expect(html).toMatch(
      /With 8 office hours, a message sent now would be due \w+day, \w+ \d+, \d+:\d\d [ap]\.m\./
    )
  })
})

test('what admins type is shown as they typed it, never as markup', async () => {
  const nasty = '"><img src=x onerror=alert(1)>'
  await okafor().submit(paths.practiceContact, { ...contact, name: nasty })
  await okafor().submit(at('medicine').page, { ...parking, nameEn: nasty, hintEn: nasty })
  await okafor().submit(atQueue('nurses').page, { ...schedulers, nameEn: nasty })
  for (const [person, path] of [
    ['okafor', paths.practice],
    ['okafor', paths.practiceCategories],
    ['okafor', paths.practiceQueues],
    ['rosa', href(paths.newMessage, { patientId: 'rosa-chart' })],
  ] as const) {
    const html = await (await as(person).get(path)).text()
    expect(html).not.toContain(nasty)
    expect(unescaped(html)).toContain(nasty)
  }
})

test('a change and its audit entry are one: without the entry nothing changes', async () => {
  await env.DB.prepare(
    "CREATE TRIGGER no_entry BEFORE INSERT ON audit_entries WHEN NEW.action LIKE 'practice.%' BEGIN SELECT RAISE(ABORT, 'full'); END"
  ).run()
  try {
    const before = await snapshot()
    expect((await okafor().submit(paths.practicePromise, { hours: '4' })).status).toBe(500)
    expect((await okafor().post(paths.practiceHolidays, { from: '12/24/2028', until: '' })).status).toBe(500)
    expect((await okafor().submit(paths.practiceQueueNew, schedulers)).status).toBe(500)
    expect(await snapshot()).toEqual(before)
  } finally {
    await env.DB.prepare('DROP TRIGGER no_entry').run()
  }
})
