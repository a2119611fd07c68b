import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { previewOf, safeName, typeOf } from '../../src/messages/files/file-kind.ts'
import { bytesOf, heic, jpeg, pdf, png, thumbnail } from '../support/files.ts'

describe('what a file is', () => {
  test.each([
    ['a PDF', pdf(), 'application/pdf'],
    ['a photo', jpeg(), 'image/jpeg'],
    ['a picture', png(), 'image/png'],
    ['a photo of a newer phone', heic(), 'image/heic'],
    ['the same by its second brand', heic('mif1'), 'image/heic'],
  ])('%s is known by its content', (_, bytes, type) => expect(typeOf(bytes)).toBe(type))

  test.each([
    ['nothing', bytesOf()],
    ['a web page', bytesOf('<!doctype html><script>alert(1)</script>')],
    ['an SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a zip', bytesOf('PK', [3, 4], 'bomb')],
    ['a program', bytesOf('MZ', [0x90, 0])],
    ['a GIF', bytesOf('GIF89a')],
    ['a web page that ends as a PDF', bytesOf('<html>', pdf())],
    ['a PDF with an archive behind it', bytesOf(pdf(), 'PK', [3, 4], 'x'.repeat(2000))],
    ['a PDF cut short', bytesOf('%PDF-1.7 and then the line dropped')],
    ['a picture wider than any wall', png(4_000_000, 4_000)],
    ['a film', bytesOf([0, 0, 0, 24], 'ftypisom', [0, 0, 0, 0], 'isommp42')],
    ['another new kind of picture', bytesOf([0, 0, 0, 24], 'ftypavif', [0, 0, 0, 0], 'avifmif1')],
  ])('%s is refused', (_, bytes) => expect(typeOf(bytes)).toBe(undefined))

  test('no bytes break it', () => {
    const begins = fc.constantFrom(
      bytesOf(),
      jpeg().slice(0, 4),
      png().slice(0, 16),
      heic().slice(0, 8),
      pdf()
    )
    fc.assert(
      fc.property(begins, fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
        const bytes = bytesOf(begin, rest)
        typeOf(bytes)
        previewOf(bytes)
      })
    )
  })
})

describe('the small picture inside a photo', () => {
  test('is found', () => expect(previewOf(jpeg(thumbnail))).toEqual(thumbnail))

  test.each([
    ['no picture inside', jpeg()],
    ['an offset beyond the file', jpeg(thumbnail, { offset: 60_000 })],
    ['a length beyond the file', jpeg(thumbnail, { length: 60_000 })],
    ['something that is no picture', jpeg(bytesOf('<script>alert(1)</script>'))],
    ['another kind of file', png()],
  ])('%s: none', (_, bytes) => expect(previewOf(bytes)).toBe(undefined))

  test('a photo whose inner offsets are noise is still read', () => {
    fc.assert(
      fc.property(fc.nat(70_000), fc.nat(70_000), (offset, length) => {
        previewOf(jpeg(thumbnail, { offset, length }))
      })
    )
  })
})

test.each([
  ['photo.jpg', 'photo.jpg'],
  ['IMG 0001.JPEG', 'IMG 0001.JPEG'],
  ['C:\\Users\\rosa\\rash.jpg', 'rash.jpg'],
  ['../../etc/passwd', 'passwd.jpg'],
  ['bill.pdf', 'bill.pdf.jpg'],
  ['evil\u202egpj.exe', 'evilgpj.exe.jpg'],
  ['a"b<c>.jpg', 'abc.jpg'],
  ['', 'file.jpg'],
  ['.jpg', 'jpg.jpg'],
  ['\u0000\u200b', 'file.jpg'],
  ['niño.jpg', 'niño.jpg'],
  [`${'👩🏽‍⚕️'.repeat(60)}.jpg`, expect.stringMatching(/^\P{Cc}{1,200}\.jpg$/u)],
])('a file called %j is kept as %j', (name, kept) => expect(safeName(name, 'image/jpeg')).toEqual(kept))
