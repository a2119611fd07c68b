import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { app } from '../../src/app.tsx'
import type { Bindings } from '../../src/env.ts'
import type { Person } from './people.ts'

type Jar = Map<string, string>
type Fields = Record<string, string>

/** A browser: keeps cookies, sends what a same-origin page sends, and follows nothing by itself. */
export class Browser {
  readonly jar: Jar = new Map()

  constructor(readonly bindings: Bindings = env) {}

  get(path: string, headers: Record<string, string> = {}) {
    return this.#send(path, { headers })
  }

  post(path: string, fields: Fields = {}, headers: Record<string, string> = {}) {
    return this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { Origin: env.APP_ORIGIN, ...headers },
    })
  }

  /** Any request at all, with this browser's cookies. */
  request(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    return this.#send(path, init)
  }

  /** Posts a form as a page would show it: hidden fields of the page's form at `action` are sent along. */
  async submit(page: string, fields: Fields, action = page) {
    const html = await (await this.get(page)).text()
    return this.post(action, { ...hiddenFields(html, action), ...fields })
  }

  /** A request with the cookies but nothing else a browser sends by itself. */
  raw(path: string, { headers = {}, ...init }: RequestInit & { headers?: Record<string, string> } = {}) {
    return this.#fetch(path, { ...init, headers: new Headers(headers) })
  }

  async #send(path: string, init: RequestInit & { headers?: Record<string, string> }) {
    const headers = new Headers({
      'Sec-Fetch-Site': 'same-origin',
      'CF-Connecting-IP': '203.0.113.7',
      ...init.headers,
    })
    return this.#fetch(path, { ...init, headers })
  }

  async #fetch(path: string, { headers, ...init }: RequestInit & { headers: Headers }) {
    if (this.jar.size > 0 && !headers.has('Cookie'))
      headers.set('Cookie', [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const context = createExecutionContext()
    const response = await app.fetch(
      new Request(new URL(path, env.APP_ORIGIN), { redirect: 'manual', ...init, headers }),
      this.bindings,
      context
    )
    await waitOnExecutionContext(context)
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return response
  }

  #keep(cookie: string) {
    const [pair = '', ...attributes] = cookie.split(/;\s*/)
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) this.jar.delete(name)
    else this.jar.set(name, pair.slice(at + 1))
  }
}

/** A browser signed in as someone in the cast. */
export function as(person: Person, bindings?: Bindings) {
  const browser = new Browser(bindings)
  if (person !== 'nobody') browser.jar.set('__Host-cs', `${person}-session`)
  return browser
}

export function hiddenFields(html: string, action: string): Fields {
  const form =
    html
      .match(/<form[^>]*>[\s\S]*?<\/form>/g)
      ?.find((text) => text.includes(`action="${action.replaceAll('&', '&amp;')}"`)) ?? ''
  return Object.fromEntries(
    [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      input.match(/name="([^"]*)"/)?.[1] ?? '',
      input.match(/value="([^"]*)"/)?.[1] ?? '',
    ])
  )
}
