import type { inbox } from '../db/schema.ts'
import type { Sender } from '../identity/feed.ts'
import { fileFhir } from './fhir/filing.ts'
import type { Desk } from './filing/message.ts'
import { fileHl7 } from './hl7/feed.ts'

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
  else await fileFhir(desk, sender, bytes, body.id)
  return true
}
