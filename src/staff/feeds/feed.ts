import * as v from 'valibot'
import { submissionId } from '../../web/form.ts'

/** How long whoever made a feed may read its key, in milliseconds, unless it has been used before. */
export const keyShownFor = 15 * 60_000

const isZone = (zone: string) => {
  try {
    return zone === '' || new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}

const lines = (text: string) => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
  ),
]

/** A new feed, as an admin writes it down. */
export const NewFeed = v.object({
  submissionId,
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'nameMissing'), v.maxLength(60, 'nameLong')),
  scope: v.picklist(['hl7', 'fhir'], 'scopeMissing'),
  ownAuthorities: v.pipe(
    v.string(),
    v.maxLength(1000, 'authoritiesLong'),
    v.transform(lines),
    v.check((list) => list.length <= 10, 'authoritiesLong')
  ),
  timeZone: v.pipe(v.string(), v.trim(), v.check(isZone, 'zoneUnknown')),
})

/** What became of a message, as far as a person must know. */
export type State = 'filed' | 'repeated' | 'waiting' | 'refused' | 'unfinished'
export const states: readonly State[] = ['filed', 'repeated', 'waiting', 'refused', 'unfinished']

type Fate = { filedAt: Date | null; refusedAt: Date | null; parkedAt?: Date | null; repeats?: string | null }

/** Unfinished: it was kept, and something broke before its fate was known. It can be filed again. */
export function stateOf({ filedAt, refusedAt, parkedAt, repeats }: Fate): State {
  if (parkedAt) return 'waiting'
  if (refusedAt) return 'refused'
  if (repeats) return 'repeated'
  return filedAt ? 'filed' : 'unfinished'
}

/** The same of a whole body: it is finished once each of its messages has a fate. */
export const stateOfBody = (body: Fate): State =>
  body.filedAt || body.refusedAt ? stateOf(body) : 'unfinished'
