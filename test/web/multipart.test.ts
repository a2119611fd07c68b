import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FileLimits, readMultipart } from '../../src/web/multipart.ts'

const roomy = { files: 100, size: 1_000_000 }
const encode = (text: string) => new TextEncoder().encode(text)

/** A body that arrives in pieces of these lengths, over and over. */
function inPieces(bytes: Uint8Array, lengths: number[]) {
  let at = 0
  let turn = 0
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      const length = lengths[turn++ % lengths.length] ?? 1
      controller.enqueue(bytes.slice(at, at + length))
      at += length
    },
  })
}
const read = (
  body: Uint8Array | string,
  type = 'multipart/form-data; boundary=edge',
  limits: FileLimits = roomy,
  lengths = [1000]
) => readMultipart(inPieces(typeof body === 'string' ? encode(body) : body, lengths), type, 10_000, limits)
const part = (head: string, body: string) =>
  `--edge\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const refusal = (form: Promise<unknown>) =>
  form.then(
    () => 'read',
    ({ status }: { status: number }) => status
  )

const names = fc.stringMatching(/^[\w ñ’.-]{1,20}$/)
// Line ends, dashes and the boundary itself are what a careless reader stumbles over.
const bytes = fc
  .array(fc.oneof(fc.constantFrom('\r', '\n', '-', '\r\n--', '\r\n--edg'), fc.string({ maxLength: 8 })))
  .map((pieces) => encode(pieces.join('')))
const parts = fc.array(
  fc.oneof(
    fc.record({ name: names, value: fc.string() }),
    fc.record({ name: names, fileName: names, bytes })
  ),
  { maxLength: 8 }
)

describe('a form with files', () => {
  test('is read as it was made, however its body is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        parts,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (made, lengths) => {
          const form = new FormData()
          for (const one of made)
            if ('value' in one) form.append(one.name, one.value)
            else form.append(one.name, new File([new Uint8Array(one.bytes)], one.fileName))
          const response = new Response(form)
          const type = response.headers.get('Content-Type') ?? ''
          const whole = new Uint8Array(await response.clone().arrayBuffer())
          const posted = await readMultipart(inPieces(whole, lengths), type, 1_000_000, roomy)
          const expected = await response.formData()
          const texts = [...expected].filter(([, value]) => typeof value === 'string')
          expect(posted.fields).toEqual(texts)
          expect(posted.files.map(({ field, name, bytes }) => [field, name, bytes && [...bytes]])).toEqual(
            made.flatMap((one) => ('bytes' in one ? [[one.name, one.fileName, [...one.bytes]]] : []))
          )
        }
      ),
      { numRuns: 200 }
    )
  })

  test('of which more came than may be held keeps every word, each name and each length', async () => {
    const body = [
      part('name="body"', 'before'),
      ...[3, 20, 4, 5].map((length, i) => part(`name="files"; filename="${i}.pdf"`, 'x'.repeat(length))),
      part('name="act"', 'send'),
    ].join('')
    const { fields, files } = await read(`${body}--edge--`, undefined, { files: 2, size: 10 })
    expect(fields).toEqual([
      ['body', 'before'],
      ['act', 'send'],
    ])
    expect(files.map(({ name, size, bytes }) => [name, size, bytes?.length])).toEqual([
      ['0.pdf', 3, 3],
      ['1.pdf', 20, undefined],
      ['2.pdf', 4, 4],
      ['3.pdf', 5, undefined],
    ])
  })

  test('with no file chosen holds an empty one, which takes no other’s place', async () => {
    const body = `${part('name="files"; filename=""', '')}${part('name="files"; filename="a"', 'a')}--edge--`
    const { files } = await read(body, undefined, { files: 1, size: 10 })
    expect(files.map(({ size, bytes }) => [size, bytes?.length])).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  test('whose boundary is quoted is read', async () => {
    expect(
      (await read(`${part('name="a"', 'b')}--edge--`, 'multipart/form-data; boundary="edge"')).fields
    ).toEqual([['a', 'b']])
  })

  test.each([
    ['that breaks off in a value', part('name="a"', 'b')],
    ['that breaks off in a heading', '--edge\r\nContent-Disposition: form'],
    ['that breaks off after a boundary', '--edge'],
    ['that is empty', ''],
    ['of something else', 'no boundary here'],
    ['with a part without a name', '--edge\r\nContent-Disposition: form-data\r\n\r\na\r\n--edge--'],
    ['with a part without a heading', '--edge\r\n\r\na\r\n--edge--'],
    [
      'with a heading that never ends',
      `--edge\r\nContent-Disposition: form-data; name="${'n'.repeat(9000)}"\r\n\r\na\r\n--edge--`,
    ],
    ['of more parts than any form has', `${part('name="a"', 'b').repeat(1001)}--edge--`],
  ])('%s is refused', async (_, body) => expect(await refusal(read(body))).toBe(400))

  test('without a boundary, or without a body, is refused', async () => {
    expect(await refusal(read('--\r\n', 'multipart/form-data'))).toBe(400)
    expect(await refusal(readMultipart(null, 'multipart/form-data; boundary=x', 10, roomy))).toBe(400)
  })

  test('of more words than a form may have is refused as too large, in one field or in many', async () => {
    expect(await refusal(read(`${part('name="a"', 'b'.repeat(10_001))}--edge--`))).toBe(413)
    expect(await refusal(read(`${part('name="a"', 'b'.repeat(6000)).repeat(2)}--edge--`))).toBe(413)
  })
})
