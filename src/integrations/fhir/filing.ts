import type { Sender } from '../../identity/feed.ts'
import { type Desk, digest, fileMessage } from '../filing/message.ts'
import { refuseBody } from '../filing/store.ts'
import { isRefusal, type Refusal, readBundle } from './bundle.ts'
import { draft } from './draft.ts'

/** Reads a body as FHIR and files it as one message. */
export async function fileFhir(desk: Desk, sender: Sender, bytes: ArrayBuffer, inboxId: string) {
  const { db, now } = desk
  const refused = async (refusal: Refusal) => {
    await refuseBody(db, inboxId, refusal.why, now)
    return refusal
  }
  const text = decodeFhir(bytes)
  const bundle = isRefusal(text) ? text : readBundle(text.sent)
  if (isRefusal(bundle)) return refused(bundle)
  const message = { inboxId, position: 0, kind: bundle.kind, controlKey: null, sha256: await digest(bytes) }
  const filing = await fileMessage(desk, sender, message, draft(bundle, sender.ownAuthorities))
  if ('misfit' in filing) return { status: 422 as const, why: filing.misfit }
  if ('repeats' in filing) throw new Error('A body without a control id repeats nothing')
  return { bundle, filing }
}

const comma = 0x2c
/** Values in one body: a whole record of a lifetime has some hundred thousand. */
const mostValues = 1_500_000

/** Parsing costs by the value, not by the byte: a body of nothing but values would hold up everyone. */
function holdsTooMuch(bytes: ArrayBuffer) {
  let count = 0
  for (const byte of new Uint8Array(bytes)) if (byte === comma) count++
  return count > mostValues
}

/** A body as text, if it is one that can be read. */
export function decodeFhir(bytes: ArrayBuffer): { sent: string } | Refusal {
  if (holdsTooMuch(bytes)) return { status: 422, why: 'It holds too many values; send it in parts.' }
  try {
    return { sent: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) }
  } catch {
    return { status: 400, why: 'The body is not UTF-8 text.' }
  }
}
