import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { BackLink, Notice, OutsideLink, Pagination, SummaryList, Tag } from '../design/parts.tsx'
import { OfficePhone, telHref } from '../design/phone.tsx'
import type { Env } from '../env.ts'
import { localDate } from '../i18n/format.ts'
import { type Language, useFormat, useText } from '../i18n/text.ts'
import { href, paths, withQuery } from '../paths.ts'
import {
  type AppointmentStatus,
  addressFor,
  arrival,
  byDay,
  byYear,
  directionsUrl,
  hasMoved,
  joinWindow,
  overStatuses,
  pageSize,
  placeOf,
} from './appointment.ts'
import { type Ready, readyFor } from './ready.ts'
import { canAsk } from './requests/request.ts'
import type { Request } from './requests/store.ts'
import { RequestState } from './requests/views.tsx'
import type { Appointment, PastVisit } from './store.ts'

/** The day as a leaf of a calendar. The words beside it say the same, so it is silent. */
export const DateLeaf = ({ at }: { at: Date }) => {
  const format = useFormat()
  return (
    <span class='leaf' aria-hidden='true'>
      <b>{format.weekday(at)}</b>
      <i>{format.day(at)}</i>
      {format.month(at)}
    </span>
  )
}

/** What it is: the sender's own words where they say more than the kind. */
export const AppointmentName = ({ of }: { of: Pick<Appointment, 'kind' | 'title'> }) => {
  const t = useText().appointments
  return of.title ? <span lang='en'>{of.title}</span> : <span>{t.kind[of.kind]}</span>
}

/** Time and zone, and when to be there. */
export const TimeLine = ({ of }: { of: Pick<Appointment, 'startsAt' | 'arriveAt'> }) => {
  const t = useText().appointments
  const format = useFormat()
  return (
    <>
      <time datetime={of.startsAt.toISOString()}>
        <span class='vh'>{format.longDate(of.startsAt)}, </span>
        <b>{format.time(of.startsAt)}</b> {format.zone(of.startsAt)}
      </time>
      {of.arriveAt && ` · ${t.arriveBy(arrival(of.arriveAt, of.startsAt, format))}`}
    </>
  )
}

type Before = Pick<Appointment, 'place' | 'room' | 'previousPlace' | 'clinician' | 'previousClinician'>

export const TimeWas = ({ of }: { of: Pick<Appointment, 'startsAt' | 'previousStartsAt'> }) => {
  const t = useText().appointments
  const { moment } = useFormat()
  return (
    hasMoved(of) &&
    of.previousStartsAt && (
      <>
        <br />
        <small>{t.was(moment(of.previousStartsAt))}</small>
      </>
    )
  )
}

export const PlaceWas = ({ of }: { of: Before }) => {
  const t = useText().appointments
  if (!of.previousPlace || of.previousPlace === placeOf(of)) return null
  return (
    <>
      <br />
      <small>{t.wherePlace(of.previousPlace)}</small>
    </>
  )
}

export const WithWas = ({ of }: { of: Before }) => {
  const t = useText().appointments
  if (!of.previousClinician || of.previousClinician === of.clinician) return null
  return (
    <>
      <br />
      <small>{t.wasWith(of.previousClinician)}</small>
    </>
  )
}

export const StatusTags = ({ appointment }: { appointment: Appointment }) => {
  const t = useText().appointments
  const { status } = appointment
  return (
    <>
      {status === 'cancelled' || status === 'pending' ? (
        <Tag kind={status === 'cancelled' ? 'crit' : 'off'}>{t.status[status]}</Tag>
      ) : (
        <span class='m'>{t.status[status]}</span>
      )}{' '}
      {status !== 'cancelled' && (appointment.changedAt || hasMoved(appointment)) && (
        <Tag kind='new'>{t.changed}</Tag>
      )}
    </>
  )
}

/** A place is named as the schedule has it, whatever the language of the page. */
const AtPlace = ({ place, follows }: { place: string | null; follows: string }) =>
  place ? (
    <>
      {follows && '· '}
      <span lang='en'>{place}</span>
    </>
  ) : null

const Stop = ({ patientId, appointment }: { patientId: string; appointment: Appointment }) => {
  const t = useText().appointments
  const format = useFormat()
  const where = placeOf(appointment)
  const kind = t.kind[appointment.kind]
  const about = [appointment.title && kind, appointment.clinician && t.withName(appointment.clinician)]
    .filter(Boolean)
    .join(' · ')
  return (
    <li>
      <a class='row' href={href(paths.appointment, { patientId, appointmentId: appointment.id })}>
        <DateLeaf at={appointment.startsAt} />
        <span class='t'>
          <AppointmentName of={appointment} />
        </span>
        <span>
          <TimeLine of={appointment} />
          {hasMoved(appointment) && appointment.previousStartsAt && (
            <small> {t.was(format.moment(appointment.previousStartsAt))}</small>
          )}
        </span>
        <span class='m'>
          {about} <AtPlace place={where} follows={about} />
        </span>
        <span>
          <StatusTags appointment={appointment} />
        </span>
      </a>
    </li>
  )
}

