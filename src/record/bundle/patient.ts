import type { Patient as Resource } from 'fhir/r4'
import type { Patient, Practice } from '../../identity/visit.ts'
import { given, listOf } from './given.ts'

export const patientResource = (patient: Patient, practice: Practice): Resource => ({
  resourceType: 'Patient',
  id: patient.id,
  identifier: listOf(
    patient.mrn && {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      value: patient.mrn,
      assigner: { display: practice.name },
    }
  ),
  active: patient.inactiveAt === null,
  name: [{ family: patient.familyName, given: [patient.givenName] }],
  telecom: listOf(
    patient.phone && { system: 'phone' as const, value: patient.phone },
    patient.email && { system: 'email' as const, value: patient.email }
  ),
  birthDate: given(patient.birthDate),
  deceasedDateTime: patient.deceasedAt?.toISOString(),
  communication: [
    { language: { coding: [{ system: 'urn:ietf:bcp:47', code: patient.language }] }, preferred: true },
  ],
  managingOrganization: { display: practice.name },
})
