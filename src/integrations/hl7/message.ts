import { decodeAs } from './text.ts'

/** Field, component, repetition, escape and subcomponent separators, as MSH-1 and MSH-2 declare them. */
export type Delimiters = { field: string; component: string; repetition: string; escape: string; sub: string }
/** `header`: of the message, for the character set of escaped bytes. */
type Marks = Delimiters & { header?: string }

const usual: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', sub: '&' }

/** Which repetition, component and subcomponent of a field; the first of each unless told. */
export type Place = { rep?: number; comp?: number; sub?: number }

const breaks = /[\r\n]+/
const batch = /^(FHS|BHS|BTS|FTS)\b/

export class Segment {
  readonly name: string
  readonly #fields: string[]
  readonly #marks: Marks

  constructor(line: string, marks: Marks) {
    this.#marks = marks
    this.name = line.slice(0, 3)
    const fields = line.split(marks.field)
    // MSH-1 is the field separator itself, so that MSH-2 is what follows the first of them.
    this.#fields = this.name === 'MSH' ? ['MSH', marks.field, ...fields.slice(1)] : fields
  }

  /** A field as it stands, with its delimiters and escapes. */
  sent(field: number) {
    return this.#fields[field] ?? ''
  }

  repetitions(field: number): number {
    const raw = this.sent(field)
    return raw === '' ? 0 : this.#split(raw, this.#marks.repetition).length
  }

  components(field: number, rep = 1): number {
    return this.#split(
      this.#split(this.sent(field), this.#marks.repetition)[rep - 1] ?? '',
      this.#marks.component
    ).length
  }

  /** Text at a place, unescaped after splitting; null where there is nothing. `""` stays: it asks for a deletion. */
  text(field: number, { rep = 1, comp = 1, sub = 1 }: Place = {}): string | null {
    const repetition = this.#split(this.sent(field), this.#marks.repetition)[rep - 1] ?? ''
    const component = this.#split(repetition, this.#marks.component)[comp - 1] ?? ''
    return this.#clean(this.#split(component, this.#marks.sub)[sub - 1] ?? '')
  }

  /** A whole field as text: where a sender writes delimiters without escaping them, they are read as it meant them. */
  whole(field: number): string | null {
    const parts = this.#split(this.sent(field), this.#marks.repetition).map((each) => this.#clean(each))
    return parts.filter((each) => each !== null).join('\n') || null
  }

  #split(text: string, mark: string) {
    return mark === '' || (this.name === 'MSH' && text === this.sent(2)) ? [text] : text.split(mark)
  }

  #clean(text: string) {
    const clean = readEscapes(text, this.#marks).replaceAll('\0', '').toWellFormed().trim()
    return clean === '' ? null : clean
  }
}

const lineBreaks = /^\.(br|sp)([+-]?\d+)?$/
const layout = /^(H|N|\.(in|ti|fi|nf|ce|sk)([+-]?\d+)?)$/

/** Escapes of HL7 v2 chapter 2.7; one that nobody defined stays as it is. */
export function readEscapes(
  text: string,
  { field, component, repetition, escape: mark, sub, header = '' }: Marks
) {
  if (mark === '' || !text.includes(mark)) return text
  const meaning: Record<string, string> = { F: field, S: component, R: repetition, E: mark, T: sub }
  const parts = text.split(mark)
  let out = parts[0] ?? ''
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const isClosed = i < parts.length - 1
    const said = isClosed ? (meaning[part] ?? hexadecimal(part, header) ?? formatting(part)) : undefined
    if (said === undefined) out += mark + part
    else {
      out += said + (parts[i + 1] ?? '')
      i++
    }
  }
  return out
}

const formatting = (part: string) => (lineBreaks.test(part) ? '\n' : layout.test(part) ? '' : undefined)

function hexadecimal(part: string, header: string) {
  if (!/^X([0-9A-Fa-f]{2})+$/.test(part)) return undefined
  const bytes = Uint8Array.from(part.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return decodeAs(bytes.buffer, header).replace(/\r\n?/g, '\n')
}

/** One message: its segments in order. */
export class Message {
  readonly segments: Segment[]
  /** As it stood in the body, segments ended by CR. */
  readonly source: string

  constructor(lines: string[]) {
    const header = lines[0] ?? ''
    const marks = { ...delimitersOf(header), header: header.slice(0, 1000) }
    this.source = lines.join('\r')
    this.segments = lines.map((line) => new Segment(line, marks))
  }

  get header(): Segment {
    return this.segments[0] ?? new Segment('MSH', usual)
  }

  first(name: string) {
    return this.segments.find((segment) => segment.name === name)
  }

  /** `ORU^R01`: MSH-9 without the structure. */
  get kind() {
    return [this.header.text(9), this.header.text(9, { comp: 2 })]
      .filter(Boolean)
      .join('^')
      .toUpperCase()
      .slice(0, 40)
  }
}

/** Four separators or five; the fifth, for truncation, separates nothing. */
function delimitersOf(header: string): Delimiters {
  const field = header[3] ?? usual.field
  const [component, repetition, mark, sub] = header.slice(4).split(field)[0] ?? ''
  return {
    field,
    component: component ?? usual.component,
    repetition: repetition ?? usual.repetition,
    escape: mark ?? usual.escape,
    sub: sub ?? usual.sub,
  }
}

/** Messages that are read in one body; a day's worth of a laboratory is some thousands. */
export const mostMessages = 5000

/**
 * Every message of a body, bare or framed, alone or in a batch. A line that is no segment belongs to the one before it:
 * some senders write line breaks into their text. Empty when nothing in it begins with MSH; one message more than
 * `mostMessages` means that there are still others.
 */
export function readMessages(text: string): Message[] {
  const messages: string[][] = []
  for (const line of text.replace(/^\uFEFF/, '').split(breaks)) {
    const trimmed = line.replace(/^\uFEFF/, '').trimStart()
    const lines = messages.at(-1)
    if (messages.length > mostMessages) break
    if (/^MSH[^\w\s]/.test(trimmed)) messages.push([trimmed])
    else if (trimmed === '' || batch.test(trimmed) || !lines) continue
    else if (/^[A-Z][A-Z0-9]{2}(\W|$)/.test(trimmed) && isSeparated(trimmed, lines[0])) lines.push(trimmed)
    else lines[lines.length - 1] += `\n${line.trimEnd()}`
  }
  return messages.map((lines) => new Message(lines))
}

const isSeparated = (line: string, header = '') => line.length === 3 || line[3] === header[3]
