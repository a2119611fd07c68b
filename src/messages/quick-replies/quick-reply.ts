import * as v from 'valibot'
import type { quickReplies } from '../../db/schema.ts'
import type { Practice } from '../../identity/visit.ts'
import type { Chart } from '../../patients/chart.ts'
import { fullName } from '../../patients/name.ts'
import { atMost, saysSomething } from '../thread.ts'

export type QuickReply = typeof quickReplies.$inferSelect

/** How many the practice has, or one person, at most: a list to choose from, not to search in. */
export const mostReplies = 100

const places = ['patient', 'me', 'practice', 'phone'] as const
export type Places = Record<(typeof places)[number], string>

const place = /\{([^{}]*)\}/g
const isPlace = (name: string): name is keyof Places => places.some((known) => known === name)

/** The text with its places filled in, once: what is filled in is not looked at again. */
export const filled = (text: string, values: Places) =>
  text.replace(place, (whole, name: string) => (isPlace(name) ? values[name] : whole))

const named = ({
  credentials,
  ...name
}: {
  givenName: string
  familyName: string
  credentials: string | null
}) => (credentials ? `${fullName(name)}, ${credentials}` : fullName(name))

type Writer = Chart<'messages'>['viewer']
type About = Pick<Practice, 'name' | 'phone'>

export const placesFor = (
  { viewer, patient }: Pick<Chart<'messages'>, 'viewer' | 'patient'>,
  practice: About
) => placesWith(fullName(patient), viewer, practice)

/** The same for a patient who is only named. */
export const placesWith = (patient: string, viewer: Writer, { name, phone }: About): Places => ({
  patient,
  me: named(viewer),
  practice: name,
  phone,
})

const text = v.pipe(
  v.string(),
  v.check(saysSomething, 'bodyMissing'),
  v.transform((words) => words.trimEnd()),
  v.check(atMost(4000), 'bodyTooLong'),
  v.check((words) => [...words.matchAll(place)].every(([, name = '']) => isPlace(name)), 'unknownPlace')
)

export const QuickReplyWords = v.object({
  title: v.pipe(
    v.string(),
    v.transform((title) => title.trim().replace(/\s+/g, ' ')),
    v.check(saysSomething, 'nameMissing'),
    v.check(atMost(80), 'nameTooLong')
  ),
  bodyEn: text,
  bodyEs: text,
})
export type Words = v.InferOutput<typeof QuickReplyWords>

export const NewQuickReply = v.object({
  ...QuickReplyWords.entries,
  owner: v.picklist(['me', 'practice'], 'ownerMissing'),
})
