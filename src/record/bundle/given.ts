import type { Attachment, CodeableConcept, FhirResource, Reference } from 'fhir/r4'

/** What is there to be told; FHIR knows neither null nor the empty string. */
export const given = (text: string | null | undefined) => text || undefined

/** A list with something in it; FHIR knows no empty ones. */
export const listOf = <T>(...items: (T | undefined | null | '' | false)[]): T[] | undefined => {
  const found = items.filter((item): item is T => Boolean(item))
  return found.length > 0 ? found : undefined
}

export const subjectOf = ({ patientId }: { patientId: string }): Reference => ({
  reference: `Patient/${patientId}`,
})

/** Someone or something we know by name alone. */
export const named = (name: string | null): Reference | undefined => (name ? { display: name } : undefined)

/** A test or report by its name, and by its LOINC code where it has one. */
export const coded = (code: string | null, text: string): CodeableConcept => ({
  ...(code && /^\d{1,7}-\d$/.test(code) ? { coding: [{ system: 'http://loinc.org', code }] } : {}),
  text: given(text),
})

type Sent = { id: string; name: string; type: string; size: number; addedAt: Date; patientId: string }

/** A file by its name and by the address of ours that gives it to whoever may see it. */
export const attachmentOf = (
  { name, type, size, addedAt }: Omit<Sent, 'patientId'>,
  url: string
): Attachment => ({
  contentType: type,
  title: given(name),
  size,
  creation: addedAt.toISOString(),
  url,
})

export const documentResource = (file: Sent, url: string, about: string): FhirResource => ({
  resourceType: 'DocumentReference',
  id: file.id,
  status: 'current',
  subject: subjectOf(file),
  date: file.addedAt.toISOString(),
  content: [{ attachment: attachmentOf(file, url) }],
  context: { related: [{ reference: about }] },
})

/** What a report said in words until it was changed, as a document that another took the place of. */
export const supersededWords = (
  {
    id,
    conclusion,
    replacedAt,
    patientId,
  }: { id: string; conclusion: string; replacedAt: Date; patientId: string },
  title: string,
  about: string
): FhirResource => ({
  resourceType: 'DocumentReference',
  id,
  status: 'superseded',
  subject: subjectOf({ patientId }),
  description: title,
  content: [
    {
      attachment: {
        contentType: 'text/plain; charset=utf-8',
        title,
        data: base64(conclusion),
      },
    },
  ],
  context: { related: [{ reference: about }], period: { end: replacedAt.toISOString() } },
})

const base64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
