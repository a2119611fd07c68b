import * as v from 'valibot'
import { newId } from '../../db/id.ts'
import { submissionId } from '../../web/form.ts'
import { atMost, saysSomething } from '../thread.ts'

const words = v.pipe(
  v.string(),
  v.check(saysSomething, 'noteMissing'),
  v.transform((text) => text.trimEnd()),
  v.check(atMost(4000), 'noteTooLong')
)

// Another name than that of a message: a note can never be taken for an answer, whichever address it is sent to.
export const Note = v.object({ submissionId: v.fallback(submissionId, newId), note: words })

/** `seen` is the last message the page showed: what came after it must be read before the work is done. */
export const Call = v.object({
  ...Note.entries,
  seen: v.string(),
  spokeWith: v.pipe(
    v.string(),
    v.transform((text) => text.trim().replace(/\s+/g, ' ')),
    v.check(saysSomething, 'spokeWithMissing'),
    v.check(atMost(120), 'spokeWithTooLong')
  ),
})
