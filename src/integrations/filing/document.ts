import type { SentFile } from './report.ts'

/** Characters of base64: some 15 MB, more than any laboratory writes. */
const longest = 20_000_000

/** A PDF in base64, wrapped or not, known by its content and not by what its sender calls it. */
export function readPdf(base64: string, name: string): SentFile | undefined {
  const packed = base64.replace(/\s+/g, '')
  // "%PDF-", where the sixth byte may be any.
  if (packed.length > longest || !packed.startsWith('JVBERi')) return undefined
  try {
    return pdfOf(
      Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)),
      name
    )
  } catch {
    return undefined
  }
}

/** A PDF, or undefined for what is none or was cut off on its way. */
export function pdfOf(bytes: Uint8Array<ArrayBuffer>, name: string): SentFile | undefined {
  const latin = new TextDecoder('latin1')
  const tail = latin.decode(bytes.slice(-1024))
  const end = tail.lastIndexOf('%%EOF')
  // A file may end more than once, as it was added to: what was begun after the last end was cut off.
  const isWhole =
    latin.decode(bytes.slice(0, 5)) === '%PDF-' && end >= 0 && !/\b(obj|xref|trailer)\b/.test(tail.slice(end))
  return isWhole ? { name: fileName(name), type: 'application/pdf', bytes } : undefined
}

const fileName = (name: string) =>
  `${
    name
      .replace(/\.pdf$/i, '')
      .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'Report'
  }.pdf`
