import type { patients } from '../../db/schema.ts'
import { fold, searchName } from '../../patients/name.ts'
import type { Resource } from './bundle.ts'
import { calendarDate, codesOf, moment, type Node, nodes, text, wordsOf } from './json.ts'

export type PatientRow = typeof patients.$inferSelect
export type SentPatient = Pick<
  PatientRow,
  'sourceId' | 'mrn' | 'givenName' | 'familyName' | 'birthDate' | 'email' | 'phone' | 'language' | 'versionAt'
> & { sourceId: string; deceasedAt: Date | 'unknown' | null; isActive: boolean | null }

/** A string instead of a row says why it is skipped. */
export function readPatient({ id, body }: Resource): SentPatient | string {
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
  return {
    sourceId: id,
    mrn: recordNumber(body),
    givenName: given || '—',
    familyName: family,
    birthDate: calendarDate(body, 'birthDate'),
    email: contact(body, 'email')?.toLowerCase().normalize('NFC') ?? null,
    phone: contact(body, 'phone'),
    language: speaksSpanish(body) ? 'es' : 'en',
    deceasedAt:
      moment(body, 'deceasedDateTime') ?? (text(body, 'deceasedBoolean') === 'true' ? 'unknown' : null),
    isActive: body.active === undefined ? null : text(body, 'active') !== 'false',
    versionAt: moment(body, 'meta', 'lastUpdated'),
  }
}

/** Only an identifier that says it is a medical record number: never a social security, account or visit number. */
const recordNumber = (body: Node) =>
  text(
    nodes(body, 'identifier').find(
      (each) =>
        codesOf(nodes(each, 'type')).includes('MR') &&
        !text(each, 'period', 'end') &&
        text(each, 'use') !== 'old'
    ),
    'value'
  )

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

/**
 * Whether what was sent cannot be the person on file. A record number alone proves little, so birth date and family name
 * must agree; so must they where the patient confirmed them in the portal. A sender may correct one of them in its own record.
 */
export function contradicts(sent: SentPatient, onFile: PatientRow): boolean {
  const birthDate =
    sent.birthDate !== null && onFile.birthDate !== null && sent.birthDate !== onFile.birthDate
  const name = fold(sent.familyName) !== fold(onFile.familyName)
  const isSendersOwn = onFile.sourceId === sent.sourceId && onFile.accountId === null
  return isSendersOwn ? birthDate && name : birthDate || name
}

/** The row as it is to be kept. What the front desk or the patient wrote about reaching them is filled in, never replaced. */
export function revisePatient(
  sent: SentPatient,
  onFile: PatientRow | undefined,
  made: { id: string; source: string },
  now: Date
): PatientRow {
  const { isActive, deceasedAt, ...facts } = sent
  const isSendersOwn = onFile === undefined || onFile.sourceId === sent.sourceId
  const named = isSendersOwn ? facts : onFile
  return {
    id: onFile?.id ?? made.id,
    mrn: onFile?.mrn ?? facts.mrn,
    givenName: named.givenName,
    familyName: named.familyName,
    searchName: searchName(named.familyName, named.givenName),
    birthDate: (isSendersOwn ? facts.birthDate : null) ?? onFile?.birthDate ?? facts.birthDate,
    email: onFile?.email ?? facts.email,
    phone: onFile?.phone ?? facts.phone,
    language: onFile?.language ?? facts.language,
    accountId: onFile?.accountId ?? null,
    inactiveAt:
      isActive === false
        ? (onFile?.inactiveAt ?? now)
        : isActive && isSendersOwn
          ? null
          : (onFile?.inactiveAt ?? null),
    deceasedAt:
      deceasedAt === 'unknown' ? (onFile?.deceasedAt ?? now) : (deceasedAt ?? onFile?.deceasedAt ?? null),
    source: onFile?.source ?? made.source,
    sourceId: onFile?.sourceId ?? sent.sourceId,
    versionAt: isSendersOwn ? (facts.versionAt ?? onFile?.versionAt ?? null) : onFile.versionAt,
    createdAt: onFile?.createdAt ?? now,
    mergedInto: onFile?.mergedInto ?? null,
  }
}
