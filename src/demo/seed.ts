import type { feeds } from '../db/schema.ts'
import { sha256 } from '../identity/secret.ts'
import { makeAppointments } from './appointments.ts'
import { calendar } from './calendar.ts'
import { idOf } from './chance.ts'
import { makeLabs } from './labs.ts'
import { makeMessages } from './messages.ts'
import { acceptTerms, makeAccounts, makePatients, type SignIn } from './people.ts'
import { insertAll, readPractice } from './store.ts'

type Place = { db: D1Database; files: R2Bucket; now: Date; tokenKey: string; feedKey: string }

/** Fills an empty database with a practice in the middle of its work, and says who can sign in. All of it is invented. */
export async function seedDemo({ db, files, now, tokenKey, feedKey }: Place): Promise<SignIn[]> {
  const practice = await readPractice(db)
  const days = calendar(now, practice.holidays)
  const { rows: accounts, signIns } = await makeAccounts(days, tokenKey)
  const feed: typeof feeds.$inferInsert = {
    id: idOf('feed fhir'),
    name: 'Records import',
    scope: 'fhir',
    keyHash: await sha256(feedKey),
    // Synthea's, so that records it makes can be imported.
    ownAuthorities: ['http://hospital.smarthealthit.org'],
    createdAt: now,
  }
  const labs = await makeLabs(days)
  for (const [key, bytes] of labs.documents) await files.put(key, bytes)
  await insertAll(db, {
    accounts,
    termsAcceptances: acceptTerms(accounts),
    ...(await makePatients(days, tokenKey)),
    ...makeAppointments(days),
    ...labs.rows,
    ...makeMessages(days, practice),
    feeds: [feed],
  })
  return signIns
}
