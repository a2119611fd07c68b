import { parseAuthenticator, parseClient } from '@passwordless-id/webauthn/dist/esm/parsers.js'
import { parseCryptoKey, verifyAuthentication } from '@passwordless-id/webauthn/dist/esm/server.js'
import { base64url } from 'oslo/encoding'
import * as v from 'valibot'
import { makers } from './makers.ts'

/** How many an account may have. */
export const mostPasskeys = 10
export const longestName = 60

export type Algorithm = 'ES256' | 'RS256'
export type KnownKey = { credentialId: string; publicKey: string; algorithm: Algorithm }
/** What a browser is told of a passkey there is already. */
export type Listed = { credentialId: string; transports: string[] }
/** Given to the browser as it is (WebAuthn, 5.1.8 and 5.1.9). */
export type PasskeyOptions = { challenge: string } & Record<string, unknown>

const timeout = 5 * 60_000
const encoder = new TextEncoder()

/** Passkeys are bound to the host people type. */
const hostOf = (origin: string) => new URL(origin).hostname

/** What an authenticator keeps and gives back to say whose passkey it is. */
export const userHandle = (accountId: string) =>
  base64url.encode(encoder.encode(accountId), { includePadding: false })

const descriptors = (passkeys: Listed[]) =>
  passkeys.map(({ credentialId: id, transports }) => ({ type: 'public-key', id, transports }))

/** Asks for a passkey: one of these, or any there is for this site when none are named. */
export const requestOptions = (origin: string, challenge: string, passkeys: Listed[]): PasskeyOptions => ({
  challenge,
  rpId: hostOf(origin),
  timeout,
  userVerification: 'required',
  allowCredentials: descriptors(passkeys),
})

type Owner = { id: string; email: string; givenName: string; familyName: string }

/** Asks for a new passkey that can be found without typing an address, on a device that has none of these. */
export const creationOptions = (
  origin: string,
  challenge: string,
  owner: Owner,
  passkeys: Listed[]
): PasskeyOptions => ({
  challenge,
  rp: { id: hostOf(origin), name: 'CareSpace' },
  user: {
    id: userHandle(owner.id),
    name: owner.email,
    displayName: `${owner.givenName} ${owner.familyName}`,
  },
  // ES256 and RS256: the two that every browser's and our own cryptography know.
  pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
  timeout,
  excludeCredentials: descriptors(passkeys),
  authenticatorSelection: {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  },
  attestation: 'none',
})

const bytes = v.pipe(v.string(), v.regex(/^[\w-]{1,8192}$/))
const credentialId = v.pipe(v.string(), v.regex(/^[\w-]{1,1400}$/))
const answer = <T extends v.ObjectEntries>(response: T) =>
  v.pipe(
    v.string(),
    v.maxLength(32_768),
    v.parseJson(),
    v.object({
      id: credentialId,
      rawId: credentialId,
      type: v.literal('public-key'),
      response: v.object(response),
    }),
    v.check(({ id, rawId }) => id === rawId)
  )

/** What a browser says when a passkey was used. */
const Assertion = answer({
  clientDataJSON: bytes,
  authenticatorData: bytes,
  signature: bytes,
  userHandle: v.nullish(bytes),
})
export type Assertion = v.InferOutput<typeof Assertion>

/** What a browser says when a passkey was made. */
const Registration = answer({
  clientDataJSON: bytes,
  authenticatorData: bytes,
  publicKey: bytes,
  publicKeyAlgorithm: v.picklist([-7, -257]),
  transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z-]{1,20}$/))), v.maxLength(8)), []),
})
export type Registration = v.InferOutput<typeof Registration>

const read = <S extends v.GenericSchema>(schema: S, json: string | undefined) => {
  const parsed = v.safeParse(schema, json)
  return parsed.success ? (parsed.output as v.InferOutput<S>) : undefined
}
export const readAssertion = (json: string | undefined) => read(Assertion, json)
export const readRegistration = (json: string | undefined) => read(Registration, json)

const decode = (text: string) => base64url.decode(text, { strict: false })

const ClientData = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ challenge: v.string(), crossOrigin: v.optional(v.boolean(), false) })
)

/** The challenge that was answered, as the browser says it. */
export const challengeOf = ({ response }: Assertion | Registration) =>
  read(ClientData, new TextDecoder().decode(decode(response.clientDataJSON)))?.challenge ?? ''

/**
 * The counter of a passkey that signed this for our site, with its owner at it and recognised; undefined when anything is
 * not as it must be. The library's errors quote what they were given and go no further than here.
 */
