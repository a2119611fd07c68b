import { base64url } from 'oslo/encoding'
import { unescaped } from './html.ts'

/** What a page asks the browser for. */
export type Asked = {
  challenge: string
  rpId?: string
  rp?: { id: string }
  user?: { id: string; name: string; displayName: string }
  allowCredentials?: { id: string }[]
  excludeCredentials?: { id: string }[]
  pubKeyCredParams?: { alg: number }[]
  authenticatorSelection?: { residentKey: string; userVerification: string }
  userVerification?: string
}

/** Everything an attacker, or a broken browser, may get wrong. Bytes are changed before they are signed. */
export type Lie = {
  challenge?: string
  origin?: string
  type?: string
  crossOrigin?: boolean
  rpId?: string
  flags?: number
  counter?: number
  id?: string
  rawId?: string
  /** What the authenticator itself says the id is. */
  attestedId?: Uint8Array
  userHandle?: string | null
  /** Which make of authenticator it says it is. */
  aaguid?: Uint8Array
  algorithm?: number
  publicKey?: string
  /** After signing. */
  signature?: (der: Uint8Array) => Uint8Array
  clientData?: (json: string) => string
}

/** User present and verified; a passkey that may be copied, and is. */
export const flag = { present: 1, verified: 4, mayBeCopied: 8, isCopied: 16, attested: 64 }
const here = flag.present | flag.verified

const encode = (bytes: ArrayBuffer | Uint8Array) =>
  base64url.encode(new Uint8Array(bytes), { includePadding: false })
const utf8 = (text: string) => new TextEncoder().encode(text)
const digest = async (bytes: Uint8Array) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
const number = (value: number, length: 2 | 4) => {
  const view = new DataView(new ArrayBuffer(length))
  if (length === 2) view.setUint16(0, value)
  else view.setUint32(0, value)
  return new Uint8Array(view.buffer)
}

/** A software authenticator with one passkey: what it says is what a browser's `toJSON` gives. */
export class Authenticator {
  readonly id: Uint8Array = crypto.getRandomValues(new Uint8Array(16))
  counter = 0
  owner = ''

  private constructor(
    readonly keys: CryptoKeyPair,
    readonly origin: string,
    /** How much the counter goes up with each use; synced passkeys never count. */
    readonly counts: number
  ) {}

  static async make({ origin = 'https://portal.test', counts = 1 } = {}) {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    return new Authenticator(keys as CryptoKeyPair, origin, counts)
  }

  get credentialId() {
    return encode(this.id)
  }

  async register(asked: Asked, lie: Lie = {}) {
    this.owner = asked.user?.id ?? ''
    this.counter += this.counts
    const id = lie.attestedId ?? this.id
    const authenticatorData = await this.#data(lie, asked.rp?.id ?? '', lie.flags ?? here | flag.attested, [
      lie.aaguid ?? new Uint8Array(16),
      number(id.length, 2),
      id,
      utf8('COSE key, which nobody reads'),
    ])
    const spki = (await crypto.subtle.exportKey('spki', this.keys.publicKey)) as ArrayBuffer
    return JSON.stringify({
      ...this.#name(lie),
      response: {
        clientDataJSON: encode(this.#clientData('webauthn.create', asked, lie)),
        attestationObject: encode(utf8('none')),
        authenticatorData: encode(authenticatorData),
        publicKey: lie.publicKey ?? encode(spki),
        publicKeyAlgorithm: lie.algorithm ?? -7,
        transports: ['internal', 'hybrid'],
      },
    })
  }

  async sign(asked: Asked, lie: Lie = {}) {
    this.counter += this.counts
    const authenticatorData = await this.#data(lie, asked.rpId ?? '', lie.flags ?? here)
    const clientData = this.#clientData('webauthn.get', asked, lie)
    const signed = new Uint8Array([...authenticatorData, ...(await digest(clientData))])
    const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.keys.privateKey, signed)
    const der = toDer(new Uint8Array(raw))
    return JSON.stringify({
      ...this.#name(lie),
      response: {
        clientDataJSON: encode(clientData),
        authenticatorData: encode(authenticatorData),
        signature: encode(lie.signature?.(der) ?? der),
        userHandle: lie.userHandle === undefined ? this.owner : lie.userHandle,
      },
    })
  }

  #name(lie: Lie) {
    const id = lie.id ?? this.credentialId
    return {
      id,
      rawId: lie.rawId ?? id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
    }
  }

  #clientData(type: string, { challenge }: Asked, lie: Lie) {
    const json = JSON.stringify({
      type: lie.type ?? type,
      challenge: lie.challenge ?? challenge,
      origin: lie.origin ?? this.origin,
      crossOrigin: lie.crossOrigin ?? false,
    })
    return utf8(lie.clientData?.(json) ?? json)
  }

  async #data(lie: Lie, rpId: string, flags: number, attested: Uint8Array[] = []) {
    const counter = lie.counter ?? this.counter
    return new Uint8Array([
      ...(await digest(utf8(lie.rpId ?? rpId))),
      flags,
      ...number(counter, 4),
      ...attested.flatMap((bytes) => [...bytes]),
    ])
  }
}

/** r and s as DER writes them: no leading zeros, but one where the number would look negative. */
export function toDer(raw: Uint8Array) {
  const integer = (bytes: Uint8Array) => {
    let start = 0
    while (start < bytes.length - 1 && bytes[start] === 0) start++
    const digits = [...bytes.slice(start)]
    if ((digits[0] ?? 0) > 127) digits.unshift(0)
    return [2, digits.length, ...digits]
  }
  const both = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))]
  return new Uint8Array([0x30, both.length, ...both])
}

/** What the form at `action` asks the browser for. */
export function askedOn(html: string, action: string): Asked {
  for (const [tag] of html.matchAll(/<form[^>]*data-passkey="[^"]*"[^>]*>/g)) {
    const to = unescaped(tag.match(/action="([^"]*)"/)?.[1] ?? '')
    if (to.split('?')[0] === action)
      return JSON.parse(unescaped(tag.match(/data-passkey="([^"]*)"/)?.[1] ?? ''))
  }
  throw new Error(`No form at ${action} asks for a passkey`)
}
