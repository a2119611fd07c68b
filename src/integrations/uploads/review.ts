import type { Sender } from '../../identity/feed.ts'
import type { FaultyRow } from '../csv/results.ts'
import { type Draft, emptyDraft } from '../filing/draft.ts'
import { type Counts, type Filing, settle } from '../filing/filing.ts'
import type { Why } from '../filing/matching.ts'
import { type Desk, digestsOf } from '../filing/message.ts'
import { findOnFile } from '../filing/store.ts'
import type { Item, Reading } from './reading.ts'

/** How much of each list is shown: who has more mistakes than that mends the file. */
const shown = 200

/** What would become of a file if it were filed now. */
export type Review = {
  messages: number
  filed: Counts
  changed: Counts
  unchanged: Counts
  waiting: { name: string; number: string | null; why: Why }[]
  refused: { place: number; kind: string; why: string }[]
  faulty: FaultyRow[]
  /** All of them; the lists hold the first. */
  counts: { waiting: number; refused: number; faulty: number }
  skipped: Filing['skipped']
  misfit: string | undefined
}

/** All drafts of one kind as one: what they come to together, whatever their order. */
function joined(items: Item[], mayRegister: boolean): Draft {
  const drafts = items.flatMap(({ draft }) => (draft && draft.mayRegister === mayRegister ? [draft] : []))
  const whole = emptyDraft({ mayRegister, newest: drafts[0]?.newest ?? 'by-time' })
  const people = new Set<string>()
  for (const draft of drafts) {
    for (const patient of draft.patients)
      if (!people.has(patient.sourceId)) {
        people.add(patient.sourceId)
        whole.patients.push(patient)
      }
    whole.merges.push(...draft.merges)
    whole.encounters.push(...draft.encounters)
    whole.appointments.push(...draft.appointments)
    whole.reports.push(...draft.reports)
    for (const [name, sent] of draft.observations) whole.observations.set(name, sent)
    for (const { what, why, count } of draft.skipped.list)
      for (let i = 0; i < count; i++) whole.skipped.add(what, why)
  }
  return whole
}

/** Settles everything in a file against what is on record, and files nothing. */
export async function review(
  desk: Desk,
  sender: Sender,
  inboxId: string,
  { items, faulty }: Reading
): Promise<Review> {
  const people = joined(items, true)
  const results = joined(items, false)
  const both = { ...results, patients: [...people.patients, ...results.patients], merges: people.merges }
  const nothingYet = { inboxId, position: -1, kind: '', controlKey: null, sha256: '' }
  const asked = {
    ...both,
    encounters: [...people.encounters, ...results.encounters],
    appointments: [...people.appointments, ...results.appointments],
    reports: [...people.reports, ...results.reports],
    observations: new Map([...people.observations, ...results.observations]),
  }
  const { onFile, release } = await findOnFile(desk.db, sender, nothingYet, asked)
  const rules = { source: sender, release, now: desk.now, digests: await digestsOf(asked) }
  const first = settle(people, onFile, rules)
  const arrived = 'misfit' in first ? [] : first.written.patients.map(({ row }) => row)
  const second = settle(results, { ...onFile, patients: [...arrived, ...onFile.patients] }, rules)
  const filings = [first, second].flatMap((each) => ('misfit' in each ? [] : [each]))
  const misfit = [first, second].flatMap((each) => ('misfit' in each ? [each.misfit] : []))[0]
  const waiting = filings
    .flatMap((filing) => filing.waiting)
    .map(({ sent, identifier, why }) => ({
      name: [sent?.givenName === '—' ? '' : sent?.givenName, sent?.familyName].filter(Boolean).join(' '),
      number: identifier?.value ?? null,
      why,
    }))
  const refused = items.flatMap(({ kind, why }, index) => (why ? [{ place: index + 1, kind, why }] : []))
  return {
    messages: items.length,
    filed: total(filings.map(({ filed }) => filed)),
    changed: total(filings.map(({ changed }) => changed)),
    unchanged: total(filings.map(({ unchanged }) => unchanged)),
    waiting: waiting.slice(0, shown),
    refused: refused.slice(0, shown),
    faulty: faulty.slice(0, shown),
    counts: { waiting: waiting.length, refused: refused.length, faulty: faulty.length },
    skipped: filings.flatMap(({ skipped }) => skipped).slice(0, shown),
    misfit,
  }
}

function total(parts: Counts[]) {
  const sum: Counts = {}
  for (const part of parts)
    for (const [kind, count] of Object.entries(part) as [keyof Counts, number][])
      sum[kind] = (sum[kind] ?? 0) + count
  return sum
}