const PastRow = ({ patientId, visit }: { patientId: string; visit: PastVisit }) => {
  const t = useText().appointments
  const format = useFormat()
  const status =
    visit.what === 'appointment'
      ? t.status[visit.status as Appointment['status']]
      : t.encounterStatus[visit.status]
  const about = [format.date(visit.startsAt), visit.clinician && t.withName(visit.clinician)]
    .filter(Boolean)
    .join(' · ')
  const content = (
    <>
      <span class='t'>
        {visit.kind ? (
          <AppointmentName of={{ kind: visit.kind, title: visit.title }} />
        ) : (
          <span lang='en'>{visit.title}</span>
        )}
      </span>
      <span class='m'>
        {about} <AtPlace place={visit.place} follows={about} />
      </span>
      {status &&
        (visit.status === 'cancelled' ? <Tag kind='crit'>{status}</Tag> : <span class='m'>{status}</span>)}
    </>
  )
  return (
    <li>
      {visit.what === 'appointment' ? (
        <a class='row' href={href(paths.appointment, { patientId, appointmentId: visit.id })}>
          {content}
        </a>
      ) : (
        <div class='row still'>{content}</div>
      )}
    </li>
  )
}

type ListProps = {
  patientId: string
  upcoming: Appointment[]
  past: PastVisit[]
  total: number
  page: number
  /** Which page of what lies ahead, and whether there is another. */
  ahead: number
  later: boolean
  now: Date
  timeZone: string
}

export const AppointmentsPage = (props: ListProps) => {
  const { patientId, upcoming, past, total, page, ahead, later, now, timeZone } = props
  const t = useText().appointments
  const format = useFormat()
  const today = localDate(now, timeZone)
  return (
    <section id='appointments' class='mid flow'>
      <h1>{t.title}</h1>
      {page === 1 && (
        <section class='flow' aria-labelledby='upcoming'>
          <h2 id='upcoming'>{t.upcoming}</h2>
          {upcoming.length === 0 && (
            <Notice title={t.noUpcoming}>
              <p>
                {t.callToBook} <OfficePhone />
              </p>
            </Notice>
          )}
          {byDay(upcoming, timeZone).map(([day, stops]) => (
            <>
              <div class='head'>
                <h3 class='day' id={`day-${day}`}>
                  {day === today && `${t.today}: `}
                  {stops[0] && format.fullDate(stops[0].startsAt)}
                </h3>
                {stops.length > 1 && (
                  <a
                    class='tap screen'
                    href={href(paths.treatmentDay, { patientId, day })}
                    aria-describedby={`day-${day}`}
                  >
                    {t.sheet}
                  </a>
                )}
              </div>
              <div class='card list'>
                <ul class='rows'>
                  {stops.map((appointment) => (
                    <Stop patientId={patientId} appointment={appointment} />
                  ))}
                </ul>
              </div>
            </>
          ))}
          {later && (
            <p>
              <a class='tap' href={withQuery(href(paths.appointments, { patientId }), { ahead: ahead + 1 })}>
                {t.moreAhead}
              </a>
            </p>
          )}
          <p>
            <a class='tap' href={href(paths.calendarSettings, { patientId })}>
              {t.calendar.link}
            </a>
          </p>
        </section>
      )}
      <section class='flow' aria-labelledby='past'>
        <h2 id='past'>{t.past}</h2>
        {past.length === 0 ? (
          <p>{t.noPast}</p>
        ) : (
          byYear(past, timeZone).map(([year, visits]) => (
            <>
              <h3 class='day'>{year}</h3>
              <div class='card list'>
                <ul class='rows'>
                  {visits.map((visit) => (
                    <PastRow patientId={patientId} visit={visit} />
                  ))}
                </ul>
              </div>
            </>
          ))
        )}
        <Pagination
          page={page}
          pages={Math.ceil(total / pageSize)}
          to={(number) => withQuery(href(paths.appointments, { patientId }), { page: number })}
        />
      </section>
    </section>
  )
}

/** Nothing more can be changed about these. */
const settled: AppointmentStatus[] = [...overStatuses, 'cancelled']

type DetailProps = {
  patientId: string
  appointment: Appointment
  requests: Request[]
  ready: Ready[]
  practice: { address: string; phone: string; timeZone: string }
  now: Date
}

