import * as v from 'valibot'
import type { feeds } from '../../db/schema.ts'
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

const scope = v.picklist(['hl7', 'fhir'], 'scopeMissing')

const said = {
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'nameMissing'), v.maxLength(60, 'nameLong')),
  ownAuthorities: v.pipe(
    v.string(),
    v.maxLength(1000, 'authoritiesLong'),
    v.transform(lines),
    v.check((list) => list.length <= 10, 'authoritiesLong')
  ),
  timeZone: v.pipe(v.string(), v.trim(), v.check(isZone, 'zoneUnknown')),
}

/** A new feed, as an admin writes it down. */
export const NewFeed = v.object({
  submissionId,
  name: said.name,
  timeZone: said.timeZone,
  scope,
  ownAuthorities: said.ownAuthorities,
})

type Feed = Pick<
  typeof feeds.$inferSelect,
  'name' | 'scope' | 'ownAuthorities' | 'timeZone' | 'lastUsedAt' | 'revokedAt'
>

/** A feed as an admin changes it. Of which kind it is cannot change once something has come by its key. */
export const FeedForm = ({ lastUsedAt }: Feed) => (lastUsedAt ? v.object(said) : v.object({ ...said, scope }))

/** What an admin says of a feed. */
export const saidOf = ({ name, scope, ownAuthorities, timeZone }: Feed) => ({
  name,
  scope,
  ownAuthorities,
  timeZone: timeZone ?? '',
})
export type Said = ReturnType<typeof saidOf>

/** What the form of a feed shows, and what decides which fields it has. */
export const shownOf = (feed: Feed) => ({
  ...saidOf(feed),
  isUsed: feed.lastUsedAt !== null,
  isRevoked: feed.revokedAt !== null,
})

/** A feed as it stands in its form. */
export const typedOf = ({ ownAuthorities, ...rest }: Said) => ({
  ...rest,
  ownAuthorities: ownAuthorities.join('\n'),
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
