import { env } from 'cloudflare:workers'
import { feeds, inbox, inboxMessages, unmatched } from '../../src/db/schema.ts'
import { sha256 } from '../../src/identity/secret.ts'
import { db, minutesAgo } from './people.ts'

/** A laboratory, and a message from it about someone we do not know for certain. */
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
