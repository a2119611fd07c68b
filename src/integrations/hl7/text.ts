/** The frame of MLLP: 0x0B, message, 0x1C, 0x0D. */
const [start, end] = ['\u000b', '\u001c']

const read = (bytes: ArrayBuffer, charset: string, fatal = false) =>
  new TextDecoder(charset, { fatal, ignoreBOM: false }).decode(bytes)

/** MSH-18 of the first message, as far as single bytes tell. */
const declared = (text: string) => {
  const header = text.slice(Math.max(text.indexOf('MSH'), 0)).split(/[\r\n]/, 1)[0] ?? ''
  return header.split(header[3] ?? '|')[17] ?? ''
}

/**
 * The text of a body. MSH-18 names its character set and is often wrong or empty (then: ASCII, by the standard), so that
 * UTF-8 is tried first wherever the bytes allow it; what is no UTF-8 is Windows-1252, which includes ISO 8859-1.
 */
function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))
  if (first === 0xff && second === 0xfe) return read(bytes, 'utf-16le')
  if (first === 0xfe && second === 0xff) return read(bytes, 'utf-16be')
  try {
    return read(bytes, 'utf-8', true)
  } catch {
    const western = read(bytes, 'windows-1252')
    return /utf-?8/i.test(declared(western)) ? read(bytes, 'utf-8') : western
  }
}

/** What a body says, without its frame; `framed`: its answer goes back in one. */
export function unwrap(bytes: ArrayBuffer) {
  const text = decode(bytes)
  const framed = text.includes(start) || text.includes(end)
  return { framed, text: framed ? text.replaceAll(start, '\r').replaceAll(end, '\r') : text }
}

export const frame = (text: string) => `${start}${text}${end}\r`
