import { HTTPException } from 'hono/http-exception'
import * as v from 'valibot'
import { newId } from '../db/id.ts'
import type { RequestContext } from '../env.ts'
import { type FileLimits, isMultipart, type Posted, type PostedFile, readMultipart } from './multipart.ts'

/** What a person typed, and what was wrong with it. Every form view takes one. */
export type Form = { typed: Record<string, string>; errors: Record<string, string> }

/** An untouched form. The submission id makes sending it twice the same as once. */
export const blank = (typed: Record<string, string> = {}): Form => ({
  typed: { submissionId: newId(), ...typed },
  errors: {},
})

/** A form as it was typed, with the reason it was not taken, fit to be sent once more. */
export const again = (typed: Form['typed'], why: string): Form => ({
  typed: { ...typed, ...blank().typed },
  errors: { form: why },
})

export const submissionId = v.pipe(v.string(), v.regex(/^[a-z0-9]{21}$/))

/** Bytes of a form without files, and of the words of one with files. */
export const formLimit = 256 * 1024

/** Bodies are read once: whoever asks first says how much of the files is held. */
const read = new WeakMap<Request, Promise<Posted>>()

/** A posted form, read whole. Of files no more is held than the route takes. */
export function readPosted(c: RequestContext, limits: FileLimits = { files: 0, size: 0 }): Promise<Posted> {
  const { raw } = c.req
  const type = c.req.header('Content-Type') ?? ''
  const posted =
    read.get(raw) ?? (isMultipart(type) ? readMultipart(raw.body, type, formLimit, limits) : readPlain(c))
  read.set(raw, posted)
  return posted
}

async function readPlain(c: RequestContext): Promise<Posted> {
  const body = await c.req.parseBody({ all: true }).catch(() => {
    throw new HTTPException(400)
  })
  const fields = Object.entries(body).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, String(value)])
  )
  return { fields, files: [] }
}

/** The fields of a posted form as text: the last of several, files left out, NUL taken out, line ends made `\n`. */
export async function readFields(c: RequestContext): Promise<Record<string, string>> {
  const { fields } = await readPosted(c)
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      value.replaceAll('\0', '').replaceAll('\r\n', '\n').normalize('NFC'),
    ])
  )
}

/** The files of a posted form under one name, those with nothing in them left out. */
export async function readFiles(c: RequestContext, name: string): Promise<PostedFile[]> {
  const { files } = await readPosted(c)
  return files.filter(({ field, size }) => field === name && size > 0)
}

/** Reads and checks a form. Schemas carry dictionary keys as messages, so an error is words by the time a view sees it. */
export async function readForm<S extends v.GenericSchema>(
  c: RequestContext,
  schema: S,
  words: Record<string, unknown>
) {
  const typed = await readFields(c)
  return checkForm(typed, schema, words)
}

/** The same for fields already read. A key without words is a bug in the schema, not something to show a person. */
export function checkForm<S extends v.GenericSchema>(
  typed: Record<string, string>,
  schema: S,
  words: Record<string, unknown>
) {
  // A field the browser never sent is an empty one.
  const names = Object.keys('entries' in schema ? (schema.entries as object) : {})
  const complete = { ...Object.fromEntries(names.map((name) => [name, ''])), ...typed }
  const parsed = v.safeParse(schema, complete)
  if (parsed.success) return { ok: true as const, value: parsed.output as v.InferOutput<S>, typed }

  const errors: Form['errors'] = {}
  for (const issue of parsed.issues) {
    const name = String(issue.path?.[0]?.key ?? 'form')
    const said = words[issue.message]
    errors[name] ??= typeof said === 'string' ? said : issue.message
  }
  return { ok: false as const, form: { typed, errors } satisfies Form, typed }
}
