import { fold } from '../../patients/name.ts'

type Person = {
  familyName: string | null
  givenName: string | null
  birthDate: string | null
  phone: string | null
  identifier: string | null
}
export type Agreement = {
  birthDate: boolean
  familyName: boolean
  givenName: boolean
  phone: boolean
  number: boolean
}

const lastTen = (phone: string | null) => phone?.replace(/\D/g, '').slice(-10) ?? ''
const initial = (name: string | null) => fold(name ?? '').slice(0, 1)

/** What a waiting message and a patient have in common: for a person to weigh, never enough to join them by itself. */
export function agreement(
  sent: Person,
  patient: Omit<Person, 'identifier'> & { mrn: string | null }
): Agreement {
  return {
    birthDate: sent.birthDate !== null && sent.birthDate === patient.birthDate,
    familyName: sent.familyName !== null && fold(sent.familyName) === fold(patient.familyName ?? ''),
    givenName: initial(sent.givenName) !== '' && initial(sent.givenName) === initial(patient.givenName),
    phone: lastTen(sent.phone).length === 10 && lastTen(sent.phone) === lastTen(patient.phone),
    number: sent.identifier !== null && sent.identifier === patient.mrn,
  }
}

/** How likely it is the same person, for the order of a list: the birth date counts most. */
export const likeness = ({ birthDate, familyName, givenName, phone, number }: Agreement) =>
  4 * Number(birthDate) + 3 * Number(familyName) + Number(givenName) + 2 * Number(phone) + 3 * Number(number)
