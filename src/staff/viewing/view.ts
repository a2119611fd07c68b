import * as v from 'valibot'
import { submissionId } from '../../web/form.ts'

/** How long one look lasts (ms; product.md section 8). */
export const viewLife = 15 * 60_000

export const Reason = v.object({
  submissionId,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'missing'), v.maxLength(500, 'long')),
})
export type Reason = v.InferOutput<typeof Reason>