export const AppointmentPage = (props: DetailProps) => {
  const { patientId, appointment, requests, practice, now } = props
  const t = useText().appointments
  const format = useFormat()
  const { startsAt, endsAt, status } = appointment
  const phone = appointment.phone ?? practice.phone
  const ready = readyFor(appointment, props.ready, getContext<Env>().var.language)
  const to = { patientId, appointmentId: appointment.id }
  const address = addressFor(appointment, practice.address)
  const facts: [string, Child][] = [
    [
      t.when,
      <>
        <time datetime={startsAt.toISOString()}>
          {format.fullDate(startsAt)}, {format.time(startsAt)} {format.zone(startsAt)}
        </time>
        {endsAt && ` ${t.until(format.time(endsAt))}`}
        <TimeWas of={appointment} />
      </>,
    ],
    [t.statusLabel, <StatusTags appointment={appointment} />],
  ]
  if (appointment.arriveAt) facts.splice(1, 0, [t.arrive, arrival(appointment.arriveAt, startsAt, format)])
  if (appointment.title) facts.push([t.kindLabel, t.kind[appointment.kind]])
  if (appointment.clinician || appointment.previousClinician)
    facts.push([
      t.who,
      <>
        {appointment.clinician}
        <WithWas of={appointment} />
      </>,
    ])
  if (placeOf(appointment))
    facts.push([
      t.where,
      <>
        <span lang='en'>{placeOf(appointment)}</span>
        <PlaceWas of={appointment} />
      </>,
    ])
  if (appointment.videoUrl && !settled.includes(status))
    facts.push([t.video, <Join appointment={appointment} url={appointment.videoUrl} now={now} />])
  if (address)
    facts.push([
      appointment.address ? t.address : t.ourOffice,
      <>
        {address}
        <br />
        <OutsideLink url={directionsUrl(address)} class='btn alt'>
          {t.directions}
        </OutsideLink>
      </>,
    ])
  facts.push([
    t.phone,
    <a class='nw' href={telHref(phone)}>
      {phone}
    </a>,
  ])

  return (
    <article id='appointment' class='mid flow'>
      <BackLink to={href(paths.appointments, { patientId })}>{t.title}</BackLink>
      <h1>
        <AppointmentName of={appointment} />
      </h1>
      {status === 'cancelled' && (
        <Notice kind='warn' title={t.cancelledTitle}>
          <p>
            {t.cancelledBody} <OfficePhone />
          </p>
          {appointment.cancelReason && (
            <p class='body' lang='en'>
              {appointment.cancelReason}
            </p>
          )}
        </Notice>
      )}
      <div class='card'>
        <SummaryList rows={facts} />
      </div>
      <RequestState {...to} requests={requests} />
      <div class='acts screen'>
        <a class='btn alt' href={href(paths.appointmentCalendar, to)} type='text/calendar'>
          {t.calendar.add}
        </a>
        <a
          class='tap'
          href={href(paths.treatmentDay, { patientId, day: localDate(startsAt, practice.timeZone) })}
        >
          {t.sheet}
        </a>
      </div>
      {ready.lines.length > 0 && status !== 'cancelled' && (
        <section class='card flow' aria-labelledby='ready'>
          <h2 id='ready'>{t.getReady}</h2>
          <Preparation {...ready} />
        </section>
      )}
      {appointment.note && (
        <Notice title={t.note}>
          <p class='body' lang='en'>
            {appointment.note}
          </p>
        </Notice>
      )}
      {canAsk(appointment, now) && requests.every(({ doneAt }) => doneAt) && (
        <p>
          {t.change} <OfficePhone /> {t.or} <a href={href(paths.appointmentRequest, to)}>{t.askChange}</a>.
        </p>
      )}
      <p class='screen'>
        <a
          class='tap'
          href={withQuery(href(paths.newMessage, { patientId }), { about: `appointment:${appointment.id}` })}
        >
          {t.ask}
        </a>
      </p>
    </article>
  )
}

/** A video visit is joined from a little before it begins until it ends; before that the page says from when. */
const Join = ({ appointment, url, now }: { appointment: Appointment; url: string; now: Date }) => {
  const t = useText().appointments
  const { moment } = useFormat()
  const { from, to } = joinWindow(appointment)
  if (now > to) return null
  return now < from ? (
    <span>{t.joinFrom(moment(from))}</span>
  ) : (
    <OutsideLink url={url} class='btn'>
      {t.join}
    </OutsideLink>
  )
}

export const Preparation = ({ lines, language }: { lines: string[]; language: Language }) => (
  <ul class='rule' lang={language}>
    {lines.map((line) => (
      <li>{line}</li>
    ))}
  </ul>
)
