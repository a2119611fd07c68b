import { newId } from '../../db/id.ts'
import type { RequestContext } from '../../env.ts'
import type { Chart } from '../../patients/chart.ts'
import type { PostedFile } from '../../web/multipart.ts'
import { limits, previewOf, safeName, typeOf } from './file-kind.ts'
import { addFiles, type NewFile } from './store.ts'

/** A file that was not taken, and why: `away` means that it may be tried again. */
export type FileProblem = {
  name: string
  why: 'type' | 'large' | 'many' | 'total' | 'away' | 'none' | 'sent'
}

/**
 * Puts files into R2 and onto a form, as many as fit. Keys say nothing about anyone. Bytes that were stored for nothing
 * are taken out again; a crash between the two leaves bytes that no row names and nobody can ask for.
 */
export async function attachFiles(
  c: RequestContext,
  chart: Chart<'messages'>,
  submissionId: string,
  files: PostedFile[]
): Promise<FileProblem[]> {
  const problems: FileProblem[] = []
  const stored: NewFile[] = []
  for (const { name, size, bytes } of files) {
    const outcome = bytes
      ? await store(c, name, bytes).catch(() => 'away' as const)
      : size > limits.size
        ? 'large'
        : 'many'
    if (typeof outcome === 'string') problems.push({ name, why: outcome })
    else stored.push(outcome)
  }
  if (stored.length === 0) return problems

  const taken = await addFiles(c.var.db, chart, submissionId, stored, c.var.now)
  const isTaken = (one: NewFile) => taken.some(({ id }) => id === one.id)
  const isThere = (one: NewFile) => taken.some(({ sha256 }) => sha256 === one.sha256)
  const refused = stored.filter((one) => !isThere(one))
  const isSent = taken.some(({ sent }) => sent)
  const why = isSent ? 'sent' : taken.length >= limits.files ? 'many' : 'total'
  problems.push(...refused.map(({ name }) => ({ name, why }) as const))
  const unused = stored
    .filter((one) => !isTaken(one))
    .flatMap((one) => [one.objectKey, one.previewKey ?? []].flat())
  if (unused.length > 0) c.executionCtx.waitUntil(c.env.FILES.delete(unused))
  return problems
}

async function store(c: RequestContext, name: string, bytes: Uint8Array): Promise<NewFile | 'type'> {
  const type = typeOf(bytes)
  if (!type) return 'type'
  const id = newId()
  const objectKey = `attachments/${id}`
  const preview = type === 'image/jpeg' ? previewOf(bytes) : undefined
  const previewKey = preview ? `previews/${id}` : null
  await c.env.FILES.put(objectKey, bytes, { httpMetadata: { contentType: type } })
  if (preview && previewKey)
    await c.env.FILES.put(previewKey, preview, { httpMetadata: { contentType: 'image/jpeg' } })
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { id, name: safeName(name, type), type, size: bytes.length, sha256, objectKey, previewKey }
}
