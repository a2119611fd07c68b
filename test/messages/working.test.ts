import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { rows } from './rows.ts'

beforeEach(seed)

const page = '/admin/patients/ines-chart/messages/ines-thread'
const patientPage = '/patients/ines-chart/messages/ines-thread'
type Work = {
  assigned_to: string | null
  assigned_by: string | null
  queue: string
  done_at: number | null
  done_by: string | null
  done_how: string | null
  done_reason: string | null
}
const work = async () =>
  (await rows<Work>("SELECT * FROM work_items WHERE thread_id = 'ines-thread' ORDER BY opened_at DESC"))[0]
const acts = async (mark: number, action: string) =>
  (await auditSince(mark)).filter((entry) => entry.action === `messages.${action}`)
const nowhere = { was: '', wasQueue: 'nurses' }
const handOver = (person: 'nadia' | 'okafor', fields: Record<string, string>) =>
  as(person).post(`${page}/assignment`, { queue: 'nurses', ...nowhere, ...fields })

describe('handing over', () => {
  test('to a person: the page says who has it, and warns the others', async () => {
    const nadia = as('nadia')
    const mark = await auditMark()
    const answer = await nadia.submit(page, { to: 'okafor', queue: 'nurses' }, `${page}/assignment`)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, page])
    expect(await work()).toMatchObject({ assigned_to: 'okafor', assigned_by: 'nadia' })
    const html = await (await nadia.get(page)).text()
    expect(html).toContain('Handed over.')
    expect(html).toContain('Ada Okafor has this')
    expect(await (await as('okafor').get(page)).text()).not.toContain('Ada Okafor has this')
    expect(await acts(mark, 'handed-over')).toHaveLength(1)
  })

  test('to another queue, where it is then listed', async () => {
    expect((await handOver('nadia', { to: '', queue: 'billing' })).status).toBe(303)
    expect(await (await as('okafor').get('/admin/messages?queue=billing')).text()).toContain('Night sweats')
    expect(await (await as('okafor').get('/admin/messages?queue=nurses')).text()).not.toContain(
      'Night sweats'
    )
  })

  test('back to nobody, with one button', async () => {
    await as('nadia').post(`${page}/claim`)
    expect(await (await as('nadia').get(page)).text()).toContain('Put it back')
    expect((await handOver('nadia', { to: '', was: 'nadia' })).status).toBe(303)
    expect(await work()).toMatchObject({ assigned_to: null, assigned_by: null })
  })

  test.each(['frida', 'audra', 'rosa', 'nobody', "' OR 1=1"])(
    'to %s, who answers no messages, is refused',
    async (to) => {
      const answer = await handOver('nadia', { to })
      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('Choose a person from the list')
      expect((await work())?.assigned_to).toBeNull()
    }
  )

  test('to someone whose account was ended is refused, and they are not on the list', async () => {
    await env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'okafor'").run()
    expect((await handOver('nadia', { to: 'okafor' })).status).toBe(422)
    expect(await (await as('nadia').get(page)).text()).not.toContain('Ada Okafor')
  })

  test('into a queue that is not in use is refused', async () => {
    await env.DB.prepare("UPDATE queues SET retired_at = 1 WHERE id = 'billing'").run()
    expect((await handOver('nadia', { queue: 'billing' })).status).toBe(422)
    expect((await handOver('nadia', { queue: 'nowhere' })).status).toBe(422)
    expect((await work())?.queue).toBe('nurses')
  })

  test('what someone else handed over meanwhile stays as they left it, and the second is told', async () => {
    await handOver('okafor', { to: 'okafor' })
    const answer = await handOver('nadia', { to: 'nadia' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('Someone else changed who has this after you opened the page.')
    expect(html).toContain('name="was" value="okafor"')
    expect((await work())?.assigned_to).toBe('okafor')
  })

  test('twenty at once, three times over: each time one wins and is written down', async () => {
    for (let round = 0; round < 3; round++) {
      await seed()
      const mark = await auditMark()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          handOver(i % 2 ? 'nadia' : 'okafor', {
            to: i % 2 ? 'nadia' : 'okafor',
            queue: i % 4 < 2 ? 'billing' : 'front-desk',
          })
        )
      )
      expect(await acts(mark, 'handed-over')).toHaveLength(1)
      const won = answers.filter(({ status }) => status === 303).length
      // Those who asked for what the winner asked for have what they wanted.
      expect(won).toBe(5)
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(15)
    }
  })

  test('where nothing waits there is nothing to hand over', async () => {
    const refill = '/admin/patients/rosa-chart/messages/refill'
    const answer = await as('nadia').post(`${refill}/assignment`, {
      to: 'nadia',
      queue: 'nurses',
      ...nowhere,
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Nothing in this conversation waits for an answer.')
  })
})

