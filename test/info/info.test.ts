import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import { seed } from '../support/people.ts'
import { dictionaries } from '../support/words.ts'

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
    'Go to “Manage Users” and click “Revoke access” next to the user’s email. This action is permanent.',
    'Access history',
    'Download the record',
    'Office hours',
    'Mon – Fri, 8:00 a.m. to',
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
    'do nothing for 30 minutes',
    'There is no app for CareSpace. Use Safari (iOS) or Chrome (Android)',
    'National Cancer Institute, the American Cancer Society, and CancerCare',
    '(479) 587-1700',
  ])
    expect(text.toLowerCase()).toContain(words.toLowerCase())
})

test.each([
  ['/help', 'Ayuda'],
  ['/accessibility', 'Accesibilidad'],
  ['/terms', 'Términos del servicio'],
  ['/privacy', 'Privacidad'],
])('%s is there for anyone, in Spanish too', async (path, title) => {
  expect((await as('nobody').get(path)).status).toBe(200)
  const html = await (await as('rosa').get(`${path}?lang=es`)).text()
  expect(html).toContain(`<h1>${title}</h1>`)
})

test('help leads with the emergency, and shows where we are on a map of the address alone, in another tab', async () => {
  await env.DB.prepare("UPDATE practice SET address = '1 Main St & 2nd, Springdale'").run()
  const html = await (await as('nobody').get('/help')).text()
  const main = html.slice(html.indexOf('<main'))
  expect(main.indexOf('tel:911')).toBeLessThan(main.indexOf('tel:+14795871700'))
  const map = main.match(/<a [^>]*href="(https:[^"]*)"[^>]*>[\s\S]*?<\/a>/)
  expect(map?.[1]).toBe(
    'https://www.google.com/maps/search/?api=1&amp;query=1%20Main%20St%20%26%202nd%2C%20Springdale'
  )
  expect(map?.[0]).toContain('target="_blank"')
  expect(map?.[0]).toContain('opens in a new tab')
})

test('help offers free help with the language in fifteen of them, each marked as itself, and every page leads there', async () => {
  const html = await (await as('nobody').get('/help')).text()
  const said = [...html.matchAll(/<li lang="([\w-]+)"(?: dir="(\w+)")?>([\s\S]*?)<\/li>/g)]
  expect(new Set(said.map(([, language]) => language)).size).toBe(15)
  for (const [, language, direction, text] of said) {
    expect([language, text?.includes('href="tel:+14795871700"')]).toEqual([language, true])
    expect([language, direction]).toEqual([language, language === 'ar' ? 'rtl' : undefined])
    expect(() => new Intl.Locale(language ?? '')).not.toThrow()
  }
  expect(html).toContain('id="language-help"')
  for (const [person, path] of [
    ['nobody', '/sign-in'],
    ['rosa', '/settings'],
  ] as const)
    expect(await (await as(person).get(path)).text()).toContain('href="/help#language-help"')
})

test('help hides nothing: every answer is in the page, open, for searching and printing', async () => {
  const html = await (await as('nobody').get('/help')).text()
  const main = html.slice(html.indexOf('<main'), html.indexOf('</main>'))
  expect(main).not.toMatch(/<details|hidden/)
})

test('accessibility says what is met, how it was checked, what may not work, and whom to tell', async () => {
  const text = await textOf('/accessibility')
  for (const words of ['WCAG 2.2, level AA', 'How we checked', 'may not work', '(479) 587-1700'])
    expect(text).toContain(words)
  expect(await (await as('nobody').get('/sign-in')).text()).toContain('href="/accessibility"')
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

test.each(['en', 'es'] as const)(
  'what help tells people to press is what it is called, in %s',
  (language) => {
    const words = JSON.stringify(dictionaries[language], (_, value) =>
      typeof value === 'function' ? undefined : value
    )
    const help = JSON.stringify(dictionaries[language].info.help.parts('(479) 587-1700'))
    const pressed = [...help.matchAll(/“([^”]+)”/g)].map(([, label]) => label)
    expect(pressed.length).toBeGreaterThan(12)
    expect(pressed.filter((label) => !words.includes(`"${label}"`))).toEqual([])
  }
)
