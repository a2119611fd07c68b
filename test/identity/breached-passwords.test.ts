import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bindings } from '../../src/env.ts'
import { isBreached } from '../../src/identity/breached-passwords.ts'
import { Browser } from '../support/browser.ts'
import { code, openToken, seedInvitations, withCode } from '../support/invitation.ts'
import { typed, wrongDate } from '../support/invited.ts'
import { seed } from '../support/people.ts'
import { RangeApi, sha1 } from '../support/range.ts'

beforeEach(async () => {
  await seed()
  await seedInvitations()
})

const password = 'Blue-Kettle-42'
const register = (bindings: Bindings = env, fields: Record<string, string> = {}) =>
  withCode(new Browser(bindings)).post(`/register/${openToken}`, { ...typed, code, password, ...fields })
const suffix = (await sha1(password)).slice(5)
const common = 'Many people use this password'

describe('where a range API is set up', () => {
  test('a password it lists is refused, and one it does not is taken', async () => {
    const api = new RangeApi()
    await api.lists(password)
    const refused = await register(api.bindings)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain(common)
    expect((await register(api.bindings, { password: 'Green-Kettle-42' })).status).toBe(303)
  })

  test('it is told five digits and nothing else, once', async () => {
    const api = new RangeApi()
    await register(api.bindings)
    const calls = await api.calls()
    expect(calls.length).toBe(1)
    const [call] = calls
    const digest = await sha1(password)
    expect(call?.method).toBe('GET')
    expect(call?.url.split('/').at(-1)).toBe(digest.slice(0, 5))
    expect(call?.body).toBe('')
    expect(call?.headers['add-padding']).toBe('true')
    expect(JSON.stringify(call)).not.toMatch(new RegExp(`${digest.slice(5)}|Kettle|otto|portal|cookie`, 'i'))
  })

  test('it is not asked about a password that our own rule refuses, nor before code and date are right', async () => {
    const api = new RangeApi()
    await register(api.bindings, { password: 'Password1!' })
    await register(api.bindings, { code: String((Number(code) + 1) % 1_000_000).padStart(6, '0') })
    await register(api.bindings, wrongDate)
    expect(await api.calls()).toEqual([])
  })

  test('a line of padding, seen 0 times, refuses nothing', async () => {
    const api = new RangeApi()
    await api.lists(password, '0')
    expect(await isBreached(api.bindings, password)).toBe(false)
    await api.lists(password, '1')
    expect(await isBreached(api.bindings, password)).toBe(true)
  })

  test('a letter counts the same however a keyboard composes it', async () => {
    const api = new RangeApi()
    await api.lists('Ñandú!47xq'.normalize('NFC'))
    expect(await isBreached(api.bindings, 'Ñandú!47xq'.normalize('NFD'))).toBe(true)
  })

  test.each([
    ['breaks the connection', { kind: 'broken' }],
    ['is down', { kind: 'status', status: 500, lines: [`${suffix}:1`] }],
    ['has had enough', { kind: 'status', status: 429, lines: [] }],
    ['sends us elsewhere', { kind: 'status', status: 302, location: 'http://127.0.0.1:1/', lines: [] }],
    ['answers with a page', { kind: 'list', lines: [`<html>${suffix}:1</html>`] }],
    ['answers in another format', { kind: 'list', lines: [suffix, `${suffix}:many`, `${suffix}:-1`] }],
    ['answers with nothing', { kind: 'list', lines: [] }],
  ] as const)('one that %s keeps nobody out', async (_, answer) => {
    const api = new RangeApi()
    await api.willAnswer(structuredClone(answer) as Parameters<typeof api.willAnswer>[0])
    expect(await isBreached(api.bindings, password)).toBe(false)
    expect((await register(api.bindings)).status).toBe(303)
  })

  test.each([
    ['says nothing', { kind: 'silent' } as const],
    ['stops half-way', { kind: 'half', lines: [`${suffix}:1`, ''] } as const],
  ])('one that %s is left after a second', async (_, answer) => {
    const api = new RangeApi()
    await api.willAnswer(answer.kind === 'half' ? { kind: 'half', lines: [...answer.lines] } : answer)
    const began = performance.now()
    expect(await isBreached(api.bindings, password)).toBe(false)
    expect(performance.now() - began).toBeGreaterThan(900)
    expect(performance.now() - began).toBeLessThan(2500)
  })

  test('one that is not there keeps nobody out, and nothing is logged', async () => {
    const logged = (['log', 'info', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))
    expect((await register({ ...env, BREACHED_PASSWORDS_URL: 'http://127.0.0.1:9/range' })).status).toBe(303)
    expect(JSON.stringify(logged.map(({ mock }) => mock.calls))).not.toMatch(/Kettle|127\.0\.0\.1:9/)
    for (const spy of logged) spy.mockRestore()
  })
})

test('without the setting nobody is asked', async () => {
  const asked = vi.spyOn(globalThis, 'fetch')
  expect(await isBreached(env, password)).toBe(false)
  expect(await isBreached({ ...env, BREACHED_PASSWORDS_URL: '' }, password)).toBe(false)
  expect((await register()).status).toBe(303)
  expect(asked).not.toHaveBeenCalled()
  asked.mockRestore()
})
