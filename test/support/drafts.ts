import { drafts } from '../../src/db/schema.ts'
import { db, minutesAgo } from './people.ts'

export const draftId = 'x1'.repeat(11).slice(0, 21)

/** A message that Rosa, Milo for her, and two of the staff to her, began under the same id and did not send. */
export const seedDrafts = () =>
  db()
    .insert(drafts)
    .values(
      ['rosa', 'milo', 'nadia', 'okafor'].map((accountId) => ({
        id: draftId,
        accountId,
        patientId: 'rosa-chart',
        threadId: null,
        category: 'symptom',
        subject: 'Fever <at night>',
        body: 'It began on Sunday.',
        createdAt: minutesAgo(20),
        savedAt: minutesAgo(20),
      }))
    )
