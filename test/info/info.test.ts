import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { seed } from '../support/people.ts'

beforeEach(seed)

const textOf = async (path: string) => (await readPage(await (await as('nobody').get(path)).text())).text

test('help answers every question of the practice', async () => {
  const text = await textOf('/help')
  for (const words of [
    'noreply@carespaceportal.com',
    'check your spam folder',
    'confirm your date of birth',
    'click “Create Password”',
    'within 4 days of the date your registration email was sent',
    'Do not forward the registration email',
    'Staff answer during normal business hours',
    'call 9-1-1 immediately',
    '“New message” in the upper-right corner',
    'Select the message category',
    '“Send message”',
    'upcoming office visits, lab services, and more',
    'lab reports as well as lab history',
    'full access',
    'permanent',
    'Minimum 8 characters, with at least one uppercase letter, one lowercase letter, one number, and one special character',
    'trusted caregiver',
    'click “Forgot Password”, or ask a trusted caregiver for help',
    'Click on your name and select Settings',
    'click on “Change email address or password”',
    'Select the Password tab in the new window',
    'Email address tab',
    'second step',
    'recovery codes',
    'passkey',
    '30 minutes without activity',
    'There is no app for CareSpace. Use Safari (iOS) or Chrome (Android)',
    'National Cancer Institute, the American Cancer Society, and CancerCare',
    '(479) 587-1700',
  ])
    expect(text.toLowerCase()).toContain(words.toLowerCase())
})

test.each([
  ['/help', 'Ayuda'],
  ['/terms', 'Términos del servicio'],
  ['/privacy', 'Privacidad'],
])('%s is there for anyone, in Spanish too', async (path, title) => {
  expect((await as('nobody').get(path)).status).toBe(200)
  const html = await (await as('rosa').get(`${path}?lang=es`)).text()
  expect(html).toContain(`<h1>${title}</h1>`)
})

test('terms name the version that people agree to', async () => {
  expect(await textOf('/terms')).toContain('Version 2026-11')
})

test('the health check answers without a trip to the database', async () => {
  const { database, asked } = watched(env.DB)
  const response = await as('rosa', { ...env, DB: database }).get('/healthz')
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('ok')
  expect(asked.trips).toBe(0)
})
