import type { MiddlewareHandler } from 'hono'
import type { Env, RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { readFields, readFiles } from '../../web/form.ts'
import { pseudonym, seal, unseal } from '../secret.ts'
import type { Writer } from '../visit.ts'
import { fillsIn, kindAt, most, type Unsent, unsentForm } from './kept-form.ts'
import { finishKept, type KeptRow, storeKept } from './store.ts'

/** Account, row and destination: a row that was changed in any of them does not open. */
export const sealedTo = (row: Pick<KeptRow, 'accountId' | 'id' | 'path'>) =>
  `kept form:${row.accountId}:${row.id}:${row.path}`

/** The form that came with a post, if it is one we keep; what a page sent by itself names where the form was to go. */
export async function readUnsent(c: RequestContext) {
  const { path } = c.req
  if (path !== paths.keep && !kindAt(path)) return undefined
  const typed = await readFields(c)
  const files = await readFiles(c, 'files')
  // Words are kept, files are not: their names are, to say so.
  const left = files.length > 0 && {
    filesLeft: files
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 1000),
  }
  return unsentForm(path === paths.keep ? (typed.keptPath ?? '') : path, { ...typed, ...left })
}

/**
 * Keeps a form for the account whose session it came with; false where it could not be. The same form gets the same
 * name, so that what a page sent by itself and what its button sends are one. Nothing is kept that could not be sent.
 */
export async function keepUnsent(c: RequestContext, writer: Writer, unsent: Unsent) {
  const { db, now, requestId } = c.var
  const plain = new TextEncoder().encode(JSON.stringify(unsent.fields))
  if (plain.length > most.bytes || !fillsIn(writer.staffRole, unsent.kind)) return false
  const { accountId } = writer
  const { path, fields } = unsent
  const name = `${accountId}:${path}:${fields.submissionId ?? ''}`
  const id = await pseudonym(c.env.TOKEN_KEY, 'kept form', name)
  const sealed = await seal(c.env.TOKEN_KEY, plain, sealedTo({ accountId, id, path }))
  return storeKept(db, writer, { id, unsent, sealed }, requestId, now)
}

/** A kept form as it was typed. Undefined when its row was tampered with, or sealed under another key. */
export async function openKept(tokenKey: string, row: KeptRow): Promise<Unsent | undefined> {
  const found = kindAt(row.path)
  const plain = await unseal(tokenKey, row.sealedFields, sealedTo(row)).catch(() => undefined)
  if (!found || !plain) return undefined
  return { ...found, path: row.path, fields: JSON.parse(new TextDecoder().decode(plain)) }
}

/** Once a kept form has been taken where it was meant for, it is done. One that was refused waits on. */
export const finishWhenTaken: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const { db, now, requestId, visit } = c.var
  const { path, method } = c.req
  const isTaken = method === 'POST' && c.res.status === 303 && kindAt(path) !== undefined
  if (!isTaken || !visit?.viewer || c.res.headers.get('Location')?.startsWith(paths.confirm)) return
  const { keptId } = await readFields(c)
  if (keptId) db.alongside(...finishKept(db, visit.viewer, { id: keptId, path, how: 'sent' }, requestId, now))
}
