import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acknowledge, errors } from '../../../src/integrations/hl7/ack.ts'
import { type Delimiters, readEscapes, readMessages } from '../../../src/integrations/hl7/message.ts'
import { frame, unwrap } from '../../../src/integrations/hl7/text.ts'
import { dateOf, momentOf } from '../../../src/integrations/hl7/time.ts'

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer
const read = (text: string) => readMessages(unwrap(bytes(text)).text)

const header = 'MSH|^~\\&|A|B|C|D|20261001||ORU^R01|1|P|2.5'

describe('where one segment ends and the next begins', () => {
  test.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['blank lines', '\r\r\n\n'],
  ])('%s', (_, end) => {
    const [message] = read(`${header}${end}PID|1||7${end}`)
    expect(message?.segments.map(({ name }) => name)).toEqual(['MSH', 'PID'])
  })

  test('a frame, a byte order mark and a batch are no part of a message', () => {
    expect(read(frame(header))).toHaveLength(1)
    expect(read(`\uFEFF${header}\r`)).toHaveLength(1)
    const batch = read(`FHS|^~\\&\rBHS|^~\\&\r${header}\rPID|1\r\r${header}\rBTS|2\rFTS|1\r`)
    expect(batch.map(({ segments }) => segments.length)).toEqual([2, 1])
  })

  test('a line that is no segment belongs to the one before it', () => {
    const [message] = read(`${header}\rOBX|1|TX|||one\ntwo\nand HIV too\rOBX|2`)
    expect(message?.segments.map(({ name }) => name)).toEqual(['MSH', 'OBX', 'OBX'])
    expect(message?.segments[1]?.text(5)).toBe('one\ntwo\nand HIV too')
  })

  test.each(['', '   ', 'Dear Sirs', '{"resourceType":"Bundle"}', 'PID|1||7'])(
    '"%s" holds no message',
    (text) => expect(read(text)).toEqual([])
  )
})

describe('character sets', () => {
  const western = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0)).buffer as ArrayBuffer
  const name = (body: ArrayBuffer) => readMessages(unwrap(body).text)[0]?.first('PID')?.text(5)

  test('UTF-8, declared or not', () => expect(name(bytes(`${header}\rPID|1||7||Núñez`))).toBe('Núñez'))
  test('ISO 8859-1 and Windows-1252, declared or not', () =>
    expect(name(western(`${header}\rPID|1||7||N\xfa\xf1ez \x96`))).toBe('Núñez –'))
  test('UTF-16 with its mark', () => {
    const text = `\uFEFF${header}\rPID|1||7||Núñez`
    expect(name(Uint16Array.from(text, (each) => each.charCodeAt(0)).buffer)).toBe('Núñez')
  })
  test('UTF-8 that is declared and broken loses the broken part alone', () =>
    expect(name(western(`${header}||||||UNICODE UTF-8\rPID|1||7||N\xfaez`))).toBe('N\uFFFDez'))
})

const marks: fc.Arbitrary<Delimiters> = fc
  .uniqueArray(fc.constantFrom(...'|^~\\&#$%*@!;:+='), { minLength: 5, maxLength: 5 })
  .map(([field = '', component = '', repetition = '', mark = '', sub = '']) => ({
    field,
    component,
    repetition,
    escape: mark,
    sub,
  }))

const write = (text: string, { field, component, repetition, escape: mark, sub }: Delimiters) => {
  const names = new Map([
    [field, 'F'],
    [component, 'S'],
    [repetition, 'R'],
    [mark, 'E'],
    [sub, 'T'],
    ['\r', '.br'],
    ['\n', '.br'],
  ])
  return [...text].map((each) => (names.has(each) ? `${mark}${names.get(each)}${mark}` : each)).join('')
}

describe('by any delimiters', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(
        marks,
        fc.array(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        (d, fields) => {
          const line = fields
            .map((parts) => parts.map((part) => write(part, d)).join(d.component))
            .join(d.field)
          const top = ['MSH', `${d.component}${d.repetition}${d.escape}${d.sub}`, 'A'].join(d.field)
          const zap = readMessages(`${top}\rZAP${d.field}${line}`)[0]?.segments[1]
          for (const [index, parts] of fields.entries())
            for (const [place, part] of parts.entries())
              expect(zap?.text(index + 1, { comp: place + 1 })).toBe(
                part.replaceAll('\r', '\n').replaceAll('\0', '').toWellFormed().trim() || null
              )
        }
      )
    )
  })

  test('a fifth separator, for truncation, separates nothing', () => {
    const [message] = read('MSH|^~\\&#|A|B\rPID|1||7^8#9')
    expect(message?.first('PID')?.text(3, { comp: 2 })).toBe('8#9')
  })
})

