import { env } from 'cloudflare:workers'
import {
  feeds,
  inbox,
  inboxMessages,
  patientMerges,
  patients,
  unmatched,
  uploads,
} from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { db, minutesAgo } from './people.ts'

/** A laboratory, a message from it about someone we do not know for certain, and a record that was merged. */
export async function seedFeeds() {
  const d = db()
  const at = minutesAgo(30)
  await env.FILES.put('inbox/parked', 'MSH|^~\\&|LIS')
  await d.batch([
    d.insert(feeds).values({
      id: 'county-lab',
      name: 'County Lab',
      scope: 'hl7',
      keyHash: await sha256('county-key'),
      ownAuthorities: ['HILLSIDE'],
      createdAt: minutesAgo(600),
      createdBy: 'okafor',
      lastUsedAt: at,
    }),
    d.insert(inbox).values({
      id: 'parked-body',
      feedId: 'county-lab',
      receivedAt: at,
      rawKey: 'inbox/parked',
      sha256: 'x',
      bytes: 12,
      filedAt: at,
      format: 'hl7',
    }),
    d.insert(inboxMessages).values({
      id: 'parked-message',
      inboxId: 'parked-body',
      feedId: 'county-lab',
      position: 0,
      kind: 'ORU^R01',
      sha256: 'x',
      receivedAt: at,
      parkedAt: at,
      outcome: {
        filed: {},
        changed: {},
        unchanged: {},
        skipped: [{ what: 'OBX', why: 'is a detail', count: 2 }],
      },
    }),
    d.insert(inbox).values({
      id: 'county-upload',
      feedId: 'county-lab',
      receivedAt: at,
      rawKey: 'inbox/upload',
      sha256: 'x',
      bytes: 12,
      format: 'csv',
      sentBy: 'okafor',
    }),
    d.insert(uploads).values({
      inboxId: 'county-upload',
      name: 'results.csv',
      uploadedAt: at,
      columns: [
        { name: 'MRN', sample: '0042' },
        { name: 'Test', sample: 'Hemoglobin' },
      ],
    }),
    d.insert(patients).values({
      id: 'rosa-old',
      mrn: '9-10001',
      givenName: 'Rosa',
      familyName: 'Diaz Luna',
      searchName: 'diaz luna rosa',
      birthDate: '1952-03-27',
      createdAt: at,
      inactiveAt: at,
      mergedInto: 'rosa-chart',
    }),
    d.insert(patientMerges).values({
      id: 'rosa-merge',
      survivorId: 'rosa-chart',
      retiredId: 'rosa-old',
      messageId: 'parked-message',
      mergedAt: at,
      moved: {},
    }),
    d.insert(unmatched).values({
      id: 'parked',
      messageId: 'parked-message',
      feedId: 'county-lab',
      subject: 'PID|COUNTY|77',
      why: 'unknown',
      authority: 'COUNTY',
      identifier: '77',
      familyName: 'Diaz',
      givenName: 'Rosa',
      searchName: 'diaz rosa',
      birthDate: '1952-03-27',
      sex: 'F',
      phone: '479 555 0101',
      holds: { reports: 1, observations: 14 },
      parkedAt: at,
    }),
  ])
}
