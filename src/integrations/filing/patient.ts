import type { patients } from '../../db/schema.ts'
import { fold, searchName } from '../../patients/name.ts'

export type PatientRow = typeof patients.$inferSelect
export type SentPatient = Pick<
  PatientRow,
  'sourceId' | 'mrn' | 'givenName' | 'familyName' | 'birthDate' | 'email' | 'phone' | 'language' | 'versionAt'
> & { sourceId: string; deceasedAt: Date | 'unknown' | null; isActive: boolean | null }

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
