import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import type { Bindings, RequestContext } from '../../env.ts'
import type { Sender } from '../../identity/feed.ts'
import { timeless } from './appointment.ts'
import { type Draft, renameSubjects } from './draft.ts'
import { type Filing, type Misfit, settle } from './filing.ts'
import { type Body, file, findOnFile, type Message, noteRepeat, receive, refuseMessage } from './store.ts'

/** What filing needs of the world around it. */
export type Desk = { db: Db; files: Bindings['FILES']; now: Date; requestId: string }
export const deskOf = (c: RequestContext): Desk => ({
  db: c.var.db,
  files: c.env.FILES,
  now: c.var.now,
  requestId: c.var.requestId,
})

/** `misfit`: nothing of it is filed, because of what is on file. `repeats`: it came before, byte by byte. */
export type Fate = Filing | { misfit: string } | { repeats: string }

/**
 * Keeps a body before anyone reads it: whatever goes wrong from here on, nothing that was sent is lost. `id`: where its
 * sender names it, so that sending it twice keeps it once.
 */
export async function receiveBody(
  { db, files, now }: Desk,
  sender: Sender,
  bytes: ArrayBuffer,
  { id = newId(), ...about }: Pick<Body, 'format' | 'sentBy'> & { id?: string }
) {
  const rawKey = `inbox/${now.toISOString().slice(0, 10)}/${id}`
  await files.put(rawKey, bytes)
  await receive(
    db,
    sender,
    { ...about, id, rawKey, sha256: await digest(bytes), bytes: bytes.byteLength },
    now
  )
  return id
}

/** Files one message: everything in it with its fate and its trail, or nothing. Filing it again changes nothing. */
export async function fileMessage(desk: Desk, sender: Sender, message: Message, draft: Draft): Promise<Fate> {
  const digests = await digestsOf(draft)
  const find = async (sent: Draft) => ({ sent, found: await findOnFile(desk.db, sender, message, sent) })
  const attempt = async () => {
    const first = await find(draft)
    const { survivors } = first.found
    const { sent, found } = survivors.size > 0 ? await find(renameSubjects(draft, survivors)) : first
    const { onFile, messageId, repeats, reusesControlId, release } = found
    const named = { ...message, id: messageId }
    if (repeats) {
      await noteRepeat(desk.db, sender, named, repeats, desk.now)
      return { repeats }
    }
    const filing = orRefused(settle(sent, onFile, { source: sender, release, digests, now: desk.now }), sent)
    if ('misfit' in filing) {
      await refuseMessage(desk.db, sender, named, filing.misfit, desk.now)
      return filing
    }
    // Documents first: a row whose bytes are missing would be worse than bytes without a row.
    for (const { row, bytes } of filing.files)
      await desk.files.put(row.objectKey, bytes, { httpMetadata: { contentType: row.type } })
    await file(desk.db, sender, filing, named, { ...desk, reusesControlId })
    return filing
  }
  // Of two deliveries at once the second fails on what the first has just filed; it finds that when it looks again.
  return attempt().catch(attempt)
}

/** In a bundle the others are filed; a message about nothing else has failed. */
const orRefused = (settled: Filing | Misfit, { mayRegister }: Draft): Filing | Misfit =>
  !mayRegister && 'skipped' in settled && settled.skipped.some(({ why }) => why === timeless)
    ? { misfit: `The appointment ${timeless}.` }
    : settled

/** The SHA-256 of each document in a draft. */
export const digestsOf = async (draft: Draft) =>
  new Map(
    await Promise.all(
      draft.reports
        .flatMap(({ files }) => files)
        .map(async (each) => [each, await digest(each.bytes)] as const)
    )
  )

/** SHA-256 as lower case hex. */
export const digest = async (bytes: ArrayBuffer | Uint8Array) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
