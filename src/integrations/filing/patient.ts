import type { Details, patients } from '../../db/schema.ts'
import { fold, searchName } from '../../patients/name.ts'

/** A number and who gives it out (HL7 CX.4, FHIR Identifier.system); `type` is of HL7 table 0203. */
export type Identifier = { authority: string | null; value: string; type: string | null }

const numbersOfRecords = new Set(['MR', 'MRN', 'PI', 'PT', null])

/** The practice's own record number, where a sender uses it and the practice has said so. */
export const recordNumber = (identifiers: Identifier[], ownAuthorities: readonly string[]) =>
  identifiers.find(
    ({ authority, type }) =>
      authority !== null && ownAuthorities.includes(authority) && numbersOfRecords.has(type)
  )?.value ?? null

/** Stands for a first name that nobody gave. */
const unnamed = '—'

export type PatientRow = typeof patients.$inferSelect
export type SentPatient = Pick<
  PatientRow,
  'mrn' | 'givenName' | 'familyName' | 'birthDate' | 'email' | 'phone' | 'language' | 'versionAt'
> & {
  sourceId: string
  deceasedAt: Date | 'unknown' | null
  isActive: boolean | null
  identifiers: Identifier[]
  /** As sent: for staff who compare. */
  sex: string | null
  postalCode: string | null
  /** It comes from the practice's own system, which may correct what another one filed first. */
  isFromPractice: boolean
  /** Its sender itself does not know whose it is (OBR-25 Y, Z). */
  isDoubted: boolean
}

/** Two records that a sender says are one person's: `retired` moves into the record of `survivor`, the sender's name for it. */
export type SentMerge = {
  survivor: string
  retired: Pick<SentPatient, 'sourceId' | 'mrn' | 'identifiers'>
  /** What stands for the retired patient in senders' names for things, and what stands there from now on. */
  renamed: [retired: string, survivor: string][]
}

/** Who the patient is by the sender's word, without what it leaves open. */
export const saidOf = ({ givenName, familyName, birthDate, phone }: SentPatient): Partial<Details> => ({
  ...(givenName && givenName !== unnamed ? { givenName } : {}),
  ...(familyName ? { familyName } : {}),
  ...(birthDate ? { birthDate } : {}),
  ...(phone ? { phone } : {}),
})

/** Whether a sender speaks of its own record, of which it may correct a part. */
export const isSendersOwn = (sent: SentPatient, onFile: PatientRow) =>
  onFile.sourceId === sent.sourceId || sent.isFromPractice

/** The row as it is to be kept. What the front desk or the patient wrote about reaching them is filled in, never replaced. */
export function revisePatient(
  sent: SentPatient,
  onFile: PatientRow | undefined,
  made: { id: string; source: string },
  now: Date
): PatientRow {
  const { isActive, deceasedAt, ...facts } = sent
  const isOwn = onFile === undefined || isSendersOwn(sent, onFile)
  // Whoever registered has read their name on every page since.
  const named = onFile && (!isOwn || onFile.accountId !== null) ? onFile : facts
  const givenName = named.givenName === unnamed ? (onFile?.givenName ?? unnamed) : named.givenName
  return {
    id: onFile?.id ?? made.id,
    mrn: onFile?.mrn ?? facts.mrn,
    givenName,
    familyName: named.familyName,
    searchName: searchName(named.familyName, givenName),
    birthDate: (isOwn ? facts.birthDate : null) ?? onFile?.birthDate ?? facts.birthDate,
    email: onFile?.email ?? facts.email,
    phone: onFile?.phone ?? facts.phone,
    language: onFile?.language ?? facts.language,
    accountId: onFile?.accountId ?? null,
    inactiveAt:
      isActive === false
        ? (onFile?.inactiveAt ?? now)
        : isActive && isOwn
          ? null
          : (onFile?.inactiveAt ?? null),
    deceasedAt:
      deceasedAt === 'unknown' ? (onFile?.deceasedAt ?? now) : (deceasedAt ?? onFile?.deceasedAt ?? null),
    source: onFile?.source ?? made.source,
    sourceId: onFile?.sourceId ?? sent.sourceId,
    versionAt: isOwn ? (facts.versionAt ?? onFile?.versionAt ?? null) : onFile.versionAt,
    createdAt: onFile?.createdAt ?? now,
    mergedInto: onFile?.mergedInto ?? null,
  }
}

/** Someone as the practice's staff name them: by its own record number, and what it is held against. */
export const personByNumber = ({
  recordNumber,
  familyName,
  birthDate,
}: {
  recordNumber: string
  familyName: string
  birthDate: string | null
}): SentPatient => ({
  // Two who are named by one number are not yet one.
  sourceId: ['PID', '', recordNumber, birthDate ?? '', fold(familyName)].join('|'),
  mrn: recordNumber,
  identifiers: [{ authority: null, value: recordNumber, type: 'MR' }],
  givenName: unnamed,
  familyName,
  birthDate,
  email: null,
  phone: null,
  language: 'en',
  deceasedAt: null,
  isActive: null,
  versionAt: null,
  sex: null,
  postalCode: null,
  isFromPractice: false,
  isDoubted: false,
})
