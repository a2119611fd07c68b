import type { inbox } from '../db/schema.ts'
import { KeptSender, type Sender } from '../identity/feed.ts'
import { takeBodiesToRefile } from '../staff/unmatched/store.ts'
import { fileFhir } from './fhir/filing.ts'
import type { Desk } from './filing/message.ts'
import { fileHl7 } from './hl7/feed.ts'
import { fileItem } from './uploads/filing.ts'
import { readUpload } from './uploads/reading.ts'
import { findWaiting } from './uploads/store.ts'

type Body = Pick<typeof inbox.$inferSelect, 'id' | 'rawKey' | 'format'>

/**
 * Files a body again as it was kept: after someone has said whose it is, or what stood in its way is gone. What it filed
 * before stays as it is. False when its bytes are gone.
 */
export async function refile(
  desk: Desk,
  sender: Sender,
  body: Body,
  isProduction: boolean
): Promise<boolean> {
  const object = await desk.files.get(body.rawKey)
  if (!object) return false
  const bytes = await object.arrayBuffer()
  if (body.format === 'hl7') await fileHl7(desk, sender, bytes, { inboxId: body.id, isProduction })
  else if (body.format === 'fhir') await fileFhir(desk, sender, bytes, body.id)
  else await refileUpload(desk, sender, body, bytes, isProduction)
  return true
}

/** Goes on where a person's word reached further than one press files at once. */
export async function refileNamed(desk: Desk, isProduction: boolean) {
  for (const body of await takeBodiesToRefile(desk.db, desk.now)) {
    const sender = await KeptSender.open(desk.db, body.feedId, 'clock')
    if (sender) await refile(desk, sender, body, isProduction)
  }
}

/** A table or a PDF: only what waits in it, for the rest of it is filed. */
async function refileUpload(
  desk: Desk,
  sender: Sender,
  { id, format }: Body,
  bytes: ArrayBuffer,
  isProduction: boolean
) {
  const { upload, places } = await findWaiting(desk.db, id)
  if (!upload) return
  const zoned = { ownAuthorities: sender.ownAuthorities, zone: sender.timeZone }
  const read = readUpload({ format, bytes, name: upload.name, told: upload.told ?? {} }, zoned, isProduction)
  if ('unread' in read) return
  for (const position of places) {
    const item = read.items[position]
    if (item) await fileItem(desk, sender, id, position, item)
  }
}
