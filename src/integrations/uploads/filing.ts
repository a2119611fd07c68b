import { newId } from '../../db/id.ts'
import type { Sender } from '../../identity/feed.ts'
import { type Desk, digest, fileMessage } from '../filing/message.ts'
import { refuseMessage } from '../filing/store.ts'
import type { Item } from './reading.ts'

/** Files one message of a file, at its place in it. Filing it again changes nothing. */
export async function fileItem(desk: Desk, sender: Sender, inboxId: string, position: number, item: Item) {
  const { kind, controlKey, source, draft, why = 'Nothing in it can be filed.' } = item
  const sha256 = await digest(new TextEncoder().encode(source))
  const named = { inboxId, position, kind: kind.slice(0, 40), controlKey, sha256 }
  if (draft) await fileMessage(desk, sender, named, draft)
  else await refuseMessage(desk.db, sender, { ...named, id: newId() }, why, desk.now)
}

/** Messages that one request files: a run of the Worker may only ask the database so often. */
const mostAtOnce = 100

/** Files on from where it stopped, as far as one request goes; says how many have their fate now. */
export async function fileOn(desk: Desk, sender: Sender, inboxId: string, items: Item[], done: number) {
  const now = items.slice(done, done + mostAtOnce)
  for (const [index, item] of now.entries()) await fileItem(desk, sender, inboxId, done + index, item)
  return done + now.length
}
