import { env } from 'cloudflare:workers'
import { inject } from 'vitest'
import type { Bindings } from '../../src/env.ts'

export type RangeAnswer =
  | { kind: 'list'; lines: string[] }
  | { kind: 'status'; status: number; location?: string; lines: string[] }
  | { kind: 'broken' }
  /** Nothing more comes, after the lines or at all. */
  | { kind: 'half'; lines: string[] }
  | { kind: 'silent' }
export type RangeCall = {
  method: string
  url: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** The forty digits a range API knows a password by. */
export async function sha1(password: string) {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(password))
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}

/** A range API of a test's own. */
export class RangeApi {
  readonly #desk = crypto.randomUUID()
  readonly #control = `${inject('rangeUrl')}/test/${this.#desk}`
  readonly url = `${inject('rangeUrl')}/${this.#desk}`
  readonly bindings: Bindings = { ...env, BREACHED_PASSWORDS_URL: this.url }

  async willAnswer(answer: RangeAnswer) {
    await fetch(this.#control, { method: 'PUT', body: JSON.stringify(answer) })
  }

  /** Lists a password among others. */
  async lists(password: string, count = '37') {
    const suffix = (await sha1(password)).slice(5)
    const others = ['0018A45C4D1DEF81644B54AB7F969B88D65:1', '00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2']
    await this.willAnswer({ kind: 'list', lines: [...others, `${suffix}:${count}`] })
  }

  async calls(): Promise<RangeCall[]> {
    return (await fetch(this.#control)).json()
  }
}
