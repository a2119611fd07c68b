import { kindByWords, type SentAppointment } from '../filing/appointment.ts'
import { type Draft, emptyDraft } from '../filing/draft.ts'
import type { Problem } from './ack.ts'
import type { Message, Segment } from './message.ts'
import type { Sender } from './oru.ts'
import { personName, readPid } from './person.ts'
import { momentOf } from './time.ts'

type Status = SentAppointment['status']

/** What the event itself says; S12 to S14 leave it to SCH-25. */
const byEvent: Record<string, Status> = {
  S15: 'cancelled',
  S16: 'cancelled',
  S17: 'removed',
  S26: 'noshow',
}

/** SCH-25 (table 0278), with the words that systems write into it. */
const byWord: [RegExp, Status][] = [
  [/^(pending|waitlist|wait|tentative|req)/i, 'pending'],
  [/^(cancel|blocked|dc|discontinued)/i, 'cancelled'],
  [/^(deleted|entered)/i, 'removed'],
  [/^no.?show/i, 'noshow'],
  [/^(started|arrived|checked)/i, 'arrived'],
  [/^(complete|fulfilled|done)/i, 'fulfilled'],
  [/./, 'booked'],
]

/** What ends an appointment that is on file need not say when it was. */
const endings = new Set<Status>(['cancelled', 'removed', 'noshow'])

const missing = (at: string, why: string): Problem => ({ verdict: 'AE', error: 'missing', at, why })

/** SIU^S12 to S17 and S26: one appointment, found again by its filler's number, else its placer's. */
export function readSiu(message: Message, sender: Sender): Draft | Problem {
  const sch = message.first('SCH')
  const pid = message.first('PID')
  if (!sch) return missing('SCH^1', 'SCH: there is no appointment in it.')
  if (!pid) return missing('PID^1', 'PID: an appointment must say whose it is.')
  const names = namesOf(sch)
  const [sourceId, ...otherNames] = names
  if (!sourceId) return missing('SCH^1^2', 'SCH-2 or SCH-1: there is no number to know the appointment by.')
  const status = statusOf(message, sch)
  const times = timesOf(message, sch, sender.zone)
  if (!times && !endings.has(status))
    return missing('SCH^1^11', 'TQ1-7 or SCH-11.4: it does not say when it starts.')
  const draft = emptyDraft({ mayRegister: false, newest: 'by-time' })
  const patient = readPid(pid, 0, sender.ownAuthorities)
  draft.patients.push(patient)
  const title = words(message.first('AIS'), 3) ?? words(sch, 7)
  const location = message.first('AIL')
  const about = [title, words(sch, 8), words(sch, 7)].filter(Boolean)
  const kind = kindByWords([...about, placeOf(location)].join(' '))
  draft.appointments.push({
    sourceId,
    otherNames,
    subject: patient.sourceId,
    kind: about.length === 0 && kind === 'other' ? undefined : kind,
    status,
    title,
    ...times,
    place: placeOf(location),
    room: location?.text(3, { comp: 2 }) ?? undefined,
    clinician: personName(message.first('AIP'), 3) ?? undefined,
    versionAt: momentOf(message.header.text(7), sender.zone),
  })
  return draft
}

function namesOf(sch: Segment) {
  const number = (field: number) =>
    sch.text(field) && [1, 2, 3].map((comp) => sch.text(field, { comp }) ?? '').join('^')
  const [placer, filler] = [number(1), number(2)]
  return [filler && `SIU|F${filler}`, placer && `SIU|P${placer}`].flatMap((name) => name || [])
}

function statusOf(message: Message, sch: Segment): Status {
  const event = message.kind.split('^')[1] ?? ''
  const said = sch.text(25) ?? sch.text(25, { comp: 2 })
  return byEvent[event] ?? (said ? byWord.find(([word]) => word.test(said))?.[1] : undefined) ?? 'booked'
}

/** Resources with a time of their own: where it stands in each. */
const resources: Record<string, number> = { AIS: 4, AIG: 8, AIL: 6, AIP: 6 }

/**
 * TQ1 speaks first (2.5 and later), then SCH-11; resources only where both are silent. Where a resource says another
 * time, the schedule wins, and staff see what it said (interfaces.md, section 4).
 */
function timesOf(message: Message, sch: Segment, zone: string) {
  const tq1 = message.first('TQ1')
  const others = message.segments.flatMap((segment) => {
    const field = resources[segment.name]
    const sent = field ? segment.text(field) : null
    const at = momentOf(sent, zone)
    return at ? [{ name: segment.name, sent, at }] : []
  })
  const said = momentOf(tq1?.text(7) ?? null, zone) ?? momentOf(sch.text(11, { comp: 4 }), zone)
  const startsAt = said ?? others[0]?.at
  if (!startsAt) return undefined
  const end = momentOf(tq1?.text(8) ?? null, zone) ?? momentOf(sch.text(11, { comp: 5 }), zone)
  const odd = others.filter(({ at }) => at.getTime() !== startsAt.getTime())
  return {
    startsAt,
    endsAt: end && end > startsAt ? end : endByDuration(sch, startsAt),
    conflict:
      odd
        .map(({ name, sent }) => `${name} ${sent}`)
        .join(', ')
        .slice(0, 200) || null,
  }
}

/** SCH-9 and SCH-10: minutes unless it says seconds, hours or days. */
function endByDuration(sch: Segment, startsAt: Date) {
  const length = Number(sch.text(9) ?? Number.NaN)
  const unit = sch.text(10)?.toLowerCase() ?? 'min'
  const minutes = /^s/.test(unit)
    ? length / 60
    : /^h/.test(unit)
      ? length * 60
      : /^d/.test(unit)
        ? length * 1440
        : length
  return minutes > 0 && minutes <= 1440 ? new Date(startsAt.getTime() + minutes * 60_000) : undefined
}

/** A coded field in words: its text, else its code. */
const words = (segment: Segment | undefined, field: number) =>
  segment?.text(field, { comp: 2 }) ?? segment?.text(field) ?? undefined

/** AIL-3 (PL): the facility and the point of care. */
const placeOf = (location: Segment | undefined) =>
  [...new Set([location?.text(3, { comp: 4 }), location?.text(3)])].filter(Boolean).join(', ') || undefined
