import * as v from 'valibot'

/** A code as people copy it, with spaces or hyphens, from any keyboard. Its messages are keys of the form's words. */
export const sixDigits = (missing: string, malformed: string) =>
  v.pipe(
    v.string(),
    v.transform((typed) => typed.normalize('NFKC').replace(/[\s-]/g, '')),
    v.minLength(1, missing),
    v.regex(/^\d{6}$/, malformed)
  )
