import { HMAC } from 'oslo/crypto'
import { encodeHex } from 'oslo/encoding'

/** An entry as it stands in the database: times in milliseconds. */
export type Entry = {
  seq: number
  at: number
  account_id: string | null
  actor: string
  patient_id: string | null
  action: string
  subject_id: string | null
  request_id: string | null
  device: string | null
}
export type Seal = { id: number; day: string; first_seq: number; last_seq: number; digest: string }
/** What is kept of the newest seal outside the database. */
export type Head = Pick<Seal, 'id' | 'last_seq' | 'digest'>
/** Where in R2. */
export const headKey = 'audit/head'

/** Entries of one seal at most: what was changed is found that closely. */
export const entriesPerSeal = 100

const mac = new HMAC('SHA-256')
const bytes = (text: string) => new TextEncoder().encode(text)

/** Entries of before devices were kept are sealed as they were then: without one. */
const line = ({ seq, at, account_id, actor, patient_id, action, subject_id, request_id, device }: Entry) =>
  JSON.stringify(
    [seq, at, account_id, actor, patient_id, action, subject_id, request_id].concat(device ?? [])
  )

/** The day of a moment in UTC: `2026-12-01`. */
export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/** HMAC-SHA-256 over the seal before and every entry, in order, as lower case hex. The key never rests in the database. */
export const digestOf = async (key: string, before: string, entries: Entry[]) =>
  encodeHex(await mac.sign(bytes(`${key}:audit`), bytes([before, ...entries.map(line)].join('\n'))))

/** Entries in order, cut into what one seal holds: at most so many, and of one day. */
export function pieces(entries: Entry[]): Entry[][] {
  const found: Entry[][] = []
  for (const entry of entries) {
    const last = found.at(-1)
    const [first] = last ?? []
    if (last && first && last.length < entriesPerSeal && dayOf(first.at) === dayOf(entry.at)) last.push(entry)
    else found.push([entry])
  }
  return found
}

export type Finding =
  /** Numbers of entries that are gone; numbers are given out once and never again. */
  | { what: 'removed'; day: string | null; from: number; to: number }
  /** Something within these entries is not what it was: an entry changed, or was put in the place of another. */
  | { what: 'changed'; day: string; from: number; to: number }
  /** A seal is gone, or was put in: what it covered can no longer be vouched for. */
  | { what: 'seal-removed'; day: string | null; from: number; to: number }
  /** Entries before the first number, which no seal covers. */
  | { what: 'unnumbered'; day: null; from: number; to: number }
  /** The seal that is kept apart is not in the trail any more: its end was cut off, or written anew. */
  | { what: 'cut-off'; day: null; from: number; to: number }
  /** No seal is kept apart: whether the end was cut off cannot be told. */
  | { what: 'no-head'; day: null; from: number; to: number }

/** Where counting has come to, by the database's own book: tail ends that were cut off show here. */
export type Counters = { entries: number; seals: number }

/**
 * Holds every seal against the entries it covers. Reads entries seal by seal, so that memory stays small. An entry that
 * was put in bears the number of another, or one past the last: the first is found by the seal, the last is unsealed.
 */
export async function verify(
  key: string,
  seals: Seal[],
  entriesBetween: (from: number, to: number) => Promise<Entry[]>,
  counters: Counters,
  head: Head | null
): Promise<{ findings: Finding[]; sealed: number; unsealed: number }> {
  const findings: Finding[] = []
  let before = ''
  let next = 1
  let expectedId = 1
  for (const seal of seals) {
    if (seal.first_seq !== next || seal.id !== expectedId)
      findings.push({ what: 'seal-removed', day: seal.day, from: next, to: seal.first_seq - 1 })
    const entries = await entriesBetween(seal.first_seq, seal.last_seq)
    const gaps = gapsIn(entries, seal.first_seq, seal.last_seq)
    findings.push(...gaps.map(([from, to]) => ({ what: 'removed' as const, day: seal.day, from, to })))
    if (gaps.length === 0 && (await digestOf(key, before, entries)) !== seal.digest)
      findings.push({ what: 'changed', day: seal.day, from: seal.first_seq, to: seal.last_seq })
    before = seal.digest
    next = seal.last_seq + 1
    expectedId = seal.id + 1
  }
  if (counters.seals >= expectedId)
    findings.push({ what: 'seal-removed', day: null, from: next, to: counters.entries })
  const tail = await entriesBetween(next, Number.MAX_SAFE_INTEGER)
  const end = Math.max(counters.entries, tail.at(-1)?.seq ?? 0)
  findings.push(
    ...gapsIn(tail, next, end).map(([from, to]) => ({ what: 'removed' as const, day: null, from, to }))
  )
  const outside = await entriesBetween(Number.MIN_SAFE_INTEGER, 0)
  findings.push(...outside.map(({ seq }) => ({ what: 'unnumbered' as const, day: null, from: seq, to: seq })))
  return { findings: [...findings, ...atHead(seals, head)], sealed: next - 1, unsealed: tail.length }
}

function atHead(seals: Seal[], head: Head | null): Finding[] {
  const last = seals.at(-1)
  if (!head) return last ? [{ what: 'no-head', day: null, from: 1, to: last.last_seq }] : []
  const same = seals.find(({ id }) => id === head.id)
  if (same?.digest === head.digest && same.last_seq === head.last_seq) return []
  return [
    { what: 'cut-off', day: null, from: same?.first_seq ?? (last?.last_seq ?? 0) + 1, to: head.last_seq },
  ]
}

/** Numbers between two that no entry bears. */
function gapsIn(entries: Entry[], from: number, to: number) {
  const gaps: [number, number][] = []
  let expected = from
  for (const { seq } of entries) {
    if (seq > expected) gaps.push([expected, seq - 1])
    expected = seq + 1
  }
  if (expected <= to) gaps.push([expected, to])
  return gaps
}