export async function verifyAssertion(said: Assertion, key: KnownKey, origin: string) {
  try {
    if (!isSound(said)) return undefined
    const { response } = said
    const signature = key.algorithm === 'ES256' ? fullSignature(response.signature) : response.signature
    const { counter } = await verifyAuthentication(
      {
        ...said,
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.clientDataJSON,
          authenticatorData: response.authenticatorData,
          signature,
        },
      },
      { id: key.credentialId, publicKey: key.publicKey, algorithm: key.algorithm, transports: [] },
      { challenge: challengeOf(said), origin, domain: hostOf(origin), userVerified: true }
    )
    return counter
  } catch {
    return undefined
  }
}

/**
 * A new passkey as it is kept, and what its maker calls it; undefined when anything is not as it must be. The library's
 * own check would bring the names of 360 authenticators along (11 kB): it reads the parts, we compare.
 */
export async function verifyRegistration(said: Registration, origin: string) {
  try {
    if (!isSound(said) || attestedId(said) !== said.id) return undefined
    const { response } = said
    const client = parseClient(response.clientDataJSON)
    const authenticator = parseAuthenticator(response.authenticatorData)
    const isOurs = client.origin === origin && authenticator.rpIdHash === (await siteHash(origin))
    if (client.type !== 'webauthn.create' || !isOurs || !authenticator.flags.userVerified) return undefined
    const algorithm: Algorithm = response.publicKeyAlgorithm === -7 ? 'ES256' : 'RS256'
    const key = await parseCryptoKey(algorithm, response.publicKey)
    if (algorithm === 'RS256' && (key.algorithm as RsaSize).modulusLength < 2048) return undefined
    return {
      credentialId: said.id,
      publicKey: response.publicKey,
      algorithm,
      counter: authenticator.signCount,
      transports: response.transports,
      maker: makers[authenticator.aaguid],
    }
  } catch {
    return undefined
  }
}
type RsaSize = { modulusLength: number }

/** The hash that an authenticator signs in place of the site's name. */
const siteHash = async (origin: string) =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(hostOf(origin)))))

/** What the library does not look at, in both ceremonies (WebAuthn, 7.1 and 7.2). */
function isSound({ response }: Assertion | Registration) {
  const data = decode(response.authenticatorData)
  const flags = data[32] ?? 0
  const isPresent = (flags & 1) !== 0
  const isCopiedWithoutLeave = (flags & 0b11000) === 0b10000
  const client = read(ClientData, new TextDecoder().decode(decode(response.clientDataJSON)))
  return data.length >= 37 && isPresent && !isCopiedWithoutLeave && client?.crossOrigin === false
}

/** The id that the authenticator itself gave the new passkey: after flags, counter and maker, its length and its bytes. */
function attestedId({ response }: Registration) {
  const data = decode(response.authenticatorData)
  const hasId = ((data[32] ?? 0) & 0x40) !== 0 && data.length > 55
  const length = hasId ? new DataView(data.buffer, data.byteOffset).getUint16(53) : 0
  return base64url.encode(data.slice(55, 55 + length), { includePadding: false })
}

/**
 * The library expects both numbers of a signature at full length, and so fails on the one in 128 whose DER is shorter.
 * Read strictly and written out in full, they stand where it looks.
 */
function fullSignature(signature: string) {
  const der = decode(signature)
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new Error('A signature is no DER sequence')
  const r = numberAt(der, 2)
  const s = numberAt(der, r.end)
  if (s.end !== der.length) throw new Error('A signature holds more than two numbers')
  const full = new Uint8Array([0x30, 70, 2, 33, ...r.digits, 2, 33, ...s.digits])
  return base64url.encode(full, { includePadding: false })
}

function numberAt(der: Uint8Array, at: number) {
  const end = at + 2 + (der[at + 1] ?? 0)
  const digits = der.slice(at + 2, end)
  const significant = digits[0] === 0 ? digits.slice(1) : digits
  if (der[at] !== 2 || digits.length === 0 || significant.length > 32 || end > der.length)
    throw new Error('A signature holds something that is no number of it')
  const full = new Uint8Array(33)
  full.set(significant, 33 - significant.length)
  return { digits: full, end }
}

/** Whether there are two of an authenticator: its counter did not go up (WebAuthn, 6.1.1). Many never count. */
export const isCopy = (known: number, now: number) => (known > 0 || now > 0) && now <= known

/** What to call a new passkey until its owner does: who made it, else what the browser runs on. */
export const firstName = (maker: string | undefined, userAgent: string | undefined) =>
  (maker ?? userAgent?.match(/iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux/)?.[0] ?? 'Passkey')
    .replace('Macintosh', 'Mac')
    .replace('CrOS', 'Chromebook')
    .slice(0, longestName)
