/** Bytes of small files of each kind, as a phone or a scanner makes them. */
export const bytesOf = (...parts: (string | number[] | Uint8Array)[]) =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((character) => character.charCodeAt(0)) : [...part]
    )
  )

const be32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const le16 = (value: number) => [value & 255, value >>> 8]
const le32 = (value: number) => be32(value).reverse()

export const pdf = (inside = '') => bytesOf('%PDF-1.7\n', inside, '\ntrailer\n%%EOF\n')
export const png = (width = 8, height = 8) =>
  bytesOf(
    [0x89],
    'PNG\r\n',
    [0x1a, 0x0a],
    be32(13),
    'IHDR',
    be32(width),
    be32(height),
    [8, 2, 0, 0, 0],
    be32(0),
    be32(0),
    'IEND'
  )
export const heic = (brand = 'heic') => bytesOf(be32(24), 'ftyp', brand, be32(0), 'mif1', 'heic', 'rest')
export const thumbnail = bytesOf([0xff, 0xd8, 0xff, 0xdb], 'small', [0xff, 0xd9])

/** A photo; with a picture inside it when one is given, at an offset that may lie. */
export function jpeg(
  inside?: Uint8Array,
  { offset = 44, length = inside?.length ?? 0, tail = 'photo' } = {}
) {
  if (!inside) return bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xda], tail, [0xff, 0xd9])
  const entry = (tag: number, value: number) => [...le16(tag), ...le16(4), ...le32(1), ...le32(value)]
  const tiff = bytesOf(
    'II',
    le16(42),
    le32(8),
    [...le16(0), ...le32(14)],
    [...le16(2), ...entry(0x0201, offset), ...entry(0x0202, length), ...le32(0)],
    inside
  )
  const size = tiff.length + 8
  return bytesOf(
    [0xff, 0xd8, 0xff, 0xe1, size >> 8, size & 255],
    'Exif',
    [0, 0],
    tiff,
    [0xff, 0xda],
    tail,
    [0xff, 0xd9]
  )
}
