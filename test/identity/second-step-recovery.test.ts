import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { codesPerSet, recoveryCode } from '../../src/identity/second-step/recovery-code.ts'
import { as, Browser } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'
import { codeAt } from '../support/second-step.ts'
import {
  codesOn,
  codesPath,
  halfway,
  mailsFor,
  rows,
  setUpApp,
  withApp,
} from '../support/second-step-settings.ts'

beforeEach(seed)

const recovery = '/sign-in/second-step/recovery-code'
const isIn = async (browser: Browser) => (await browser.get('/settings')).status === 200
const codeOf = (set: string, position = 1) => recoveryCode(env.TOKEN_KEY, set, position)

describe('the codes', () => {
  test('are ten that differ, shown until they are kept, and never again', async () => {
    const browser = as('rosa')
    await setUpApp(browser)
    const shown = codesOn(await (await browser.get(codesPath)).text())
    expect(new Set(shown).size).toBe(codesPerSet)
    expect(codesOn(await (await browser.get(codesPath)).text())).toEqual(shown)
    expect((await browser.submit(codesPath, {}, `${codesPath}/kept`)).status).toBe(303)
    const html = await (await browser.get(codesPath)).text()
    expect(codesOn(html)).toEqual([])
    expect(html).toContain('10 of 10')
    for (const code of shown) expect(html).not.toContain(code)
  })

  test('are kept for good only by whose they are', async () => {
    const set = await withApp('rosa')
    await env.DB.prepare('UPDATE recovery_sets SET kept_at = NULL').run()
    await withApp('milo')
    await as('milo').post(`${codesPath}/kept`, { set })
    expect(await rows('SELECT kept_at FROM recovery_sets WHERE id = ?', set)).toEqual([{ kept_at: null }])
  })

  test('have no letter that looks like another sign', async () => {
    const codes = await Promise.all(Array.from({ length: 200 }, (_, set) => codeOf(`set${set}`)))
    expect(codes.join('')).toMatch(/^[0-9a-hjkmnp-tv-z-]+$/)
    expect(new Set(codes).size).toBe(200)
  })

  test('print with the name of the practice and nothing of the account', async () => {
    const browser = as('rosa')
    await setUpApp(browser)
    const html = await (await browser.get(codesPath)).text()
    const main = html.match(/<main[\s\S]*<\/main>/)?.[0] ?? ''
    expect(main).toMatch(/class="paper"[^<]*>[^<]*Hillside Cancer Care/)
    expect(main).not.toMatch(/rosa|Díaz|example\.test/i)
  })

  test('rest nowhere: not in the database, not in mail', async () => {
    const browser = as('rosa')
    const { secret } = await setUpApp(browser)
    const shown = codesOn(await (await browser.get(codesPath)).text())
    const tables = await rows<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
    )
    const all = JSON.stringify(await Promise.all(tables.map(({ name }) => rows(`SELECT * FROM "${name}"`))))
    expect(shown).toHaveLength(10)
    for (const code of shown) {
      expect(all).not.toContain(code)
      expect(all).not.toContain(code.replace('-', ''))
    }
    expect(all).not.toContain(await codeAt(new Date(), secret))
  })

  test('made anew end the old ones, with a notice', async () => {
    const set = await withApp('rosa')
    const browser = as('rosa')
    const mark = await auditMark()
    await browser.submit(codesPath, {}, codesPath)
    expect(codesOn(await (await browser.get(codesPath)).text())).toHaveLength(10)
    expect(await mailsFor('rosa')).toEqual(['recovery-codes-new'])
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('settings.recovery-codes-new')
    const owing = await halfway('rosa')
    expect((await owing.post(recovery, { code: await codeOf(set) })).status).toBe(422)
  })

  test('wished for ten times at once are one new set', async () => {
    const set = await withApp('rosa')
    await Promise.all(Array.from({ length: 10 }, () => as('rosa').post(codesPath, { set })))
    expect(await rows('SELECT 1 FROM recovery_sets')).toHaveLength(2)
    expect(await mailsFor('rosa')).toEqual(['recovery-codes-new'])
  })

  test('are not made for someone without a second step', async () => {
    await as('rosa').post(codesPath, { set: '' })
    expect(await rows('SELECT 1 FROM recovery_sets')).toEqual([])
    expect((await as('rosa').get(codesPath)).headers.get('Location')).toBe('/settings/second-step')
  })
})

