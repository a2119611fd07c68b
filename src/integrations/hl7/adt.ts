import { type Draft, Skips } from '../filing/draft.ts'
import type { Problem } from './ack.ts'
import type { Message } from './message.ts'
import type { Sender } from './oru.ts'
import { readPid } from './person.ts'
import { momentOf } from './time.ts'

/** ADT^A01, A04, A08, A28, A31: who someone is. Only the practice's own system brings new people into the files. */
export function readAdt(message: Message, sender: Sender): Draft | Problem {
  const pid = message.first('PID')
  if (!pid) return { verdict: 'AE', error: 'missing', at: 'PID^1', why: 'PID: it must say whom it is about.' }
  const read = readPid(pid, 0, sender.ownAuthorities)
  if (read.identifiers.length === 0)
    return {
      verdict: 'AE',
      error: 'missing',
      at: 'PID^1^3',
      why: 'PID-3: there is no number to know the patient by.',
    }
  const skipped = new Skips()
  const isOwn = read.mrn !== null && read.familyName !== ''
  if (!isOwn) skipped.add('PID', 'bears no record number of the practice')
  return {
    patients: isOwn ? [{ ...read, versionAt: momentOf(message.header.text(7), sender.zone) }] : [],
    encounters: [],
    appointments: [],
    reports: [],
    observations: new Map(),
    skipped,
    mayRegister: true,
    newest: 'by-time',
  }
}