test.each([
  ['\\F\\\\S\\\\T\\\\R\\\\E\\', '|^&~\\'],
  ['a\\.br\\b\\.sp\\c', 'a\nb\nc'],
  ['\\X0d0a\\x\\X41\\', '\nxA'],
  ['\\H\\bold\\N\\ \\.in+4\\', 'bold '],
  ['a \\Z9\\ b', 'a \\Z9\\ b'],
  ['alone \\ here', 'alone \\ here'],
  ['\\T\\#8805;', '&#8805;'],
])('the escapes of %s', (sent, said) => {
  const d = { field: '|', component: '^', repetition: '~', escape: '\\', sub: '&' }
  expect(readEscapes(sent, d)).toBe(said)
})

test.each([
  ['8859/1', 'Muñoz'],
  ['8859/2', 'Łukasz'],
  ['ISO-8859-2', 'Łukasz'],
  ['8859/5', 'Жуков'],
  ['WINDOWS-1250', 'Łukasz'],
  ['', 'Muñoz'],
  ['8859/99', 'Muñoz'],
])('what MSH-18 calls "%s" is read as that, escaped bytes too', (charset, name) => {
  const bytesOf: Record<string, number[]> = {
    Muñoz: [0x4d, 0x75, 0xf1, 0x6f, 0x7a],
    Łukasz: [0xa3, 0x75, 0x6b, 0x61, 0x73, 0x7a],
    Жуков: [0xb6, 0xe3, 0xda, 0xde, 0xd2],
  }
  const bytes = bytesOf[name] ?? []
  const escaped = `\\X${bytes.map((byte) => byte.toString(16)).join('')}\\`
  const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0))
  const body = Uint8Array.from([
    ...ascii(`MSH|^~\\&|A|||||||1|P|2.5||||||${charset}\rPID|1||7||`),
    ...bytes,
    ...ascii(`|${escaped}`),
  ])
  const pid = readMessages(unwrap(body.buffer).text)[0]?.first('PID')
  expect([pid?.text(5), pid?.text(6)]).toEqual([name, name])
})

test('whatever comes, reading ends, soon and without an error, and every message gets a readable answer', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'MSH|^~\\&|',
      'MSH',
      '\r',
      '\n',
      '|',
      '^',
      '~',
      '\\',
      '&',
      '\\X',
      '\\.br\\',
      'OBX|1|NM|',
      '\0',
      '\u000b',
      '\u001c\r'
    ),
    fc.string({ unit: 'binary', maxLength: 6 })
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const message of read(pieces.join(''))) {
        for (const segment of message.segments) segment.text(5, { rep: 2, comp: 3, sub: 2 })
        const ack = acknowledge(
          message,
          { verdict: 'AE', error: 'internal', why: pieces.join('') },
          'X',
          new Date(0)
        )
        const [answer, ...more] = readMessages(ack)
        expect(more).toEqual([])
        expect(answer?.segments.map(({ name }) => name)).toEqual(['MSH', 'MSA', 'ERR'])
        expect(answer?.first('MSA')?.text(1)).toBe('AE')
        expect(answer?.first('ERR')?.text(3)).toBe(errors.internal[0])
      }
    })
  )
})

test('a long line of nothing but separators costs as little as its length', () => {
  const began = performance.now()
  for (const each of ['|', '^', '~', '&', '\\', '\\X'])
    read(`${header}\rOBX|${each.repeat(500_000)}`)[0]?.segments[1]?.whole(5)
  expect(performance.now() - began).toBeLessThan(5000)
})

describe('times', () => {
  test.each([
    ['20261001', '2026-10-01'],
    ['20261001083000-0500', '2026-10-01'],
    ['1928-01-01', '1928-01-01'],
    ['Aug 15, 1942', null],
    ['20260230', null],
    ['2026', null],
    [null, null],
  ])('the date in "%s"', (sent, date) => expect(dateOf(sent)).toBe(date))

  test.each([
    ['20261001083000', '2026-10-01T13:30:00.000Z'],
    ['202601010830', '2026-01-01T14:30:00.000Z'],
    ['20261001083000.1234+0215', '2026-10-01T06:15:00.000Z'],
    ['20261001', '2026-10-01T18:00:00.000Z'],
    // Skipped by the change of clocks, and one that comes twice: the first.
    ['20260308023000', '2026-03-08T08:30:00.000Z'],
    ['20261101013000', '2026-11-01T06:30:00.000Z'],
    ['20261001250000', undefined],
    ['202610', undefined],
  ])('the moment "%s" in Chicago', (sent, at) =>
    expect(momentOf(sent, 'America/Chicago')?.toISOString()).toBe(at)
  )
})
