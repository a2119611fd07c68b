import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { listMailbox } from '../../src/outbox/dev-mailbox.ts'
import { as } from '../support/browser.ts'
import { choose, helpInesToo } from '../support/notices.ts'
import { seed } from '../support/people.ts'
import { rows } from './rows.ts'

const development = { ...env, ENVIRONMENT: 'development' }

beforeEach(async () => {
  await seed()
  for (const { key } of (await env.FILES.list({ prefix: 'dev-mailbox/' })).objects)
    await env.FILES.delete(key)
})

const page = '/admin/patients/rosa-chart/messages/refill'
const waiting = () =>
  rows<{ account_id: string }>("SELECT account_id FROM outbox WHERE kind = 'new-message' ORDER BY account_id")
const deliver = async () => {
  await deliverDue(development, mailWriters, () => new Date())
  return listMailbox(development, undefined)
}
let count = 0
async function answer(person: 'nadia' | 'okafor' = 'nadia') {
  const html = await (await as(person).get(page)).text()
  const response = await as(person).post(page, {
    submissionId: `${++count}`.padEnd(21, 'q'),
    body: 'Your tablets are ready, Rosa.',
    seen: html.match(/name="seen" value="([^"]*)"/)?.[1] ?? '',
  })
  expect(response.status).toBe(303)
}

test('an answer is told to the patient and to each caregiver with a live grant', async () => {
  await answer()
  expect((await waiting()).map(({ account_id }) => account_id)).toEqual(['milo', 'rosa'])
  const mails = await deliver()
  expect(mails.map(({ to }) => to).sort()).toEqual(['milo@example.test', 'rosa@example.test'])
})

test('the mail says that there is something to read and where, and nothing else', async () => {
  await answer()
  for (const mail of await deliver()) {
    expect(mail.subject).toBe('You have a new message in CareSpace')
    expect(mail.text).toContain('https://portal.test/sign-in')
    expect(mail.html).toContain('https://portal.test/sign-in')
    expect(`${mail.subject} ${mail.text} ${mail.html}`).not.toMatch(
      /Rosa|Milo|Díaz|Nadia|Reyes|Refill|question|tablets|refill|rosa-chart|Medicine/
    )
  }
})

test('the mail speaks the language of its reader', async () => {
  await env.DB.prepare("UPDATE accounts SET language = 'es' WHERE id = 'milo'").run()
  await answer()
  const subjects = Object.fromEntries((await deliver()).map(({ to, subject }) => [to, subject]))
  expect(subjects).toEqual({
    'rosa@example.test': 'You have a new message in CareSpace',
    'milo@example.test': 'Tiene un mensaje nuevo en CareSpace',
  })
})

test('two answers within the hour are one mail to each', async () => {
  await answer()
  await answer('okafor')
  expect(await waiting()).toHaveLength(2)
})

test('whoever has read in between is told again', async () => {
  await answer()
  await as('milo').get('/patients/rosa-chart/messages/refill')
  await answer('okafor')
  expect((await waiting()).map(({ account_id }) => account_id)).toEqual(['milo', 'milo', 'rosa'])
})

test('having read what came before the mail is not having read since', async () => {
  await as('milo').get('/patients/rosa-chart/messages/refill')
  await answer()
  await answer('okafor')
  expect(await waiting()).toHaveLength(2)
})

test('after an hour of silence they are told again', async () => {
  await answer()
  await env.DB.prepare('UPDATE outbox SET created_at = created_at - 3600000').run()
  await answer('okafor')
  expect(await waiting()).toHaveLength(4)
})

test('a caregiver whose access ends before the mail goes out gets none', async () => {
  await answer()
  await env.DB.prepare("UPDATE grants SET revoked_at = 1 WHERE id = 'milo-grant'").run()
  expect((await deliver()).map(({ to }) => to)).toEqual(['rosa@example.test'])
  const [row] = await rows<{ cancelled_at: number }>(
    "SELECT cancelled_at FROM outbox WHERE account_id = 'milo'"
  )
  expect(row?.cancelled_at).toEqual(expect.any(Number))
})

