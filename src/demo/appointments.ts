import type { appointments, encounters } from '../db/schema.ts'
import type { Calendar } from './calendar.ts'
import { idOf } from './chance.ts'
import { patientId } from './people.ts'
import type { Rows } from './store.ts'

type Appointment = typeof appointments.$inferInsert
type Encounter = typeof encounters.$inferInsert

const rao = 'Anita Rao, MD'
const center = {
  place: 'Hillside Cancer Care',
  address: '100 Hillside Way, Fayetteville, AR 72701',
  phone: '(479) 587-1700',
}

/** The days of Maria's chemotherapy, three weeks apart: six behind her, two ahead. */
export const cycles = (days: Calendar) => {
  const next = days.nextOfficeDay(3)
  return {
    next,
    past: [6, 5, 4, 3, 2, 1].map((back) => next - 21 * back),
    ahead: [next, days.nextOfficeDay(next + 21)],
  }
}

export function makeAppointments(days: Calendar): Rows {
  const { past, ahead } = cycles(days)
  const rows: Appointment[] = [
    ...past.flatMap((day) => treatmentDay(days, day, 'fulfilled')),
    ...ahead.flatMap((day) => treatmentDay(days, day, 'booked')),
    appointment('maria', 'scan', days.at(days.nextOfficeDay(12), '13:15'), {
      kind: 'imaging',
      status: 'booked',
      title: 'CT scan of the chest and abdomen',
      place: 'Washington Imaging Center',
      room: 'Suite 120',
      address: '2200 N College Ave, Fayetteville, AR 72703',
      phone: '(479) 555-0190',
      arriveAt: days.at(days.nextOfficeDay(12), '12:45'),
      preparation:
        'Do not eat for 4 hours before the scan.\nDrink water as usual.\nTell us if you are allergic to contrast dye.',
    }),
    appointment('maria', 'call', days.at(days.nextOfficeDay(8), '15:30'), {
      kind: 'telehealth',
      status: 'booked',
      title: 'Video visit with the dietitian',
      videoUrl: 'https://video.example/dietitian',
      clinician: 'Paul Ito, RD',
      changedAt: days.hoursAgo(30),
      previousStartsAt: days.at(days.nextOfficeDay(10), '10:00'),
      note: 'We moved this visit because Mr. Ito is away in the morning.',
    }),
    appointment('maria', 'moved shot', days.at(days.nextOfficeDay(5), '09:00'), {
      kind: 'injection',
      status: 'cancelled',
      cancelledAt: days.hoursAgo(52),
      ...center,
      note: 'Your counts are good enough. You do not need this shot.',
    }),
    appointment('maria', 'missed class', days.at(days.officeDay(-40), '11:00'), {
      kind: 'other',
      status: 'noshow',
      title: 'Chemotherapy class',
      ...center,
    }),
    appointment('maria', 'port', days.at(days.officeDay(-150), '07:30'), {
      kind: 'procedure',
      status: 'fulfilled',
      title: 'Port placement',
      place: 'Washington Regional, Outpatient Surgery',
      clinician: 'Samir Haddad, MD',
    }),
    ...['jorge', 'earl', 'june', 'thomas', 'olive', 'robert', 'frank'].flatMap((key, index) => [
      appointment(key, 'next visit', days.at(days.nextOfficeDay(1 + index * 2), `${9 + index}:00`), {
        kind: index % 3 === 1 ? 'infusion' : 'office-visit',
        status: index === 4 ? 'pending' : 'booked',
        clinician: rao,
        ...center,
      }),
      appointment(key, 'last visit', days.at(days.officeDay(-20 - index * 5), '10:30'), {
        kind: 'office-visit',
        status: 'fulfilled',
        clinician: rao,
        ...center,
      }),
    ]),
  ]
  return { appointments: rows, encounters: makeEncounters(days) }
}

/** Blood is drawn first; if the counts allow it, the visit and the infusion follow. */
function treatmentDay(days: Calendar, day: number, status: 'fulfilled' | 'booked'): Appointment[] {
  const at = (time: string) => days.at(day, time)
  return [
    appointment('maria', `lab ${day}`, at('08:30'), {
      kind: 'lab',
      status,
      endsAt: at('08:50'),
      arriveAt: at('08:20'),
      ...center,
      room: 'Lab, 1st floor',
      preparation: 'You may eat and drink.\nDrink a glass of water before you come.',
    }),
    appointment('maria', `visit ${day}`, at('09:30'), {
      kind: 'office-visit',
      status,
      endsAt: at('10:00'),
      clinician: rao,
      ...center,
      room: 'Clinic B, 1st floor',
      preparation: 'Bring a list of your medicines.\nWrite down your questions.',
    }),
    appointment('maria', `infusion ${day}`, at('10:30'), {
      kind: 'infusion',
      status,
      title: 'Chemotherapy infusion',
      endsAt: at('14:30'),
      clinician: 'Dana Reyes, RN',
      ...center,
      room: 'Infusion Center, 2nd floor',
      preparation:
        'Eat a light breakfast and drink water.\nWear a shirt with loose sleeves.\nBring something to read.\nPlan a ride home.',
    }),
  ]
}

const appointment = (
  key: string,
  what: string,
  startsAt: Date,
  rest: Pick<Appointment, 'kind' | 'status'> & Partial<Appointment>
): Appointment => ({
  id: idOf(`appointment ${key} ${what}`),
  patientId: patientId(key),
  startsAt,
  createdAt: new Date(startsAt.getTime() - 30 * 86_400_000),
  ...rest,
})

const makeEncounters = (days: Calendar): Encounter[] =>
  [
    {
      what: 'emergency',
      title: 'Emergency department visit',
      offset: -88,
      from: '19:20',
      to: '23:45',
      place: 'Washington Regional Medical Center',
      clinician: 'Lena Ross, MD',
    },
    {
      what: 'surgery',
      title: 'Hospital stay after surgery',
      offset: -175,
      from: '06:00',
      to: '23:00',
      place: 'Washington Regional Medical Center',
      clinician: 'Samir Haddad, MD',
    },
  ].map(({ what, title, offset, from, to, place, clinician }) => ({
    id: idOf(`encounter ${what}`),
    patientId: patientId('maria'),
    title,
    status: 'finished',
    startedAt: days.at(offset, from),
    endedAt: days.at(offset, to),
    place,
    clinician,
    source: 'demo',
    sourceId: what,
  }))
