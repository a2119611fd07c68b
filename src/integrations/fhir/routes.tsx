import type { RequestContext } from '../../env.ts'
import { feed, type Sender } from '../../identity/feed.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { type Desk, deskOf, digest, fileMessage, receiveBody } from '../filing/message.ts'
import { refuseBody, summaryOf } from '../filing/store.ts'
import { answerEach, outcomeOf } from './answer.ts'
import { isRefusal, type Refusal, readBundle } from './bundle.ts'
import { draft } from './draft.ts'

const codes = { 400: 'structure', 401: 'login', 413: 'too-long', 422: 'processing' } as const
const fhirJson = { 'Content-Type': 'application/fhir+json; charset=utf-8' }

/** FHIR's own way to say no. */
const refuse = (c: RequestContext, status: keyof typeof codes, diagnostics: string) =>
  c.json(outcomeOf('error', codes[status], diagnostics), status, fhirJson)

export const fhir = new Routes().post(
  paths.feedFhir,
  feed('fhir', { maxBody: 20_000_000, refuse }),
  async (c) => {
    const bytes = await c.req.arrayBuffer()
    const desk = deskOf(c)
    const inboxId = await receiveBody(desk, c.var.feed, bytes, { format: 'fhir' })
    const result = await fileFhir(desk, c.var.feed, bytes, inboxId)
    if (isRefusal(result)) return refuse(c, result.status, result.why)
    const { bundle, filing } = result
    // A client that speaks FHIR gets an answer for each entry; others the counts.
    if (bundle.isInteraction && c.req.header('Accept')?.includes('fhir+json'))
      return c.json(answerEach(bundle, filing), 200, fhirJson)
    return c.json({ ...summaryOf(filing), reference: c.var.requestId })
  }
)

/** Reads a body as FHIR and files it as one message. */
export async function fileFhir(desk: Desk, sender: Sender, bytes: ArrayBuffer, inboxId: string) {
  const { db, now } = desk
  const refused = async (refusal: Refusal) => {
    await refuseBody(db, inboxId, refusal.why, now)
    return refusal
  }
  if (holdsTooMuch(bytes)) return refused({ status: 422, why: 'It holds too many values; send it in parts.' })
  const sent = decode(bytes)
  if (sent === undefined) return refused({ status: 400, why: 'The body is not UTF-8 text.' })
  const bundle = readBundle(sent)
  if (isRefusal(bundle)) return refused(bundle)
  const message = { inboxId, position: 0, kind: bundle.kind, controlKey: null, sha256: await digest(bytes) }
  const filing = await fileMessage(desk, sender, message, draft(bundle))
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

function decode(bytes: ArrayBuffer) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return undefined
  }
}