test('an account that was ended gets no mail', async () => {
  await answer()
  await env.DB.prepare("UPDATE accounts SET deactivated_at = 1 WHERE id = 'rosa'").run()
  expect((await deliver()).map(({ to }) => to)).toEqual(['milo@example.test'])
})

test('whoever has read the answer already gets no mail about it', async () => {
  await answer()
  await as('rosa').get('/patients/rosa-chart/messages/refill')
  expect((await deliver()).map(({ to }) => to)).toEqual(['milo@example.test'])
})

test('an answer that was refused is told to nobody', async () => {
  await as('nadia').post(page, { submissionId: 'u'.repeat(21), body: 'Late.', seen: 'refill-1' })
  expect(await waiting()).toHaveLength(0)
})

test('what patients write sends no mail', async () => {
  await as('rosa').post('/patients/rosa-chart/messages/refill', {
    submissionId: 'p'.repeat(21),
    body: 'Thanks.',
  })
  expect(await waiting()).toHaveLength(0)
})

test('a patient without an account is not written to', async () => {
  await env.DB.prepare("UPDATE patients SET account_id = NULL WHERE id = 'rosa-chart'").run()
  await answer()
  expect((await waiting()).map(({ account_id }) => account_id)).toEqual(['milo'])
})

describe('someone’s choice', () => {
  const settings = '/settings/notifications'
  const ticked = async (person: 'rosa' | 'milo' = 'milo') =>
    [
      ...(await (await as(person).get(settings)).text()).matchAll(
        /type="checkbox" id="([\w.-]+)"[^>]*checked/g
      ),
    ].map(([, box]) => box)

  test('begins with every notice, and is kept', async () => {
    expect(await ticked()).toEqual([
      'new-message.rosa-chart',
      'appointment-reminder.rosa-chart',
      'new-result.rosa-chart',
    ])
    expect((await choose('milo', ['new-result'])).status).toBe(303)
    expect(await ticked()).toEqual(['new-result.rosa-chart'])
    expect(await (await as('rosa').get('/settings')).text()).toContain(`href="${settings}"`)
  })

  test('of no mail about messages is respected, for a caregiver as for the patient', async () => {
    await choose('milo', ['new-result'])
    await answer()
    expect((await deliver()).map(({ to }) => to)).toEqual(['rosa@example.test'])
  })

  test('made after the answer and before the mail still counts', async () => {
    await answer()
    await choose('rosa', [])
    expect((await deliver()).map(({ to }) => to)).toEqual(['milo@example.test'])
  })

  test('taken back brings the mails back', async () => {
    await choose('milo', [])
    await choose('milo', ['new-message'])
    await answer()
    expect(await deliver()).toHaveLength(2)
  })

  test('is one for each record, and says whose', async () => {
    await helpInesToo()
    const page = await (await as('milo').get(settings)).text()
    expect(page).toContain('About Rosa Díaz, send me an email when')
    expect(page).toContain('About Ines Roy, send me an email when')
    await choose('milo', [], 'ines-chart')
    expect(await ticked()).toEqual([
      'new-message.rosa-chart',
      'appointment-reminder.rosa-chart',
      'new-result.rosa-chart',
    ])
    await answer()
    expect((await deliver()).map(({ to }) => to).sort()).toEqual(['milo@example.test', 'rosa@example.test'])
    await choose('milo', [])
    await answer()
    expect((await deliver()).filter(({ to }) => to === 'milo@example.test')).toHaveLength(1)
  })

  test('made once for everything holds for every record until one is chosen', async () => {
    await helpInesToo()
    await env.DB.prepare(
      "INSERT INTO notification_choices (account_id, kind, off_at) VALUES ('milo', 'new-message', 1)"
    ).run()
    expect(await ticked()).not.toContain('new-message.ines-chart')
    await answer()
    expect((await deliver()).map(({ to }) => to)).toEqual(['rosa@example.test'])
  })

  test('about a record that is not theirs is not kept', async () => {
    await choose('milo', [], 'ines-chart')
    expect(await rows("SELECT * FROM record_notification_choices WHERE patient_id = 'ines-chart'")).toEqual(
      []
    )
  })
})
