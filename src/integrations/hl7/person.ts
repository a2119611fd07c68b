import { type Identifier, recordNumber, type SentPatient } from '../filing/patient.ts'
import type { Segment } from './message.ts'
import { dateOf } from './time.ts'

/** "Ada Okafor", as XCN and XPN name people. */
export function personName(segment: Segment | undefined, field: number): string | null {
  const family = segment?.text(field, { comp: 2 })
  return [segment?.text(field, { comp: 3 }), family].filter(Boolean).join(' ') || null
}

const isSaid = (text: string | null): text is string => text !== null && text !== '""'
const said = (text: string | null) => (isSaid(text) ? text : null)

/** The numbers of a CX field, each under every name its authority goes by: its namespace and its OID. */
export function identifiersIn(segment: Segment, field: number): Identifier[] {
  const found: Identifier[] = []
  for (let rep = 1; rep <= Math.min(segment.repetitions(field), 20); rep++) {
    const value = said(segment.text(field, { rep }))
    const type = said(segment.text(field, { rep, comp: 5 }))
    if (!value) continue
    const names = [1, 2].map((sub) => said(segment.text(field, { rep, comp: 4, sub })))
    const authorities = names.filter(isSaid)
    for (const authority of authorities.length > 0 ? authorities : [null])
      found.push({ authority, value, type })
  }
  return found
}

const nameFor = ({ authority, value }: Pick<Identifier, 'authority' | 'value'>) =>
  `PID|${authority ?? ''}|${value}`

/** What the sender calls a patient: the first number that is one. */
export const subjectOf = ([first]: Identifier[], place: number) => (first ? nameFor(first) : `PID|${place}`)

/** Names with a retired number in them, and what stands there once its record has moved: the survivor's, of the same authority. */
export const renamedBy = (retired: Identifier[], survivor: Identifier[]) =>
  retired.flatMap((old): [string, string][] => {
    const now = survivor.find(({ authority }) => authority === old.authority)
    return now && now.value !== old.value ? [[nameFor(old), nameFor(now)]] : []
  })

/** A PID segment. `""` (delete) is taken as nothing said: what the practice knows is not wiped out from outside. */
export function readPid(pid: Segment, place: number, ownAuthorities: readonly string[]): SentPatient {
  const listed = identifiersIn(pid, 3)
  const identifiers = listed.length > 0 ? listed : identifiersIn(pid, 2)
  const mrn = recordNumber(identifiers, ownAuthorities)
  return {
    sourceId: subjectOf(identifiers, place),
    mrn,
    givenName:
      [said(pid.text(5, { comp: 2 })), said(pid.text(5, { comp: 3 }))].filter(Boolean).join(' ') || '—',
    familyName: said(pid.text(5)) ?? '',
    birthDate: dateOf(pid.text(7)),
    email: telecom(pid, 'email')?.toLowerCase().normalize('NFC') ?? null,
    phone: telecom(pid, 'phone'),
    language:
      /^(es|spa)/i.test(pid.text(15) ?? '') || /spanish/i.test(pid.text(15, { comp: 2 }) ?? '') ? 'es' : 'en',
    deceasedAt: pid.text(30) === 'Y' ? 'unknown' : null,
    isActive: null,
    versionAt: null,
    identifiers,
    sex: said(pid.text(8)),
    postalCode: said(pid.text(11, { comp: 5 })),
    isFromPractice: mrn !== null,
    isDoubted: false,
  }
}

function telecom(pid: Segment, what: 'email' | 'phone'): string | null {
  for (const field of [13, 14])
    for (let rep = 1; rep <= Math.min(pid.repetitions(field), 10); rep++) {
      const at = (comp: number) => said(pid.text(field, { rep, comp }))
      const email = [at(4), at(1)].find((each) => each?.includes('@')) ?? null
      const phone = at(1)?.includes('@')
        ? null
        : (at(1) ?? ([at(6), at(7)].filter(Boolean).join(' ') || null))
      const found = what === 'email' ? email : phone
      if (found) return found
    }
  return null
}
