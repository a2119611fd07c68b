import type { inbox } from '../db/schema.ts'
import { KeptSender, type Sender } from '../identity/feed.ts'
import type { StaffViewer } from '../identity/viewer.ts'
import { bodiesToRefile, isInRecord, mostRefiled, takeBodyToRefile } from '../staff/unmatched/store.ts'
import { logError } from '../web/log.ts'
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

/**
 * Files what someone has just decided on, and what waits with the same number. What fails is left to the clock. True when
 * it is in its record.
 */
export async function refileDecided(
  desk: Desk,
  viewer: StaffViewer,
  unmatchedId: string,
  isProduction: boolean
) {
  try {
    for (const body of await bodiesToRefile(desk.db, unmatchedId)) {
      const sender = await KeptSender.open(desk.db, body.feedId, viewer)
      if (sender) await refile(desk, sender, body, isProduction)
    }
    return await isInRecord(desk.db, unmatchedId)
  } catch (error) {
    logError({ requestId: desk.requestId, what: 'what was decided is not filed' }, error)
    return false
  }
}

/** Goes on where a person's word reached further than one press files at once, or what they decided could not be filed. */
export async function refileNamed(desk: Desk, isProduction: boolean) {
  const failures: unknown[] = []
  for (let taken = 0; taken < mostRefiled; taken++) {
    const body = await takeBodyToRefile(desk.db, desk.now)
    if (!body) break
    try {
      const sender = await KeptSender.open(desk.db, body.feedId, 'clock')
      if (sender) await refile(desk, sender, body, isProduction)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
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
