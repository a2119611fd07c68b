import { newId } from '../../db/id.ts'
import type { Sender } from '../../identity/feed.ts'
import { logError } from '../../web/log.ts'
import { type Desk, digest, fileMessage } from '../filing/message.ts'
import { noteArrival, refuseBody, refuseMessage } from '../filing/store.ts'
import { acknowledge, type Verdict } from './ack.ts'
import { type Message, mostMessages, readMessages } from './message.ts'
import { controlKeyOf, readMessage } from './reading.ts'
import { frame, unwrap } from './text.ts'

/** Messages of one body that are filed at once: what one run of the Worker may ask of the database. */
export const mostAtOnce = 300

/**
 * Files every message of a body and answers each, whatever its MSH-16 wishes: over HTTP an answer comes back anyway, and
 * without one its sender could not tell what was refused. What was refused is kept like all else.
 */
export async function fileHl7(
  desk: Desk,
  sender: Sender,
  bytes: ArrayBuffer,
  { inboxId, isProduction }: { inboxId: string; isProduction: boolean }
): Promise<string> {
  const { framed, text } = unwrap(bytes)
  const messages = readMessages(text)
  const answers: string[] = []
  const answer = (message: Message | undefined, verdict: Verdict) => {
    const ack = acknowledge(message, verdict, newId(), desk.now)
    answers.push(framed ? frame(ack) : ack)
  }
  const isTooMany = messages.length > mostMessages
  if (messages.length === 0 || isTooMany) {
    const why = isTooMany
      ? `It holds more than ${mostMessages} messages: send it in parts.`
      : 'Nothing in it is an HL7 v2 message: no segment begins with MSH.'
    await refuseBody(desk.db, inboxId, why, desk.now)
    answer(undefined, { verdict: 'AR', error: isTooMany ? 'internal' : 'sequence', why })
    return answers.join('\r')
  }
  const places = messages.map((message, position) => ({ message, inboxId, position, isProduction }))
  const named = await Promise.all(places.map(nameOf))
  const turn = await takeTurns(desk, sender, inboxId, named)
  for (const place of places) {
    const { message, position } = place
    if (!turn) answer(message, notNow)
    else if (turn.has(position)) answer(message, await fileOne(desk, sender, place, named[position]))
    else
      answer(message, {
        ...notNow,
        why: `At most ${mostAtOnce} messages are taken at once: send this one again.`,
      })
  }
  return answers.join('\r')
}

/** Whose turn it is, for a long body is filed in several goes. Undefined: the database is away. */
async function takeTurns(desk: Desk, sender: Sender, inboxId: string, named: Named[]) {
  try {
    const known = await noteArrival(desk.db, sender, inboxId, named, desk.now)
    const turnOf = (position: number) => known.get(position) ?? 1
    const inTurn = named.map(({ position }) => position).sort((a, b) => turnOf(a) - turnOf(b))
    return new Set(inTurn.slice(0, mostAtOnce))
  } catch (error) {
    logError({ requestId: desk.requestId, what: 'hl7 messages not written down' }, error)
    return undefined
  }
}

const notNow = {
  verdict: 'AR',
  error: 'internal',
  why: 'It could not be filed just now, and is safe to send again.',
} as const

export type Place = { message: Message; inboxId: string; position: number; isProduction: boolean }

const nameOf = async ({ message, inboxId, position }: Place) => ({
  inboxId,
  position,
  kind: message.kind,
  controlKey: controlKeyOf(message),
  sha256: await digest(new TextEncoder().encode(message.source)),
})

type Named = Awaited<ReturnType<typeof nameOf>>

/** One message: filed, waiting and known already are all AA, because nothing is left for its sender to do. */
export async function fileOne(desk: Desk, sender: Sender, place: Place, known?: Named): Promise<Verdict> {
  const { message, isProduction } = place
  const named = known ?? (await nameOf(place))
  try {
    const draft = readMessage(
      message,
      { ownAuthorities: sender.ownAuthorities, zone: sender.timeZone },
      isProduction
    )
    if ('verdict' in draft) {
      await refuseMessage(desk.db, sender, { ...named, id: newId() }, draft.why, desk.now)
      return draft
    }
    const fate = await fileMessage(desk, sender, named, draft)
    return 'misfit' in fate ? { verdict: 'AE', error: 'unknownKey', why: fate.misfit } : { verdict: 'AA' }
  } catch (error) {
    // The body is kept, and the practice sees that this message has no fate yet.
    logError({ requestId: desk.requestId, what: 'hl7 message not filed' }, error)
    return notNow
  }
}
