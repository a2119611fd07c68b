import * as v from 'valibot'
import { answering, type Category } from '../../../db/schema.ts'
import type { Language } from '../../../i18n/text.ts'
import { fold } from '../../../patients/name.ts'
import { lineOf, linesOf } from '../facts.ts'
import type { Queue } from '../store.ts'

export const mostInUse = 15

const name = lineOf(60, 'nameMissing', 'shortNameLong')
const signature = linesOf(300, 'signatureLong')

export type Words = Pick<Queue, 'nameEn' | 'nameEs' | 'signatureEn' | 'signatureEs' | 'answeredBy'>

/** What a queue is called, how it signs and who answers it; `others` are those whose names are taken. */
export const QueueForm = (others: Words[]) => {
  const free = (key: 'nameEn' | 'nameEs') => (text: string) =>
    !others.some((other) => fold(other[key]) === fold(text))
  return v.pipe(
    v.object({
      nameEn: v.pipe(name, v.check(free('nameEn'), 'nameTaken')),
      nameEs: v.pipe(name, v.check(free('nameEs'), 'nameTaken')),
      signatureEn: signature,
      signatureEs: signature,
      // What does not say it is the care team's alone.
      answeredBy: v.fallback(v.picklist(answering), 'clinical'),
    }),
    // A patient who reads one language must not get less than one who reads the other.
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      const { value } = dataset
      const isLone = Boolean(value.signatureEn) !== Boolean(value.signatureEs)
      const key = value.signatureEn ? 'signatureEs' : 'signatureEn'
      const path = { type: 'object', origin: 'value', input: { ...value }, key, value: value[key] } as const
      if (isLone) addIssue({ message: 'signatureBoth', path: [path] })
    })
  )
}

/** What the form of a queue holds before anyone types. */
export const typedOf = ({ nameEn, nameEs, signatureEn, signatureEs, answeredBy }: Words) => ({
  nameEn,
  nameEs,
  signatureEn,
  signatureEs,
  answeredBy,
})

/** What the page of a queue shows, but for its place in the list. */
export const shownOf = (queue: Queue) => ({ ...typedOf(queue), retired: queue.retiredAt !== null })

export const inUse = (queues: Queue[]) => queues.filter(({ retiredAt }) => !retiredAt)

/** The categories that go to a queue, retired ones too: replies in their conversations still come in. */
export const feeding = (categories: Category[], queueId: string, language: Language) =>
  categories.filter(({ queue }) => queue === queueId).map(({ [language]: [name] }) => name)

/** Why a retired queue cannot come back: its name is another's now, or there are too many. */
export function cannotReturn(used: Queue[], { nameEn, nameEs }: Words) {
  if (used.length >= mostInUse) return 'tooManyQueues'
  const isTaken = used.some(
    (other) => fold(other.nameEn) === fold(nameEn) || fold(other.nameEs) === fold(nameEs)
  )
  return isTaken ? 'nameTaken' : undefined
}
