import type { encounters } from '../../db/schema.ts'

export type EncounterRow = typeof encounters.$inferSelect
export type SentEncounter = Omit<EncounterRow, 'id' | 'patientId' | 'source'> & {
  subject: string | undefined
}
