import * as v from 'valibot'
import type { Dictionary } from '../../i18n/text.ts'
import { checkForm, type Form } from '../../web/form.ts'
import { newPasswordProblem } from '../new-password.ts'
import { sixDigits } from '../six-digits.ts'
import type { Practice } from '../visit.ts'
import { readBirthDate, type TypedBirthDate } from './birth-date.ts'

type Typed = Record<string, string>
type Checked<T> = { ok: true; value: T; typed: Typed } | { ok: false; form: Form }

const Registration = v.object({
  code: sixDigits('codeMissing', 'codeMalformed'),
  month: v.string(),
  day: v.string(),
  year: v.string(),
  password: v.string(),
  terms: v.literal('yes', 'termsMissing'),
})

/**
 * What can be said about a registration without looking at the record, in the order of the page. The password is held
 * against the typed date of birth here, never the one on file: the answer would tell a stranger the year.
 */
export function checkRegistration(
  typed: Typed,
  now: Date,
  practice: Practice,
  words: Dictionary
): Checked<{ code: string; birthDate: string; password: string }> {
  const t = words.invitation
  const shape = checkForm(typed, Registration, t.errors)
  const born = checkBirthDate(typed, now, practice, t)
  const birthDate = born.ok ? born.value : null
  const personal = { names: [practice.name], email: '', birthDate }
  const weak = newPasswordProblem(typed.password ?? '', personal, words.newPassword)
  const { code, terms } = shape.ok ? {} : shape.form.errors
  const errors = {
    ...(code && { code }),
    ...(born.ok ? {} : born.form.errors),
    ...(weak && { password: weak }),
    ...(terms && { terms }),
  }
  return shape.ok && birthDate && !weak
    ? { ok: true, value: { ...shape.value, birthDate }, typed }
    : { ok: false, form: { typed, errors } }
}

/** The date alone, for adding a record to an account that exists. */
export function checkBirthDate(
  typed: Typed,
  now: Date,
  practice: Practice,
  t: Dictionary['invitation']
): Checked<string> {
  const given: TypedBirthDate = { month: typed.month ?? '', day: typed.day ?? '', year: typed.year ?? '' }
  const read = readBirthDate(given, now, practice.timeZone)
  return read.ok
    ? { ok: true, value: read.date, typed }
    : { ok: false, form: { typed, errors: { [read.field]: t.birthDate[read.fault] } } }
}
