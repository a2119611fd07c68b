/** The frame of MLLP: 0x0B, message, 0x1C, 0x0D. */
const [start, end] = ['\u000b', '\u001c']

const read = (bytes: ArrayBuffer, charset: string, fatal = false) =>
  new TextDecoder(charset, { fatal, ignoreBOM: false }).decode(bytes)

/** The name that decoders have for what MSH-18 names (table 0211); Windows-1252, which includes ISO 8859-1, for all else. */
function charsetIn(header: string) {
  const said = (header.split(header[3] ?? '|')[17] ?? '').toLowerCase()
  const [, part] = /8859[^\d]?(\d{1,2})\b/.exec(said) ?? []
  const [, page] = /(?:windows|cp)-?(125\d)\b/.exec(said) ?? []
  const name = /utf-?8/.test(said)
    ? 'utf-8'
    : part
      ? `iso-8859-${part}`
      : page
        ? `windows-${page}`
        : 'windows-1252'
  try {
    return new TextDecoder(name).encoding
  } catch {
    return 'windows-1252'
  }
}

/** Bytes that a header says the character set of. They are UTF-8 wherever that is possible: what it says is often wrong. */
export function decodeAs(bytes: ArrayBuffer, header: string) {
  try {
    return read(bytes, 'utf-8', true)
  } catch {
    return read(bytes, charsetIn(header))
  }
}

/** The text of a body. MSH-18 of its first message names the character set, and is often empty: ASCII, by the standard. */
function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))
  if (first === 0xff && second === 0xfe) return read(bytes, 'utf-16le')
  if (first === 0xfe && second === 0xff) return read(bytes, 'utf-16be')
  const latin = read(bytes, 'latin1')
  return decodeAs(bytes, latin.slice(Math.max(latin.indexOf('MSH'), 0)).split(/[\r\n]/, 1)[0] ?? '')
}

/** What a body says, without its frame; `framed`: its answer goes back in one. */
export function unwrap(bytes: ArrayBuffer) {
  const text = decode(bytes)
  const framed = text.includes(start) || text.includes(end)
  return { framed, text: framed ? text.replaceAll(start, '\r').replaceAll(end, '\r') : text }
}

export const frame = (text: string) => `${start}${text}${end}\r`
