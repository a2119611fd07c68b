import { beforeEach, expect, test } from 'vitest'
import * as schema from '../../src/db/schema.ts'
import { countOpenWork } from '../../src/messages/queue/store.ts'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'

beforeEach(seed)

const queue = '/admin/messages'
const html = async (path = queue) => (await as('nadia').get(path)).text()

async function fillQueue(count: number, changes: Partial<typeof schema.workItems.$inferInsert> = {}) {
  for (let i = 0; i < count; i++) {
    const thread = {
      id: `q${i}`,
      patientId: 'rosa-chart',
      subject: `Question ${i}`,
      category: 'billing',
      openedAt: minutesAgo(130),
      openedBy: 'rosa',
      lastMessageAt: minutesAgo(130),
    }
    const work = {
      id: `w${i}`,
      threadId: `q${i}`,
      queue: 'billing',
      openedAt: minutesAgo(130),
      dueAt: minutesAgo(-500 - i),
      ...changes,
    }
    await db().batch([db().insert(schema.threads).values(thread), db().insert(schema.workItems).values(work)])
  }
}

test('a row tells patient and birth date, subject, category, how long it waits, and whose it is', async () => {
  await fillQueue(1, { assignedTo: 'okafor' })
  const page = await html()
  for (const text of [
    'Rosa Díaz',
    'DOB 03/27/1952',
    'Question 0',
    'Billing or insurance',
    '2 h 10 m',
    'Ada Okafor',
  ])
    expect(page).toContain(text)
  expect(page).toContain('Ines Roy')
  expect(page).toContain('Not assigned')
  expect(page.match(/href="\/admin\/patients\/rosa-chart\/messages\/q0"/g)).toHaveLength(1)
})

test('what is due next comes first, and what is late says so', async () => {
  await fillQueue(1, { openedAt: minutesAgo(10), dueAt: minutesAgo(5) })
  const page = await html()
  expect(page.indexOf('Question 0')).toBeLessThan(page.indexOf('Night sweats'))
  expect(page).toContain('<tr class="late">')
  expect(page).toContain('<span class="tag crit">Overdue</span>')
  expect(page.match(/class="late"/g)).toHaveLength(1)
})

test.each([
  ['mine', 'Question 0', 'Night sweats'],
  ['overdue', 'Question 0', 'Night sweats'],
  ['unassigned', 'Night sweats', 'Question 0'],
])('shows only what is %s', async (filter, there, gone) => {
  await fillQueue(1, { assignedTo: 'nadia', dueAt: minutesAgo(5) })
  const page = await html(`${queue}?show=${filter}`)
  expect(page).toContain(there)
  expect(page).not.toContain(gone)
})

test.each(['', 'everything', "' OR 1=1", '<b>'])('an unknown filter %j shows all', async (show) => {
  expect(await html(`${queue}?show=${encodeURIComponent(show)}`)).toContain('Night sweats')
})

test('work that is done is gone, and an empty queue says so', async () => {
  await as('nadia').post('/admin/patients/ines-chart/messages/ines-thread', {
    submissionId: 'n'.repeat(21),
    body: 'Done.',
    seen: 'ines-1',
  })
  const page = await html()
  expect(page).toContain('Nothing waits here.')
  expect(page).not.toContain('Night sweats')
})

test('50 to a page, keeping the filter', async () => {
  await fillQueue(55)
  const first = await html(`${queue}?show=unassigned`)
  expect(first.match(/<th scope="row">/g)).toHaveLength(50)
  expect(first).toContain(`href="${queue}?show=unassigned&amp;page=2"`)
  expect((await html(`${queue}?show=unassigned&page=2`)).match(/<th scope="row">/g)).toHaveLength(6)
  expect((await as('nadia').get(`${queue}?page=3`)).status).toBe(404)
})

test('past 250 it says so, and counts and lists no further', async () => {
  await fillQueue(254)
  const last = await html(`${queue}?page=5`)
  expect(last).toContain('All (250+)')
  expect(last).toContain('Only the first 250 are listed.')
  expect(last).toContain('Page 5 of 5')
  expect((await as('nadia').get(`${queue}?page=6`)).status).toBe(404)
})

test('looking at the queue is written down', async () => {
  const mark = await auditMark()
  await html()
  expect(await auditSince(mark)).toEqual([
    {
      actor: 'clinical',
      account_id: 'nadia',
      patient_id: null,
      action: 'messages.queue-read',
      subject_id: null,
    },
  ])
})

test.each(['nobody', 'rosa', 'milo', 'vera', 'ines', 'audra'] as const)(
  '%s does not see the queue',
  async (person) => {
    const answer = await as(person).get(queue)
    expect(answer.status).toBe(person === 'nobody' ? 303 : 404)
    expect(await answer.text()).not.toContain('Night sweats')
  }
)

test('the counts for the dashboard', async () => {
  await fillQueue(3, { assignedTo: 'nadia', dueAt: minutesAgo(5) })
  const [counts] = await countOpenWork(db(), { id: 'nadia', staffRole: 'clinical' }, new Date())
  expect(counts).toEqual({ all: 4, mine: 3, unassigned: 1, overdue: 3, flagged: 0 })
})
