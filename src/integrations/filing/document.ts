import type { SentFile } from './report.ts'

/** Characters of base64: some 15 MB, more than any laboratory writes. */
const longest = 20_000_000

/** A PDF in base64, wrapped or not, known by its content and not by what its sender calls it. */
export function readPdf(base64: string, name: string): SentFile | undefined {
  const packed = base64.replace(/\s+/g, '')
  // "%PDF-", where the sixth byte may be any.
  if (packed.length > longest || !packed.startsWith('JVBERi')) return undefined
  try {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))
    const tail = new TextDecoder('latin1').decode(bytes.slice(-1024))
    // One that was cut off on its way is no document.
    return tail.includes('%%EOF') ? { name: fileName(name), type: 'application/pdf', bytes } : undefined
  } catch {
    return undefined
  }
}

const fileName = (name: string) =>
  `${
    name
      .replace(/\.pdf$/i, '')
      .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'Report'
  }.pdf`