describe('closing', () => {
  const seen = 'ines-1'

  test('without a reply asks why, and says so at the field', async () => {
    const answer = await as('nadia').post(`${page}/closure`, { seen })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('href="#reason"')
    expect(html).toContain('id="reason-error"')
    expect((await work())?.done_at).toBeNull()
  })

  test('for another reason asks for words', async () => {
    const answer = await as('nadia').post(`${page}/closure`, { seen, reason: 'other', words: '  ' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Say in a few words why you close this')
  })

  test('keeps the reason with the work, for staff alone', async () => {
    await as('nadia').post(`${page}/closure`, { seen, reason: 'other', words: 'Her daughter <came> by' })
    expect(await work()).toMatchObject({
      done_how: 'closed',
      done_reason: 'other: Her daughter <came> by',
      done_by: 'nadia',
    })
    const html = await (await as('okafor').get(page)).text()
    expect(html).toContain('Nadia Reyes closed it without a reply')
    expect(html).toContain('Another reason. Her daughter &lt;came&gt; by')
    expect(await (await as('ines').get(patientPage)).text()).not.toContain('daughter')
  })

  test('after a reply asks nothing', async () => {
    const refill = '/admin/patients/rosa-chart/messages/refill'
    expect(await (await as('nadia').get(refill)).text()).not.toContain('Why without a reply?')
    expect((await as('nadia').post(`${refill}/closure`, { seen: 'refill-2' })).status).toBe(303)
  })

  test('a question that comes while one closes cannot vanish: the page asks why only once it is read', async () => {
    const refill = '/admin/patients/rosa-chart/messages/refill'
    await as('rosa').post('/patients/rosa-chart/messages/refill', {
      submissionId: 'r'.repeat(21),
      body: 'One more question.',
    })
    const answer = await as('nadia').post(`${refill}/closure`, { seen: 'refill-2' })
    expect(answer.status).toBe(422)
    const [open] = await rows("SELECT 1 FROM work_items WHERE thread_id = 'refill' AND done_at IS NULL")
    expect(open).toBeDefined()
    expect(await answer.text()).toContain('One more question.')
  })

  test('twenty at once are one closing', async () => {
    const mark = await auditMark()
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        as(i % 2 ? 'nadia' : 'okafor').post(`${page}/closure`, { seen, reason: 'thanks', words: '' })
      )
    )
    expect(await acts(mark, 'closed')).toHaveLength(1)
  })

  test('twenty that answer and close at once: the answer is in the closed conversation, or was refused with its words', async () => {
    for (let round = 0; round < 3; round++) {
      await seed()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          i % 2
            ? as('nadia').post(`${page}/closure`, { seen, reason: 'thanks', words: '' })
            : as('okafor').post(page, {
                submissionId: `${i}`.padEnd(21, 'z'),
                body: `Words of try ${i}`,
                seen,
              })
        )
      )
      const sent = await rows<{ body: string }>("SELECT body FROM messages WHERE author_id = 'okafor'")
      expect(sent.length).toBeLessThanOrEqual(1)
      for (const [i, answer] of answers.entries())
        if (i % 2 === 0 && answer.status === 422) expect(await answer.text()).toContain(`Words of try ${i}`)
      expect(await rows("SELECT 1 FROM work_items WHERE id = 'ines-work' AND done_at IS NULL")).toEqual([])
    }
  })
})

