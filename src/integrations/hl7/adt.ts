import { type Draft, emptyDraft } from '../filing/draft.ts'
import { recordNumber, type SentPatient } from '../filing/patient.ts'
import type { Problem } from './ack.ts'
import type { Message, Segment } from './message.ts'
import type { Sender } from './oru.ts'
import { identifiersIn, readPid, renamedBy, subjectOf } from './person.ts'
import { momentOf } from './time.ts'

const kind = { mayRegister: true, newest: 'by-time' } as const
const notOurs = 'bears no record number of the practice'

const missing = (at: string, why: string): Problem => ({ verdict: 'AE', error: 'missing', at, why })

/** ADT^A01, A04, A08, A28, A31: who someone is. Only the practice's own system brings new people into the files. */
export function readAdt(message: Message, sender: Sender): Draft | Problem {
  const pid = message.first('PID')
  if (!pid) return missing('PID^1', 'PID: it must say whom it is about.')
  const read = readPerson(pid, message, sender)
  if ('verdict' in read) return read
  const draft = emptyDraft(kind)
  if (isOwn(read)) draft.patients.push(read)
  else draft.skipped.add('PID', notOurs)
  return draft
}

/** ADT^A40: the record of each MRG is the same person's as that of the PID before it, and moves into it. */
export function readMerge(message: Message, sender: Sender): Draft | Problem {
  const draft = emptyDraft(kind)
  let survivor: SentPatient | undefined
  for (const segment of message.segments) {
    if (segment.name === 'PID') {
      const read = readPerson(segment, message, sender)
      if ('verdict' in read) return read
      survivor = read
    } else if (segment.name === 'MRG') {
      const identifiers = identifiersIn(segment, 1)
      if (!survivor) return missing('PID^1', 'PID: it must say which record stays.')
      if (identifiers.length === 0) return missing('MRG^1^1', 'MRG-1: it must say which record goes.')
      const mrn = recordNumber(identifiers, sender.ownAuthorities)
      // Whose records are one person's is the practice's own to say.
      if (!isOwn(survivor) || mrn === null) {
        draft.skipped.add('MRG', notOurs)
        continue
      }
      const { sourceId } = survivor
      if (!draft.patients.some((each) => each.sourceId === sourceId)) draft.patients.push(survivor)
      draft.merges.push({
        survivor: sourceId,
        retired: { sourceId: subjectOf(identifiers, 0), mrn, identifiers },
        renamed: renamedBy(identifiers, survivor.identifiers),
      })
    }
  }
  return draft.merges.length === 0 && draft.skipped.list.length === 0
    ? missing('MRG^1', 'MRG: it must say which record goes.')
    : draft
}

function readPerson(pid: Segment, message: Message, sender: Sender): SentPatient | Problem {
  const read = readPid(pid, 0, sender.ownAuthorities)
  if (read.identifiers.length === 0)
    return missing('PID^1^3', 'PID-3: there is no number to know the patient by.')
  return { ...read, versionAt: momentOf(message.header.text(7), sender.zone) }
}

const isOwn = ({ mrn, familyName }: SentPatient) => mrn !== null && familyName !== ''
