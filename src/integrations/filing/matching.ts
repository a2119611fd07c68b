import type { unmatched } from '../../db/schema.ts'
import { fold } from '../../patients/name.ts'
import { type Identifier, isSendersOwn, type PatientRow, type SentPatient } from './patient.ts'

export type Why = (typeof unmatched.$inferSelect)['why']
/** Whom an identifier names; `byPerson`: because one of the staff said so. */
export type Known = { authority: string; value: string; patientId: string; byPerson: boolean }
export type Match = { row: PatientRow } | { why: Why; identifier: Identifier | undefined } | 'new'

/** Numbers that name a person, by HL7 table 0203; never an account, a visit, a licence or a social security number. */
const personal = new Set(['MR', 'MRN', 'PI', 'PT', 'MPI', 'EPI', 'U', 'URI'])

/** Where a number is looked up. What names no authority means something to its sender alone. */
export const authorityOf = (feedId: string, { authority }: Pick<Identifier, 'authority'>) =>
  authority || `feed:${feedId}`

const socialSecurity = /us-ssn|2\.16\.840\.1\.113883\.4\.1$|^SSA?N?$/i

/** The identifiers by which a patient may be found, most telling first. */
export const tellingIdentifiers = ({ identifiers }: Pick<SentPatient, 'identifiers'>) =>
  identifiers.filter(
    ({ type, authority }) => (type === null || personal.has(type)) && !socialSecurity.test(authority ?? '')
  )

/**
 * Whose record it is. By an identifier under its authority, and then only if birth date and family name do not speak
 * against it; never by name and birth date, never by a number that is not a person's (product.md section 9).
 */
export function match(
  sent: SentPatient,
  onFile: { patients: PatientRow[]; known: Known[]; linked: PatientRow | undefined },
  sender: { id: string },
  mayRegister: boolean
): Match {
  if (onFile.linked) return { row: onFile.linked }
  const identifiers = tellingIdentifiers(sent)
  if (sent.isDoubted) return { why: 'doubted', identifier: identifiers[0] }
  const found = peopleNamed(sent, onFile, sender)
  const [first, ...others] = found.values()
  const identifier = identifiers[0]
  if (others.length > 0) return { why: 'ambiguous', identifier }
  if (!first) {
    if (mayRegister && sent.mrn !== null) return 'new'
    return { why: identifier ? 'unknown' : 'no-identifier', identifier }
  }
  const against = speaksAgainst(sent, first.row, { byPerson: first.byPerson, mayCorrect: mayRegister })
  return against ? { why: against, identifier } : { row: first.row }
}

/** Whom its identifiers name, a merged record by the one that it was merged into. */
export function peopleNamed(
  sent: Pick<SentPatient, 'identifiers' | 'sourceId' | 'mrn'>,
  onFile: { patients: PatientRow[]; known: Known[] },
  sender: { id: string }
) {
  const byId = new Map(onFile.patients.map((row) => [row.id, row]))
  const found = new Map<string, { row: PatientRow; byPerson: boolean }>()
  const add = (row: PatientRow | undefined, byPerson = false) => {
    const living = row?.mergedInto ? byId.get(row.mergedInto) : row
    if (living) found.set(living.id, { row: living, byPerson: byPerson || !!found.get(living.id)?.byPerson })
  }
  for (const identifier of tellingIdentifiers(sent)) {
    const authority = authorityOf(sender.id, identifier)
    const known = onFile.known.find((each) => each.authority === authority && each.value === identifier.value)
    if (known) add(byId.get(known.patientId), known.byPerson)
  }
  add(onFile.patients.find((row) => row.source === sender.id && row.sourceId === sent.sourceId))
  if (sent.mrn !== null) add(onFile.patients.find((row) => row.mrn === sent.mrn))
  return found
}

/** What a number that fits proves nothing against: another birth date, another family name, or neither to look at. */
function speaksAgainst(
  sent: SentPatient,
  row: PatientRow,
  { byPerson, mayCorrect }: { byPerson: boolean; mayCorrect: boolean }
): Why | undefined {
  const bothDates = sent.birthDate !== null && row.birthDate !== null
  const birthDate = bothDates && sent.birthDate !== row.birthDate
  const familyName = fold(sent.familyName)
  const bothNames = familyName !== ''
  const name = bothNames && familyName !== fold(row.familyName)
  if (!bothDates && !bothNames) return 'ambiguous'
  // Names change: where a person has said whose number it is, and the birth date agrees, that is enough.
  if (byPerson && bothDates && !birthDate) return undefined
  // A roster may correct one of them in its sender's own record, until the patient has confirmed them by registering.
  // A result or an appointment corrects nobody: there another name or date is another person.
  const isCorrection = mayCorrect && isSendersOwn(sent, row) && row.accountId === null
  return (isCorrection ? birthDate && name : birthDate || name) ? 'contradicts' : undefined
}
