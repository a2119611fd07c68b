import type { Message } from './message.ts'

/** HL7 table 0357. */
export const errors = {
  sequence: ['100', 'Segment sequence error'],
  missing: ['101', 'Required field missing'],
  dataType: ['102', 'Data type error'],
  messageType: ['200', 'Unsupported message type'],
  event: ['201', 'Unsupported event code'],
  processing: ['202', 'Unsupported processing id'],
  version: ['203', 'Unsupported version id'],
  unknownKey: ['204', 'Unknown key identifier'],
  internal: ['207', 'Application internal error'],
} as const

/** AE: its sender may mend it and send it again. AR: not this kind of message, or not now. `at`: segment^sequence^field. */
export type Problem = { verdict: 'AE' | 'AR'; error: keyof typeof errors; why: string; at?: string }
export type Verdict = { verdict: 'AA' } | Problem

const version = '2.5.1'
const two = (number: number) => String(number).padStart(2, '0')
const stamp = (at: Date) =>
  `${at.getUTCFullYear()}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}+0000`

/** Nothing a sender wrote may break our segments. */
const plain = (text: string) => text.replace(/[\p{Cc}|^~\\&]/gu, ' ')
const flat = (raw: string) => raw.replace(/[\p{Cc}|]/gu, ' ')

/** An answer in the sender's own words for itself and for us; of nobody in particular where there is no message. */
export function acknowledge(message: Message | undefined, said: Verdict, id: string, at: Date): string {
  const header = message?.header
  const isUsual = header === undefined || header.sent(2).startsWith('^~\\&')
  // A name with other separators in it is not ours to rewrite: its text will do.
  const name = (field: number) =>
    isUsual ? flat(header?.sent(field) ?? '') : plain(header?.text(field) ?? '')
  const event = plain(header?.text(9, { comp: 2 }) ?? '')
  const processing = plain(header?.text(11) ?? 'P')
  const lines = [
    `MSH|^~\\&|${name(5)}|${name(6)}|${name(3)}|${name(4)}|${stamp(at)}||ACK${event && `^${event}^ACK`}|${id}|${processing}|${version}`,
    `MSA|${said.verdict}|${plain(header?.text(10) ?? '')}`,
  ]
  if (said.verdict !== 'AA') {
    const [code, words] = errors[said.error]
    lines.push(`ERR||${said.at ?? ''}|${code}^${words}^HL70357|E||||${plain(said.why)}`)
  }
  return `${lines.join('\r')}\r`
}
