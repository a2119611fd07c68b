import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openSession, openTab, signInOf } from './portal.ts'
import { stage } from './stage.ts'

/** What a page says of itself; nothing, while it makes way for another. */
const ask = <T>(page: Page, what: string) =>
  page.evaluate<T | undefined>(what).catch((error: Error) => {
    if (!/context was destroyed/.test(error.message)) throw error
    return undefined
  })

/** What has the focus, by the name it goes by: its label, or its text. */
const focused = async (page: Page) =>
  (await ask<string>(
    page,
    `(() => {
    const at = document.activeElement
    if (!at) return ''
    const named = at.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)) ?? []
    const words = (elements) => elements.map((each) => each?.textContent).join(' ')
    const name = words([...(at.labels ?? [])]) || words(named) || at.getAttribute('aria-label') || at.textContent
    return name.replace(/\\s+/g, ' ').trim()
  })()`
  )) ?? ''

/** How long the answer to a press may take, in milliseconds. */
const onItsWay = 5000

const isNamed = (name: string, words: string | RegExp) =>
  typeof words === 'string' ? name === words || name.startsWith(`${words} `) : words.test(name)

/** What someone without a mouse does: every act is a press of keys on what has the focus. */
export function keysOf(page: Page) {
  // Else the driver begins to look for the window of the system when it is open already.
  page.on('filechooser', () => {})

  const at = <T>(property: string) => ask<T>(page, `document.activeElement?.${property}`)
  const key = (name: string) => page.keyboard.press(name)

  /** Presses Tab until the focus stands on what carries these words. */
  async function tabTo(words: string | RegExp, most = 90) {
    const met: string[] = []
    // The page that has it may still be on its way.
    for (const until = Date.now() + onItsWay; met.length < most || Date.now() < until; ) {
      await key('Tab')
      const here = await focused(page)
      if (isNamed(here, words)) return
      met.push(here.slice(0, 60))
    }
    throw new Error(`Tab never came to ${words}; it came to ${met.slice(-most).join(' | ')}`)
  }

  /** Shift and Tab until the focus stands on it: to what lies before. */
  async function backTo(words: string | RegExp, most = 20) {
    for (let presses = 0; presses < most; presses++) {
      await key('Shift+Tab')
      if (isNamed(await focused(page), words)) return
    }
    throw new Error(`Shift and Tab never came to ${words}`)
  }

  const press = async (words: string | RegExp, by = 'Enter') => {
    await tabTo(words)
    await key(by)
  }

  const type = async (words: string | RegExp, text: string) => {
    await tabTo(words)
    await key('Control+A')
    await page.keyboard.type(text)
  }

  /** One of a list that stays closed: the first letters lead to it. */
  const choose = async (words: string | RegExp, option: string) => {
    await tabTo(words)
    await page.keyboard.type(option)
    expect(await at<string>('selectedOptions[0].textContent')).toMatch(new RegExp(`^${option}`))
  }

  /** One of several that all can be seen: Tab comes to the group, the arrows go through it. */
  const pick = async (words: string) => {
    const inGroup = `[...document.querySelectorAll('input[type=radio]')]
      .some((each) => each.name === document.activeElement?.name && each.labels[0].textContent.trim().startsWith(${JSON.stringify(words)}))`
    for (const until = Date.now() + onItsWay; !(await ask<boolean>(page, inGroup)); await key('Tab'))
      if (Date.now() > until) throw new Error(`Tab never came to a choice of ${words}`)
    for (let presses = 0; !(await focused(page)).startsWith(words); presses++) {
      if (presses > 20) throw new Error(`The arrows never came to ${words}`)
      await key('ArrowDown')
    }
    if (!(await at<boolean>('checked'))) await key('Space')
    expect(await at<boolean>('checked'), words).toBe(true)
  }

  const tick = async (words: string | RegExp) => {
    await tabTo(words)
    const before = await at<boolean>('checked')
    await key('Space')
    expect(await at<boolean>('checked')).toBe(!before)
  }

  /** A page has come, and what is read first on it is where reading begins: at its top, or at what it has to say. */
  const arrives = async (heading: string | RegExp) => {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    const where = await page.evaluate<string>(
      "document.activeElement?.closest('main') ? 'in it' : document.activeElement?.tagName"
    )
    expect(['BODY', 'in it'], `the focus on “${heading}”`).toContain(where)
  }

  /** What an act has led to is said where the focus is, so that it is read out, and Tab goes on from there. */
  const said = async (words: string | RegExp) => {
    await page.getByRole('status').filter({ hasText: words }).first().waitFor()
    await expect
      .poll(() => at<string>('closest("[role=status]")?.textContent'), {
        message: `the focus, not on “${words}”`,
      })
      .toMatch(words)
  }

  /** What was asked for has come into the same page, and the focus is on it. */
  const leads = async (words: string | RegExp) => {
    await expect
      .poll(() => at<boolean>('matches("h1, h2, h3")'), { message: `the focus, instead of on “${words}”` })
      .toBe(true)
    expect(await at<string>('textContent')).toMatch(words)
  }

  /** A form was not taken: the faults have the focus, and the first of them leads to its field. */
  const refused = async (fault: string | RegExp, { isTitled = true } = {}) => {
    await page.getByRole('group', { name: 'There is a problem' }).waitFor()
    await expect.poll(() => at<string>('className'), { message: `the focus, after “${fault}”` }).toBe('errs')
    expect(/^Error: /.test(await page.title())).toBe(isTitled)
    await press(fault)
    expect(await at<string>('getAttribute("aria-invalid") ?? document.activeElement.type')).toMatch(
      /^true|radio$/
    )
    expect(
      await page.evaluate<string>(
        `[document.activeElement, document.activeElement.closest('fieldset')]
          .flatMap((each) => each?.getAttribute('aria-describedby')?.split(' ') ?? [])
          .map((id) => document.getElementById(id).textContent).join(' ')`
      )
    ).toMatch(fault)
    await key('Shift+Tab')
  }

  /** A file, by the window of the system that Space opens. */
  const attach = async (
    words: string | RegExp,
    ...files: { name: string; mimeType: string; buffer: Buffer }[]
  ) => {
    await tabTo(words)
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), key('Space')])
    return chooser.setFiles(files)
  }

  /** What a link saves. */
  const download = async (words: string | RegExp) => {
    await tabTo(words)
    const [file] = await Promise.all([page.waitForEvent('download'), key('Enter')])
    await file.cancel()
    return file.suggestedFilename()
  }

  /** Opens the menu under one's name and goes where a line of it leads. */
  const menu = async (words: string) => {
    await press(/^Your menu/)
    await press(words)
  }

  return {
    page,
    at,
    key,
    focused: () => focused(page),
    tabTo,
    backTo,
    press,
    type,
    choose,
    pick,
    tick,
    arrives,
    said,
    leads,
    refused,
    attach,
    download,
    menu,
  }
}

export type Keys = ReturnType<typeof keysOf>

/** The account behind one of the demo's sign-ins. */
export const accountOf = async (role: string) =>
  (await stage.portal.db
    .prepare('SELECT id FROM accounts WHERE email = ?')
    .bind(signInOf(stage, role).address)
    .first<string>('id')) ?? ''

/** A tab of someone who is signed in and has no mouse. What the page complains of fails the errand. */
export async function withKeys(
  role: string | null,
  options: BrowserContextOptions,
  errand: (keys: Keys) => Promise<unknown>
) {
  const { page, context, complaints } = await openTab(stage, options)
  if (role) await openSession(stage, page, await accountOf(role))
  await errand(keysOf(page)).catch(async (error: Error) => {
    const shown = (await ask<string>(page, 'document.body.innerText')) ?? ''
    error.message += `\nThe page was ${page.url()} and said: ${shown.replace(/\s+/g, ' ')}`
    throw error
  })
  expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  await context.close()
}
