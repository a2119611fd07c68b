import { env } from 'cloudflare:workers'
import { emailChanges } from '../../src/db/schema.ts'
import { emailUndoToken, sha256 } from '../../src/identity/secret.ts'
import { day, minute } from './clock.ts'
import { db, minutesAgo } from './people.ts'

const states = {
  done: { undoUntil: new Date(Date.now() + 6 * day) },
  expired: { undoUntil: minutesAgo(30) },
  undone: { undoUntil: new Date(Date.now() + 6 * day), undoneAt: minutesAgo(5) },
  taken: { undoUntil: new Date(Date.now() + 6 * day), oldEmail: 'ines@example.test' },
}

/** Rosa waits for a code, and has changed her address before: the tokens of what was mailed to the old ones come back. */
export async function seedEmailChanges() {
  const change = async (id: string, facts: object) => ({
    id,
    accountId: 'rosa',
    oldEmail: 'rosa@example.test',
    newEmail: 'rosa.new@example.test',
    createdAt: minutesAgo(2 * 24 * 60),
    expiresAt: minutesAgo(2 * 24 * 60 - 10),
    confirmedAt: minutesAgo(2 * 24 * 60 - 5),
    undoHash: await sha256(await emailUndoToken(env.TOKEN_KEY, id)),
    ...facts,
  })
  const waiting = {
    createdAt: minutesAgo(1),
    expiresAt: new Date(Date.now() + 9 * minute),
    confirmedAt: null,
  }
  const past = await Promise.all(Object.entries(states).map(([id, facts]) => change(id, facts)))
  const d = db()
  await d.batch([
    d.insert(emailChanges).values(past),
    d.insert(emailChanges).values(await change('waiting', waiting)),
  ])
  return Promise.all(past.map(({ id }) => emailUndoToken(env.TOKEN_KEY, id)))
}
