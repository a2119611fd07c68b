import type { attachments } from '../../db/schema.ts'

export type FileType = (typeof attachments.$inferSelect)['type']

const megabyte = 1024 * 1024
/** Files of one message, bytes of one file, bytes of all together (product.md section 3). */
export const limits = { files: 4, size: 6 * megabyte, total: 10 * megabyte }

const endings: Record<FileType, RegExp> = {
  'application/pdf': /\.pdf$/i,
  'image/jpeg': /\.jpe?g$/i,
  'image/png': /\.png$/i,
  'image/heic': /\.hei[cf]$/i,
}
const ending: Record<FileType, string> = {
  'application/pdf': '.pdf',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/heic': '.heic',
}
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']
/** Wider pictures are made to exhaust whoever opens them. */
const mostPixels = 100_000_000

const ascii = (bytes: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...bytes.subarray(Math.max(from, 0), to))
const starts = (bytes: Uint8Array, ...first: number[]) => first.every((byte, at) => bytes[at] === byte)

/** What a file is by its content; its name and what the browser says about it count for nothing. */
export function typeOf(bytes: Uint8Array): FileType | undefined {
  if (ascii(bytes, 0, 5) === '%PDF-')
    return ascii(bytes, bytes.length - 1024, bytes.length).includes('%%EOF') ? 'application/pdf' : undefined
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  // The headers of both kinds below are longer.
  if (bytes.length < 24) return undefined
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) && ascii(bytes, 12, 16) === 'IHDR') {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    return view.getUint32(16) * view.getUint32(20) <= mostPixels ? 'image/png' : undefined
  }
  if (ascii(bytes, 4, 8) === 'ftyp') {
    const length = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256, bytes.length)
    for (let at = 8; at + 4 <= length; at += 4)
      if (heicBrands.includes(ascii(bytes, at, at + 4))) return 'image/heic'
  }
  return undefined
}

/** A name fit to be shown and saved: no folders, nothing invisible, 100 characters, an ending that tells the truth. */
export function safeName(name: string, type: FileType) {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/[\p{C}\p{Zl}\p{Zp}"<>:|?*]/gu, '').replace(/^[\s.]+|[\s.]+$/g, '')
  const stem = [...(endings[type].test(plain) ? plain.replace(endings[type], '') : plain)]
    .slice(0, 90)
    .join('')
  return `${stem || 'file'}${plain.match(endings[type])?.[0] ?? ending[type]}`
}

const largestPreview = 64 * 1024

/**
 * The small picture that cameras put into their photos (EXIF 2.32, 4.6.5: IFD1, tags 0x0201 and 0x0202): nothing here can
 * decode an image, and nothing needs to.
 */
export function previewOf(bytes: Uint8Array): Uint8Array | undefined {
  const exif = findExif(bytes)
  if (!exif) return undefined
  try {
    const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
    const little = view.getUint16(0) === 0x4949
    const first = view.getUint32(4, little)
    const second = view.getUint32(first + 2 + 12 * view.getUint16(first, little), little)
    if (second === 0) return undefined
    const tags = new Map<number, number>()
    for (let i = 0; i < view.getUint16(second, little); i++) {
      const at = second + 2 + 12 * i
      tags.set(view.getUint16(at, little), view.getUint32(at + 8, little))
    }
    const from = tags.get(0x0201) ?? 0
    const length = tags.get(0x0202) ?? 0
    const picture = exif.subarray(from, from + length)
    return length > 0 &&
      length <= largestPreview &&
      picture.length === length &&
      starts(picture, 0xff, 0xd8, 0xff)
      ? picture
      : undefined
  } catch {
    // An offset that leads out of the file: the photo is still a photo.
    return undefined
  }
}

/** The TIFF block of the APP1 segment that begins with "Exif". */
function findExif(bytes: Uint8Array) {
  if (!starts(bytes, 0xff, 0xd8)) return undefined
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff; ) {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    if (length < 2 || bytes[at + 1] === 0xda) return undefined
    if (bytes[at + 1] === 0xe1 && ascii(bytes, at + 4, at + 8) === 'Exif')
      return bytes.subarray(at + 10, at + 2 + length)
    at += 2 + length
  }
  return undefined
}
