import { recordNumber, type SentPatient } from '../filing/patient.ts'
import type { Resource } from './bundle.ts'
import { identifiersIn } from './identity.ts'
import { calendarDate, codesOf, moment, type Node, nodes, text, wordsOf } from './json.ts'

/** A string instead of a row says why it is skipped. */
export function readPatient({ id, body }: Resource, ownAuthorities: readonly string[]): SentPatient | string {
  const names = nodes(body, 'name').filter((name) => !text(name, 'period', 'end'))
  const name =
    ['official', 'usual'].map((use) => names.find((each) => text(each, 'use') === use)).find(Boolean) ??
    names[0]
  const given = (Array.isArray(name?.given) ? name.given : [])
    .filter((part) => typeof part === 'string')
    .join(' ')
    .trim()
  const family = text(name, 'family') ?? text(name, 'text')
  if (!family) return 'has no name'
  const identifiers = identifiersIn(body)
  return {
    sourceId: id,
    mrn: recordNumber(identifiers, ownAuthorities),
    givenName: given || '—',
    familyName: family,
    birthDate: calendarDate(body, 'birthDate'),
    email: contact(body, 'email')?.toLowerCase().normalize('NFC') ?? null,
    phone: contact(body, 'phone'),
    language: speaksSpanish(body) ? 'es' : 'en',
    deceasedAt:
      moment(body, 'deceasedDateTime') ?? (text(body, 'deceasedBoolean') === 'true' ? 'unknown' : null),
    // Results name a patient by the id alone: who is known by it once is known by it here.
    identifiers: [...identifiers, { authority: null, value: id, type: null }],
    sex: text(body, 'gender')?.slice(0, 1).toUpperCase() ?? null,
    postalCode: text(body, 'address', 'postalCode'),
    isFromPractice: false,
    isDoubted: false,
    isActive: body.active === undefined ? null : text(body, 'active') !== 'false',
    versionAt: moment(body, 'meta', 'lastUpdated'),
  }
}

const contact = (body: Node, system: 'email' | 'phone') => {
  const all = nodes(body, 'telecom').filter(
    (each) => text(each, 'system') === system && text(each, 'use') !== 'old'
  )
  return text(all.find((each) => text(each, 'use') === 'mobile') ?? all[0], 'value')
}

const speaksSpanish = (body: Node) => {
  const spoken = nodes(body, 'communication')
  const preferred =
    spoken.find((each) => text(each, 'preferred') === 'true') ?? (spoken.length === 1 ? spoken[0] : undefined)
  return [...codesOf(nodes(preferred, 'language')), wordsOf(preferred?.language) ?? ''].some((code) =>
    /^(es\b|spanish)/i.test(code)
  )
}
