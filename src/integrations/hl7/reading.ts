import type { Draft } from '../filing/draft.ts'
import type { Problem } from './ack.ts'
import { readAdt, readMerge } from './adt.ts'
import type { Message } from './message.ts'
import { readOru, type Sender } from './oru.ts'
import { readSiu } from './siu.ts'

type Reader = (message: Message, sender: Sender) => Draft | Problem

/** What each kind of message is read by. What does not stand here is refused by name. */
const readers: Record<string, Reader> = {
  'ORU^R01': readOru,
  'ADT^A01': readAdt,
  'ADT^A04': readAdt,
  'ADT^A08': readAdt,
  'ADT^A28': readAdt,
  'ADT^A31': readAdt,
  'ADT^A40': readMerge,
  ...Object.fromEntries(
    ['S12', 'S13', 'S14', 'S15', 'S16', 'S17', 'S26'].map((event) => [`SIU^${event}`, readSiu])
  ),
}

const types = new Set(Object.keys(readers).map((kind) => kind.split('^')[0]))

const refuse = (error: Problem['error'], at: string, why: string): Problem => ({
  verdict: 'AR',
  error,
  at,
  why,
})

/** A message as a draft, or why it is not taken. `isProduction`: tests and debugging (MSH-11 T, D) must not reach a chart. */
export function readMessage(message: Message, sender: Sender, isProduction: boolean): Draft | Problem {
  const { header, kind } = message
  const [type = '', event = ''] = kind.split('^')
  if (type === '') return refuse('missing', 'MSH^1^9', 'MSH-9: it does not say what kind of message it is.')
  const version = header.text(12)
  if (version && !/^2\.[1-9](\.\d)*$/.test(version))
    return refuse('version', 'MSH^1^12', 'MSH-12: only versions 2.1 to 2.9 are taken.')
  if (isProduction && /^[TD]$/i.test(header.text(11) ?? ''))
    return refuse('processing', 'MSH^1^11', 'MSH-11: tests are not taken in production.')
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined
  if (reader) return reader(message, sender)
  return types.has(type)
    ? refuse(
        'event',
        'MSH^1^9^1^2',
        `MSH-9.2: ${type} is taken, but not with the event "${event.slice(0, 10)}".`
      )
    : refuse('messageType', 'MSH^1^9', `MSH-9: "${kind.slice(0, 20)}" is not taken.`)
}

/** Sending application, facility and control id: who says that it is the same message again. */
export function controlKeyOf({ header }: Message) {
  const control = header.text(10)
  return control && [header.text(3) ?? '', header.text(4) ?? '', control].join('|').slice(0, 300)
}
