import { env } from 'cloudflare:workers'
import { keptForms } from '../../src/db/schema.ts'
import { sealedTo } from '../../src/identity/kept/keeping.ts'
import { seal } from '../../src/identity/secret.ts'
import { day } from './clock.ts'
import { db, minutesAgo } from './people.ts'

/** A message that Rosa was writing when she was signed out. */
export async function seedKept() {
  const row = { id: 'rosa-kept', accountId: 'rosa', path: '/patients/rosa-chart/messages/new' }
  const fields = {
    submissionId: 'k'.repeat(21),
    category: 'medicine',
    subject: 'Tablets',
    body: 'Two a day?',
  }
  const plain = new TextEncoder().encode(JSON.stringify(fields))
  await db()
    .insert(keptForms)
    .values({
      ...row,
      sealedFields: await seal(env.TOKEN_KEY, plain, sealedTo(row)),
      keptAt: minutesAgo(60),
      expiresAt: new Date(Date.now() + 6 * day),
    })
}
