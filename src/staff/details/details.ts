import * as v from 'valibot'
import { type Details, languages } from '../../db/schema.ts'
import type { Patient } from '../../identity/visit.ts'

/** What is corrected here; the address has a page of its own, because invitations hang on it. */
export type Corrected = Pick<Details, 'givenName' | 'familyName' | 'birthDate' | 'phone' | 'language'>

const name = (missing: string) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, missing), v.maxLength(100, 'long'))

/** Seven digits are a number, however it is written; none at all takes it off file. */
const isPhone = (typed: string) =>
  typed === '' || (typed.replace(/\D/g, '').length >= 7 && typed.length <= 40)

export const DetailsForm = v.object({
  givenName: name('givenNameMissing'),
  familyName: name('familyNameMissing'),
  month: v.string(),
  day: v.string(),
  year: v.string(),
  phone: v.pipe(
    v.string(),
    v.trim(),
    v.check(isPhone, 'phoneWrong'),
    v.transform((typed) => typed || null)
  ),
  language: v.picklist(languages, 'languageWrong'),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'reasonMissing'), v.maxLength(500, 'reasonLong')),
  seen: v.string(),
})

export const detailsOf = ({ givenName, familyName, birthDate, phone, language }: Patient): Corrected => ({
  givenName,
  familyName,
  birthDate,
  phone,
  language,
})

/** The details as they stand in the form, to be typed over. */
export function typedDetails({ birthDate, phone, ...names }: Corrected): Record<string, string> {
  const [year = '', month = '', day = ''] = birthDate?.split('-') ?? []
  const plain = (number: string) => number.replace(/^0/, '')
  return { ...names, phone: phone ?? '', year, month: plain(month), day: plain(day) }
}

/** The fields in which two differ, on both sides; nothing where they are the same. */
export function differences(was: Corrected, becomes: Corrected) {
  const changed = (Object.keys(becomes) as (keyof Corrected)[]).filter(
    (field) => was[field] !== becomes[field]
  )
  const only = (from: Corrected) => Object.fromEntries(changed.map((field) => [field, from[field]]))
  return changed.length === 0 ? undefined : { before: only(was), after: only(becomes) }
}
