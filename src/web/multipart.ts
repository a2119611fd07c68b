import { HTTPException } from 'hono/http-exception'

/** A file that came with a form. Without bytes it was more than may be held: its name and its length are all that is left. */
export type PostedFile = { field: string; name: string; size: number; bytes: Uint8Array | undefined }
export type Posted = { fields: [name: string, value: string][]; files: PostedFile[] }

/** How many files are held at most, and how many bytes of one. */
export type FileLimits = { files: number; size: number }

const most = { parts: 1000, head: 8 * 1024 }
const bytesOf = (text: string) => new TextEncoder().encode(text)
const lineEnd = bytesOf('\r\n')
const headEnd = bytesOf('\r\n\r\n')

export const isMultipart = (type: string | undefined) => /^multipart\/form-data\b/i.test(type ?? '')

/**
 * Reads a form with files as it arrives (RFC 7578). `Request.formData()` would hold all of it before anyone can say that
 * it is too much: here what is over the limits goes by unheld, so that every word is still there when it is refused.
 */
export async function readMultipart(
  body: ReadableStream<Uint8Array> | null,
  type: string,
  mostText: number,
  limits: FileLimits
): Promise<Posted> {
  const [, quoted, plain] = type.match(/;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i) ?? []
  const boundary = quoted ?? plain
  if (!body || !boundary) throw new HTTPException(400)
  const incoming = new Incoming(body)
  const delimiter = bytesOf(`\r\n--${boundary}`)
  const posted: Posted = { fields: [], files: [] }
  let text = 0
  let held = 0
  await incoming.upTo(delimiter, () => undefined)
  for (let parts = 0; (await incoming.next(2)) !== '--'; parts++) {
    if (parts === most.parts) throw new HTTPException(400)
    const head = new Held(most.head)
    // The line end of the delimiter may be the one that begins the empty line after no heading at all.
    await incoming.upTo(headEnd, (bytes) => head.add(bytes))
    const { name, fileName } = namesIn(head.text())
    if (fileName === undefined) {
      const value = new Held(mostText - text)
      await incoming.upTo(delimiter, (bytes) => value.add(bytes))
      if (!value.isWhole) throw new HTTPException(413)
      text += value.size
      posted.fields.push([name, value.text()])
    } else {
      const file = new Held(held < limits.files ? limits.size : 0)
      await incoming.upTo(delimiter, (bytes) => file.add(bytes))
      const bytes = file.isWhole ? file.bytes() : undefined
      if (bytes && bytes.length > 0) held++
      posted.files.push({ field: name, name: fileName, size: file.size, bytes })
    }
  }
  return posted
}

/** What a part is called, and the file in it. */
function namesIn(head: string) {
  const disposition = head.match(/^content-disposition:\s*form-data(.*)$/im)?.[1] ?? ''
  const name = disposition.match(/;\s*name="([^"]*)"/i)?.[1]
  if (name === undefined) throw new HTTPException(400)
  return { name, fileName: disposition.match(/;\s*filename="([^"]*)"/i)?.[1] }
}

/** Bytes up to a limit; past it only their number. */
class Held {
  readonly #limit: number
  #pieces: Uint8Array[] = []
  size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get isWhole() {
    return this.size <= this.#limit
  }

  add(bytes: Uint8Array) {
    this.size += bytes.length
    if (this.isWhole) this.#pieces.push(bytes)
    else this.#pieces = []
  }

  bytes() {
    return joined(this.#pieces)
  }

  text() {
    if (!this.isWhole) throw new HTTPException(400)
    return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(this.bytes())
  }
}

/** A body that is read from mark to mark. */
class Incoming {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  // Every delimiter begins with a line end, only the first has none before it.
  #rest: Uint8Array = lineEnd

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  /** Hands on what comes before a mark, and steps over the mark. */
  async upTo(mark: Uint8Array, take: (bytes: Uint8Array) => void) {
    for (;;) {
      const at = find(this.#rest, mark)
      const sure = at < 0 ? Math.max(0, this.#rest.length - mark.length + 1) : at
      if (sure > 0) take(this.#rest.subarray(0, sure))
      this.#rest = this.#rest.subarray(at < 0 ? sure : at + mark.length)
      if (at >= 0) return
      await this.#more()
    }
  }

  /** The next few bytes, as text. They stay where they are when they end a line: the next part may have no heading. */
  async next(count: number) {
    while (this.#rest.length < count) await this.#more()
    return new TextDecoder().decode(this.#rest.subarray(0, count))
  }

  async #more() {
    const { done, value } = await this.#reader.read()
    if (done) throw new HTTPException(400)
    this.#rest = joined([this.#rest, value])
  }
}

function find(bytes: Uint8Array, mark: Uint8Array) {
  const [first = 0] = mark
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1
    while (same < mark.length && bytes[at + same] === mark[same]) same++
    if (same === mark.length) return at
  }
  return -1
}

function joined(pieces: Uint8Array[]) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
