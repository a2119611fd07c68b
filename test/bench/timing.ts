import type { Portal } from '../../src/commands/portal.ts'
import { median, printTable } from './visits.ts'

const pairs = 200
const flows = {
  'Sign in': (email: string) => ({ path: '/sign-in', fields: { email, password: 'Wrong-Horse-9' } }),
  'Forgot Password': (email: string) => ({ path: '/forgot-password', fields: { email } }),
}

/**
 * Whether the time of an answer tells an address that has an account from one that has none: the ratio of the medians,
 * and the chance that a known one took longer than an unknown one (AUC; 0.5 tells nothing).
 */
export async function measureTiming(portal: Portal) {
  await openAccounts(portal)
  const rows: Record<string, string | number>[] = []
  for (const [flow, form] of Object.entries(flows)) {
    const known: number[] = []
    const unknown: number[] = []
    for (let i = 0; i < 10; i++) await answer(portal, form(`warm-${i}@example.test`), i)
    for (let i = 0; i < pairs; i++) {
      const turns: [string, number[]][] = [
        [addressOf(i), known],
        [`timing-${i}@nowhere.example`, unknown],
      ]
      // What comes second may pay for what the first left behind.
      if (Math.random() < 0.5) turns.reverse()
      for (const [email, times] of turns)
        times.push(await answer(portal, form(email), 100 + known.length + unknown.length))
    }
    rows.push({
      flow,
      tries: 2 * pairs,
      'known ms': median(known).toFixed(1),
      'unknown ms': median(unknown).toFixed(1),
      ratio: (median(known) / median(unknown)).toFixed(3),
      AUC: auc(known, unknown).toFixed(3),
    })
  }
  printTable(rows)
  return rows
}

const addressOf = (i: number) => `timing-${i}@carespace.example`

/** Addresses of their own, so that no try is looked at less closely than the one before; the hash is a real one. */
const openAccounts = ({ db }: Portal) =>
  db.batch(
    Array.from({ length: pairs }, (_, i) =>
      db
        .prepare(
          `INSERT INTO accounts (id, email, given_name, family_name, password_hash, created_at)
          SELECT ?, ?, 'Timing', 'Test', password_hash, 0 FROM accounts LIMIT 1`
        )
        .bind(`timing-${i}`, addressOf(i))
    )
  )

/** Milliseconds until the whole answer is here; every try comes from a network of its own. */
async function answer({ url }: Portal, { path, fields }: { path: string; fields: object }, network: number) {
  const began = performance.now()
  const response = await fetch(url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'Sec-Fetch-Site': 'same-origin',
      'CF-Connecting-IP': `198.18.${network >> 8}.${network & 255}`,
    },
    body: new URLSearchParams(Object.entries(fields)),
  })
  await response.arrayBuffer()
  const took = performance.now() - began
  if (response.status !== 303 && response.status !== 422)
    throw new Error(`${path} answered ${response.status}: nothing was measured`)
  return took
}

function auc(known: number[], unknown: number[]) {
  let wins = 0
  for (const one of known) for (const other of unknown) wins += one > other ? 1 : one === other ? 0.5 : 0
  return wins / (known.length * unknown.length)
}
