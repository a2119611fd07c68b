import * as v from 'valibot'
import type { languages } from '../../db/schema.ts'
import { isEmail } from '../../identity/invitation/invitation.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'
import { dateIn } from '../../integrations/csv/time.ts'
import { searchName } from '../../patients/name.ts'

/** What a column of a roster may hold, in the order it is asked for. */
export const fields = ['mrn', 'familyName', 'givenName', 'birthDate', 'email', 'phone', 'language'] as const
export type RosterField = (typeof fields)[number]
export type Mapping = Partial<Record<RosterField, number>>

/** What no row can do without: by these a person is known. */
export const required: readonly RosterField[] = ['mrn', 'familyName', 'givenName', 'birthDate']

/** Rows of one file; a practice with more brings it in parts. */
export const mostRows = 5000
/** Rows that one request files: a run of the Worker may only ask the database so often. */
export const perRequest = 100

/** Names that systems give these columns, without case, spaces and signs. */
const usual: Record<RosterField, RegExp> = {
  mrn: /^(mrn|patientid|patientidentifier|recordnumber|medicalrecordnumber|chartnumber|patientmrn|expediente)$/,
  familyName: /^(patient)?((last|family|sur)name|last|apellidos?)$/,
  givenName: /^(patient)?((first|given)name|first|nombres?)$/,
  birthDate: /^(patient)?(dob|birthdate|dateofbirth|birthday|fechadenacimiento)$/,
  email: /^(patient)?(email|emailaddress|mail|correo(electronico|electrónico)?)$/,
  phone:
    /^(patient|cell|mobile|home|primary)?(phone|phonenumber|telephone|cell|mobile|tel|teléfono|telefono)$/,
  language: /^(preferred)?(language|lang|idioma)$/,
}

/** What the names of the columns suggest; a person looks it over. */
export function suggestMapping(names: string[]): Record<string, string> {
  const plain = names.map((name) => name.toLowerCase().replace(/[^\p{L}\d]/gu, ''))
  return Object.fromEntries(
    fields.flatMap((field) => {
      const column = plain.findIndex((name) => usual[field].test(name))
      return column >= 0 ? [[field, String(column)]] : []
    })
  )
}

/** Which column holds what: numbers of columns, counted from 0, or nothing. */
export const Columns = v.object(
  Object.fromEntries(
    fields.map((field) => [
      field,
      v.pipe(v.string(), v.regex(required.includes(field) ? /^\d{1,3}$/ : /^\d{0,3}$/, 'columnMissing')),
    ])
  )
)

export const faults = [
  'number',
  'name',
  'birth-date',
  'future',
  'minor',
  'email',
  'phone',
  'long',
  'repeated',
  'twin',
  'other-person',
  'taken',
] as const
export type Fault = (typeof faults)[number]

export type RosterRow = {
  position: number
  mrn: string
  givenName: string
  familyName: string
  searchName: string
  birthDate: string | null
  email: string | null
  phone: string | null
  language: (typeof languages)[number] | null
  fault: Fault | null
}

/** `today` and the day on or before which adults are born, `YYYY-MM-DD`. */
export type Days = { today: string; adultBy: string }

/** Rows as people, each with the first thing that is wrong with it. */
export function readRoster(
  rows: { position: number; cells: string[] }[],
  mapping: Record<string, string>,
  days: Days
): RosterRow[] {
  const numbers = new Set<string>()
  const people = new Set<string>()
  return rows.map(({ position, cells }) => {
    const row = readRow(position, cells, mapping, days)
    const person = `${row.searchName}|${row.birthDate}`
    const fault = row.fault ?? (numbers.has(row.mrn) ? 'repeated' : people.has(person) ? 'twin' : null)
    numbers.add(row.mrn)
    people.add(person)
    return { ...row, fault }
  })
}

function readRow(position: number, cells: string[], mapping: Record<string, string>, days: Days): RosterRow {
  const said = (field: RosterField) => (mapping[field] ? (cells[Number(mapping[field])] ?? '') : '').trim()
  const email = normalizeEmail(said('email'))
  const phone = said('phone')
  const birthDate = dateIn(said('birthDate'))
  const row = {
    position,
    mrn: said('mrn'),
    givenName: said('givenName'),
    familyName: said('familyName'),
    searchName: searchName(said('familyName'), said('givenName')),
    birthDate,
    email: email || null,
    phone: phone || null,
    language: languageOf(said('language')),
  }
  return { ...row, fault: faultOf(row, days) }
}

function faultOf(row: Omit<RosterRow, 'fault' | 'position'>, { today, adultBy }: Days): Fault | null {
  if (!row.mrn) return 'number'
  if (!row.givenName || !row.familyName || !row.searchName) return 'name'
  if (!row.birthDate || row.birthDate < '1880') return 'birth-date'
  if (row.birthDate > today) return 'future'
  if (row.birthDate > adultBy) return 'minor'
  if (row.email && !isEmail(row.email)) return 'email'
  if (row.phone && row.phone.replace(/\D/g, '').length < 7) return 'phone'
  return [row.mrn, row.givenName, row.familyName, row.phone ?? ''].some(({ length }) => length > 100)
    ? 'long'
    : null
}

/** Ours has two; who speaks a third is written to in English unless staff change it. */
function languageOf(said: string): RosterRow['language'] {
  if (!said) return null
  return /^(es|spa|spanish|español|espanol|castellano)/i.test(said) ? 'es' : 'en'
}
