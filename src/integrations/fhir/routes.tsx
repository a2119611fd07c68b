import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import { type Feed, feed } from '../../identity/feed.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { type Filing, settle } from '../filing/filing.ts'
import { file, findOnFile, receive, refuseInbox } from '../filing/store.ts'
import { isRefusal, type Refusal, readBundle } from './bundle.ts'
import { draft } from './draft.ts'

const codes = { 400: 'structure', 401: 'login', 413: 'too-long', 422: 'processing' } as const

/** FHIR's own way to say no. */
const refuse = (c: RequestContext, status: keyof typeof codes, diagnostics: string) =>
  c.json(
    { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: codes[status], diagnostics }] },
    status,
    { 'Content-Type': 'application/fhir+json; charset=utf-8' }
  )

export const fhir = new Routes().post(
  paths.feedFhir,
  feed('fhir', { maxBody: 20_000_000, refuse }),
  async (c) => {
    const { db, now, requestId } = c.var
    const bytes = await c.req.arrayBuffer()
    const inboxId = newId()
    const rawKey = `inbox/${now.toISOString().slice(0, 10)}/${inboxId}`
    // Kept before it is read: whatever goes wrong from here on, nothing that was sent is lost.
    await c.env.FILES.put(rawKey, bytes)
    await receive(
      db,
      c.var.feed,
      { id: inboxId, rawKey, sha256: await digest(bytes), bytes: bytes.byteLength },
      now
    )

    const result = await fileMessage(c, c.var.feed, bytes, inboxId)
    if (isRefusal(result)) {
      await refuseInbox(db, inboxId, result.why, now)
      return refuse(c, result.status, result.why)
    }
    const { filed, changed, unchanged, skipped } = result
    return c.json({ filed, changed, unchanged, skipped, reference: requestId })
  }
)

async function fileMessage(
  c: RequestContext,
  feed: Feed<'fhir'>,
  bytes: ArrayBuffer,
  inboxId: string
): Promise<Filing | Refusal> {
  const { db, now, requestId } = c.var
  const sent = decode(bytes)
  if (sent === undefined) return { status: 400, why: 'The body is not UTF-8 text.' }
  const bundle = readBundle(sent)
  if (isRefusal(bundle)) return bundle
  const wanted = draft(bundle)
  const fileDraft = async () => {
    const filing = settle(wanted, await findOnFile(db, feed, wanted), feed.id, now)
    if (!isRefusal(filing)) await file(db, feed, filing, { inboxId, requestId, now })
    return filing
  }
  // Of two deliveries at once the second fails on what the first has just filed; it finds that when it looks again.
  return fileDraft().catch(fileDraft)
}

function decode(bytes: ArrayBuffer) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return undefined
  }
}

const digest = async (bytes: ArrayBuffer) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