describe('opening again', () => {
  test('lets both sides write, once, however often it is asked', async () => {
    await as('nadia').post(`${page}/closure`, { seen: 'ines-1', reason: 'thanks', words: '' })
    expect(await (await as('nadia').get(page)).text()).toContain('Open it again')
    const mark = await auditMark()
    for (let i = 0; i < 2; i++) expect((await as('nadia').post(`${page}/reopening`)).status).toBe(303)
    expect(await acts(mark, 'reopened')).toHaveLength(1)
    const answer = await as('ines').post(patientPage, { submissionId: 'i'.repeat(21), body: 'Good.' })
    expect(answer.status).toBe(303)
    expect(await work()).toMatchObject({ done_at: null, assigned_to: null })
  })

  test('a reply to what was answered is new work, and the old work stays as it ended', async () => {
    await as('rosa').post('/patients/rosa-chart/messages/refill', {
      submissionId: 'r'.repeat(21),
      body: 'And the other pills?',
    })
    const items = await rows<Work & { id: string }>(
      "SELECT * FROM work_items WHERE thread_id = 'refill' ORDER BY opened_at"
    )
    expect(items).toMatchObject([
      { id: 'refill-work', done_how: 'answered' },
      { done_at: null, assigned_to: null, queue: 'nurses' },
    ])
  })
})

describe('whether the patient’s side may reply', () => {
  test('off: they read it and are told; on again: they write', async () => {
    const mark = await auditMark()
    for (let i = 0; i < 2; i++)
      expect((await as('nadia').post(`${page}/replies`, { to: 'off' })).status).toBe(303)
    expect(await acts(mark, 'replies-off')).toHaveLength(1)
    expect(await (await as('ines').get(patientPage)).text()).not.toContain('name="body"')
    const words = { submissionId: 'i'.repeat(21), body: 'But I want to.' }
    expect((await as('ines').post(patientPage, words)).status).toBe(422)
    await as('nadia').post(`${page}/replies`, { to: 'on' })
    expect((await as('ines').post(patientPage, words)).status).toBe(303)
  })

  test('staff still answer where the other side may not', async () => {
    await as('nadia').post(`${page}/replies`, { to: 'off' })
    expect((await as('nadia').submit(page, { body: 'For your information.' })).status).toBe(303)
  })
})

describe('a message is opened', () => {
  const openedAt = async () =>
    (await rows<{ opened_at: number | null }>("SELECT opened_at FROM messages WHERE id = 'ines-1'"))[0]
      ?.opened_at

  test('when the first of the staff looks, and never again', async () => {
    expect(await openedAt()).toBeNull()
    await as('nadia').get(page)
    const first = await openedAt()
    expect(first).toEqual(expect.any(Number))
    await new Promise((resolve) => setTimeout(resolve, 5))
    await as('okafor').get(page)
    expect(await openedAt()).toBe(first)
  })

  test('not by a page fetched ahead, by asking whether it is there, nor by those who may not see it', async () => {
    await as('nadia').get(page, { 'Sec-Purpose': 'prefetch' })
    await as('nadia').request(page, { method: 'HEAD' })
    await as('frida').get(page)
    await as('ines').get(patientPage)
    await as('nadia').get('/admin/messages')
    await as('nadia').get('/admin/patients/rosa-chart/messages/ines-thread')
    expect(await openedAt()).toBeNull()
  })
})

test.each(['nobody', 'rosa', 'ines', 'milo', 'vera', 'frida', 'audra'] as const)(
  '%s does none of it',
  async (person) => {
    const before = await work()
    for (const act of ['assignment', 'closure', 'reopening', 'replies', 'call', 'notes']) {
      const answer = await as(person).post(`${page}/${act}`, {
        to: 'nadia',
        queue: 'billing',
        ...nowhere,
        seen: 'ines-1',
        reason: 'thanks',
        note: 'x',
        spokeWith: 'x',
      })
      const refused = person === 'nobody' ? [303, 401] : [404]
      expect([act, refused.includes(answer.status)]).toEqual([act, true])
    }
    expect(await work()).toEqual(before)
  }
)