describe('signing in with a code', () => {
  test('opens the portal once and says how many are left', async () => {
    const set = await withApp('rosa')
    const mark = await auditMark()
    const owing = await halfway('rosa')
    const response = await owing.submit(recovery, { code: await codeOf(set) })
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/settings/second-step'])
    const html = await (await owing.get('/settings/second-step')).text()
    expect(html).toContain('9 codes are left')
    expect(html).toContain('9 of 10 left')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('sign-in.recovery-code')
    expect(await mailsFor('rosa')).toContain('recovery-code-used')

    const again = await halfway('rosa')
    expect((await again.post(recovery, { code: await codeOf(set) })).status).toBe(422)
    expect(await isIn(again)).toBe(false)
    expect((await again.post(recovery, { code: await codeOf(set, 2) })).status).toBe(303)
  })

  test('goes on to where the person was going', async () => {
    const set = await withApp('rosa')
    const owing = await halfway('rosa')
    const response = await owing.post(`${recovery}?next=/records`, { code: await codeOf(set) })
    expect(response.headers.get('Location')).toBe('/records')
  })

  test.each([
    ['capitals', (code: string) => code.toUpperCase()],
    ['no dash', (code: string) => code.replace('-', '')],
    ['spaces everywhere', (code: string) => `  ${[...code].join(' ')} `],
    ['a long dash', (code: string) => code.replace('-', ' – ')],
    ['letters for digits', (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l')],
    ['wide signs', (code: string) => code.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)))],
  ])('takes %s', async (_, typed) => {
    const set = await withApp('rosa')
    const owing = await halfway('rosa')
    expect((await owing.post(recovery, { code: typed(await codeOf(set, 3)) })).status).toBe(303)
  })

  test('twenty times at once opens one session', async () => {
    const set = await withApp('rosa')
    const code = await codeOf(set)
    const owing = await halfway('rosa')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => {
        const tab = new Browser()
        tab.jar.set('__Host-cs', owing.jar.get('__Host-cs') ?? '')
        return tab.post(recovery, { code })
      })
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(await rows('SELECT 1 FROM recovery_uses')).toHaveLength(1)
  })

  test('of another account does not open this one', async () => {
    await withApp('rosa')
    const other = await withApp('milo')
    const owing = await halfway('rosa')
    expect((await owing.post(recovery, { code: await codeOf(other) })).status).toBe(422)
    expect(await isIn(owing)).toBe(false)
  })

  test('is paused after five wrong ones, together with codes of the app', async () => {
    const set = await withApp('rosa')
    const owing = await halfway('rosa')
    for (let i = 0; i < 3; i++) await owing.post(recovery, { code: '0000-0000' })
    for (let i = 0; i < 2; i++) await owing.post('/sign-in/second-step', { code: '000000' })
    expect((await owing.post(recovery, { code: await codeOf(set) })).status).toBe(422)
    await env.DB.prepare('UPDATE throttles SET blocked_until = 1 WHERE blocked_until IS NOT NULL').run()
    expect((await owing.post(recovery, { code: await codeOf(set) })).status).toBe(303)
  })

  test('that are malformed cost no try, and what was typed is not shown again', async () => {
    await withApp('rosa')
    const owing = await halfway('rosa')
    const response = await owing.post(recovery, { code: 'not a code!' })
    expect(response.status).toBe(422)
    expect(await response.text()).not.toContain('not a code!')
    expect(await rows("SELECT 1 FROM throttles WHERE purpose = 'second-step'")).toEqual([])
  })

  test('is for nobody who has not given the password', async () => {
    const set = await withApp('rosa')
    const response = await new Browser().post(recovery, { code: await codeOf(set) })
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await rows('SELECT 1 FROM recovery_uses')).toEqual([])
  })

  test('when none is left the page says whom to call, and Settings asks for new ones', async () => {
    const set = await withApp('rosa')
    for (let position = 1; position <= 10; position++)
      await env.DB.prepare('INSERT INTO recovery_uses VALUES (?, ?, 1)').bind(set, position).run()
    const owing = await halfway('rosa')
    expect(await (await owing.get(recovery)).text()).toContain('There is no recovery code left')
    expect(await (await as('rosa').get('/settings/second-step')).text()).toContain(
      'You have no recovery codes left'
    )
  })

  test('when few are left Settings says so', async () => {
    const set = await withApp('rosa')
    for (let position = 1; position <= 7; position++)
      await env.DB.prepare('INSERT INTO recovery_uses VALUES (?, ?, 1)').bind(set, position).run()
    expect(await (await as('rosa').get('/settings/second-step')).text()).toContain(
      'Only 3 recovery codes left'
    )
    expect(await (await as('rosa').get('/settings')).text()).toContain('Only 3 recovery codes left')
  })
})
