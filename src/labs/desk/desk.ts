import * as v from 'valibot'
import { reportKinds } from '../../db/schema.ts'
import { submissionId } from '../../web/form.ts'

const says = (text: string) => /[\p{L}\p{N}]/u.test(text)
const atMost = (limit: number) => (text: string) => [...text].length <= limit

export const Comment = v.object({
  submissionId,
  comment: v.pipe(
    v.string(),
    v.check(says, 'commentMissing'),
    v.transform((text) => text.trim()),
    v.check(atMost(4000), 'commentLong')
  ),
})

/** Longer than this is not an exception any more. */
export const mostHoldDays = 30

export const NewHold = v.object({
  reason: v.pipe(
    v.string(),
    v.check(says, 'reasonMissing'),
    v.transform((text) => text.trim().replace(/\s+/g, ' ')),
    v.check(atMost(300), 'reasonLong')
  ),
  days: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,2}$/, 'days'),
    v.transform(Number),
    v.minValue(1, 'days'),
    v.maxValue(mostHoldDays, 'days')
  ),
})

export const KindChosen = v.object({ kind: v.picklist(reportKinds, 'kind') })
