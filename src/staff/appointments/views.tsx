import { getContext } from 'hono/context-storage'
import { byDay } from '../../appointments/appointment.ts'
import type { Answered, Waiting } from '../../appointments/requests/store.ts'
import { AppointmentName, TimeLine } from '../../appointments/views.tsx'
import { appointmentKinds } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import {
  Checkbox,
  describedBy,
  FieldNotes,
  Select,
  SubmissionId,
  TextArea,
  TextField,
} from '../../design/field.tsx'
import { BackLink, Button, Notice, Tag } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { type Clash, clashesOf, type Planned, type Row } from './booking.ts'
import type { ForDesk, Listed } from './store.ts'

type ScheduleProps = {
  rows: Listed[]
  more: boolean
  places: string[]
  others: Row[]
  day: string
  isWeek: boolean
  today: string
  timeZone: string
  place: string | undefined
  step: (days: number) => string
}

/** A day or a week of the practice, everywhere or at one place. */
export const SchedulePage = (props: ScheduleProps) => {
  const { rows, more, places, others, day, isWeek, today, timeZone, place, step } = props
  const t = useText().schedule
  const { fullCalendarDate, time } = useFormat()
  const { now } = getContext<Env>().var
  const all = [...rows.map(({ appointment }) => appointment), ...others]
  const next = rows.find(({ appointment: { startsAt, status } }) => startsAt > now && status !== 'cancelled')
  const span = isWeek ? 'week' : undefined
  const to = (query: Record<string, string | undefined>) =>
    withQuery(paths.adminSchedule, { day, span, place, ...query })
  const length = isWeek ? 7 : 1
  return (
    <section id='schedule' class='flow'>
      <div class='head'>
        <h1>{t.title}</h1>
        <div class='acts'>
          {next && next !== rows[0] && (
            <a href={`#visit-${next.appointment.id}`}>{t.next(time(next.appointment.startsAt))}</a>
          )}
          <a href={paths.adminAppointmentRequests}>{t.requests}</a>
          <a href={paths.adminPreparation}>{t.toPreparation}</a>
        </div>
      </div>
      <div class='strip'>
        <form method='get' action={paths.adminSchedule} class='find'>
          <TextField
            name='day'
            label={t.date}
            type='date'
            form={{ typed: { day }, errors: {} }}
            autocomplete='off'
          />
          {span && <input type='hidden' name='span' value={span} />}
          <Button>{t.go}</Button>
        </form>
        <nav aria-label={t.date}>
          <ul class='chips'>
            <li>
              <a href={to({ day: step(-length) })}>{t.before}</a>
            </li>
            <li>
              <a href={to({ day: today })}>{t.today}</a>
            </li>
            <li>
              <a href={to({ day: step(length) })}>{t.after}</a>
            </li>
            <li>
              <a href={to({ span: undefined })} aria-current={isWeek ? undefined : 'page'}>
                {t.day}
              </a>
            </li>
            <li>
              <a href={to({ span: 'week' })} aria-current={isWeek ? 'page' : undefined}>
                {t.week}
              </a>
            </li>
          </ul>
        </nav>
      </div>
      {places.length > 1 && (
        <nav aria-label={t.where}>
          <ul class='chips'>
            <li>
              <a href={to({ place: undefined })} aria-current={place ? undefined : 'page'}>
                {t.all}
              </a>
            </li>
            {places.map((each) => (
              <li>
                <a href={to({ place: each })} aria-current={each === place ? 'page' : undefined}>
                  {each}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {more && (
        <Notice kind='warn'>
          <p>{t.tooMany}</p>
        </Notice>
      )}
      {rows.length === 0 && (
        <>
          <h2>{fullCalendarDate(day)}</h2>
          <p>
            {t.none} <a href={paths.adminPatients}>{t.bookFor}</a>
          </p>
        </>
      )}
      {byDay(
        rows.map((row) => ({ ...row, startsAt: row.appointment.startsAt })),
        timeZone
      ).map(([date, visits]) => (
        <>
          <h2 id={`d-${date}`}>{fullCalendarDate(date)}</h2>
          <VisitTable rows={visits} all={all} labelledBy={`d-${date}`} />
        </>
      ))}
    </section>
  )
}

const states = { cancelled: 'crit', pending: 'off' } as const

type VisitsProps = { rows: Listed[]; all: Row[]; labelledBy: string; ofOne?: boolean }

/** Visits of one day, by patient; or of one patient, by day. */
const VisitTable = ({ rows, all, labelledBy, ofOne = false }: VisitsProps) => {
  const { schedule: t, appointments } = useText()
  const { shortDate } = useFormat()
  return (
    <div class='card list'>
      <table class='queue' aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope='col'>{ofOne ? t.date : t.time}</th>
            <th scope='col'>{ofOne ? t.time : t.patient}</th>
            <th scope='col'>{t.what}</th>
            <th scope='col'>{t.where}</th>
            <th scope='col'>{t.state}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ appointment, ...patient }) => (
            <tr>
              {!ofOne && (
                <td data-label={t.time}>
                  <TimeLine of={appointment} />
                </td>
              )}
              <th scope='row'>
                <a
                  id={`visit-${appointment.id}`}
                  href={href(paths.adminAppointment, {
                    patientId: appointment.patientId,
                    appointmentId: appointment.id,
                  })}
                >
                  {ofOne ? shortDate(appointment.startsAt) : fullName(patient)}
                </a>
              </th>
              {ofOne && (
                <td data-label={t.time}>
                  <TimeLine of={appointment} />
                </td>
              )}
              <td data-label={t.what}>
                <AppointmentName of={appointment} />
                {appointment.clinician && (
                  <>
                    <br />
                    <small>{appointments.withName(appointment.clinician)}</small>
                  </>
                )}
              </td>
              <td data-label={t.where}>
                {appointment.place}
                {appointment.room && (
                  <>
                    {appointment.place && <br />}
                    <small>{appointment.room}</small>
                  </>
                )}
              </td>
              <td data-label={t.state}>
                {appointment.status === 'cancelled' || appointment.status === 'pending' ? (
                  <Tag kind={states[appointment.status]}>{appointments.status[appointment.status]}</Tag>
                ) : (
                  appointments.status[appointment.status]
                )}
                <Clashes clashes={clashesOf(appointment, all)} conflict={appointment.conflict} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Clashes = ({ clashes, conflict }: { clashes: Clash[]; conflict: string | null }) => {
  const t = useText().schedule
  return (
    <>
      {clashes.map((clash) => (
        <>
          {' '}
          <Tag kind='off'>{t.clashes[clash]}</Tag>
        </>
      ))}
      {conflict && (
        <>
          {' '}
          <Tag kind='off'>{t.conflict(conflict)}</Tag>
        </>
      )}
    </>
  )
}

type PatientProps = { rows: Listed[]; others: Row[]; patient: Patient; mayOpenPatient: boolean }

export const PatientAppointmentsPage = ({ rows, others, patient, mayOpenPatient }: PatientProps) => {
  const t = useText().schedule
  const to = { patientId: patient.id }
  const all = [...rows.map(({ appointment }) => appointment), ...others]
  return (
    <section id='patient-appointments' class='flow'>
      <BackLink to={mayOpenPatient ? href(paths.adminPatient, to) : paths.adminSchedule}>
        {mayOpenPatient ? fullName(patient) : t.title}
      </BackLink>
      <div class='head'>
        <h1 id='theirs'>{t.ofPatient}</h1>
        <a class='btn' href={href(paths.adminAppointmentNew, to)}>
          {t.add}
        </a>
      </div>
      {rows.length === 0 ? <p>{t.none}</p> : <VisitTable rows={rows} all={all} labelledBy='theirs' ofOne />}
    </section>
  )
}

type FormProps = { patient: Patient; form: Form }

export const BookingPage = ({ patient, form }: FormProps) => {
  const t = useText().schedule
  const to = { patientId: patient.id }
  return (
    <section id='booking' class='mid flow'>
      <BackLink to={href(paths.adminPatientAppointments, to)}>{fullName(patient)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.newTitle}</h1>
      <form method='post' action={href(paths.adminAppointmentNew, to)} novalidate>
        <SubmissionId form={form} />
        <TimeFields form={form} />
        <div class='fields'>
          <Select
            name='every'
            label={t.repeat}
            form={form}
            choices={(['', '7', '14', '21', '28'] as const).map((value) => ({
              value,
              label: t.repeats[value],
            }))}
          />
          <TextField name='times' label={t.times} form={form} inputmode='numeric' autocomplete='off' />
        </div>
        <ToldFields form={form} />
        <Button>{t.look}</Button>
      </form>
    </section>
  )
}

const TimeFields = ({ form }: { form: Form }) => {
  const { schedule: t, appointments } = useText()
  const plain = { form, autocomplete: 'off' }
  return (
    <>
      <div class='fields'>
        <Select
          name='kind'
          label={t.kind}
          form={form}
          choices={appointmentKinds.map((value) => ({ value, label: appointments.kind[value] }))}
        />
        <TextField name='title' label={t.name} hint={t.nameHint} {...plain} />
      </div>
      <div class='fields'>
        <TextField name='date' label={t.dateField} type='date' {...plain} />
        <TextField name='time' label={t.timeField} hint={t.timeHint} type='time' {...plain} />
        <TextField name='minutes' label={t.minutes} inputmode='numeric' {...plain} />
      </div>
      <div class='fields'>
        <TextField name='place' label={t.place} {...plain} />
        <TextField name='room' label={t.room} {...plain} />
        <TextField name='address' label={t.address} {...plain} />
      </div>
      <div class='fields'>
        <TextField name='clinician' label={t.clinician} {...plain} />
        <TextField name='phone' label={t.phone} type='tel' {...plain} />
      </div>
    </>
  )
}

const ToldFields = ({ form }: { form: Form }) => {
  const t = useText().schedule
  const plain = { form, autocomplete: 'off' }
  return (
    <>
      <div class='fields'>
        <TextField name='arrive' label={t.arrive} inputmode='numeric' {...plain} />
        <TextField name='videoUrl' label={t.video} hint={t.videoHint} inputmode='url' {...plain} />
      </div>
      <div class='fields'>
        <TextArea name='preparation' label={t.preparation} hint={t.preparationHint} form={form} rows={4} />
        <TextArea name='note' label={t.note} form={form} rows={4} />
      </div>
    </>
  )
}

type PreviewProps = {
  patient: Patient
  typed: Form['typed']
  planned: (Planned & { clashes: Clash[] })[]
}

/** Every time that would be booked, with what stands in its way, before any of it is. */
export const PreviewPage = ({ patient, typed, planned }: PreviewProps) => {
  const t = useText().schedule
  const { fullDate, time, zone } = useFormat()
  const to = { patientId: patient.id }
  const { act: _, ...fields } = typed
  return (
    <section id='preview' class='mid flow'>
      <BackLink to={href(paths.adminPatientAppointments, to)}>{fullName(patient)}</BackLink>
      <h1>{t.previewTitle}</h1>
      <div class='card'>
        <ul class='rule'>
          {planned.map(({ startsAt, isClosed, clashes }) => (
            <li>
              {fullDate(startsAt)}, {time(startsAt)} {zone(startsAt)}{' '}
              {isClosed && <Tag kind='off'>{t.closed}</Tag>}
              <Clashes clashes={clashes} conflict={null} />
            </li>
          ))}
        </ul>
      </div>
      <p class='soft'>{t.tells}</p>
      <form method='post' action={href(paths.adminAppointmentNew, to)} class='acts'>
        {Object.entries(fields).map(([name, value]) => (
          <input type='hidden' name={name} value={value} />
        ))}
        <Button name='act' value='book'>
          {planned.length > 1 ? t.bookAll(planned.length) : t.book}
        </Button>
        <Button kind='alt' name='act' value='back'>
          {t.back}
        </Button>
      </form>
    </section>
  )
}

type ChangeProps = ForDesk & FormProps

/** One appointment as the front desk changes it; of one that another system keeps, what may be told besides. */
export const ChangePage = ({ appointment, sender, request, others, patient, form }: ChangeProps) => {
  const { schedule: t, appointments } = useText()
  const { moment } = useFormat()
  const to = { patientId: patient.id, appointmentId: appointment.id }
  const isOpen = appointment.status === 'booked' || appointment.status === 'pending'
  return (
    <section id='change' class='mid flow'>
      <BackLink to={href(paths.adminPatientAppointments, to)}>{fullName(patient)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.changeTitle}</h1>
      <p>
        <AppointmentName of={appointment} />, {moment(appointment.startsAt)},{' '}
        {appointments.status[appointment.status]}
        <Clashes clashes={clashesOf(appointment, others)} conflict={appointment.conflict} />
      </p>
      {request && (
        <Notice kind='warn' title={t.asked[request.kind]}>
          {request.words && <p class='body'>{request.words}</p>}
          <p>
            <a href={paths.adminAppointmentRequests}>{t.requests}</a>
          </p>
        </Notice>
      )}
      {sender && (
        <Notice>
          <p>{t.owned(sender)}</p>
        </Notice>
      )}
      {isOpen || Object.keys(form.errors).length > 0 ? (
        <>
          <form method='post' action={href(paths.adminAppointment, to)} novalidate>
            <input type='hidden' name='seen' value={form.typed.seen} />
            {!sender && <TimeFields form={form} />}
            <ToldFields form={form} />
            <p class='soft'>{t.tells}</p>
            <Button>{t.save}</Button>
          </form>
          {!sender && isOpen && (
            <p>
              <a href={href(paths.adminAppointmentCancellation, to)}>{t.cancel}</a>
            </p>
          )}
        </>
      ) : (
        <p>{t.settled}</p>
      )}
    </section>
  )
}

type CancellationProps = ForDesk & FormProps

export const CancellationPage = ({ appointment, patient, form }: CancellationProps) => {
  const t = useText().schedule
  const { moment } = useFormat()
  const to = { patientId: patient.id, appointmentId: appointment.id }
  return (
    <section id='cancellation' class='narrow flow'>
      <BackLink to={href(paths.adminAppointment, to)}>{fullName(patient)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.cancelTitle}</h1>
      <p>
        <AppointmentName of={appointment} />, {moment(appointment.startsAt)}
      </p>
      <form method='post' action={href(paths.adminAppointmentCancellation, to)} novalidate>
        <input type='hidden' name='seen' value={form.typed.seen} />
        <TextArea name='reason' label={t.reason} form={form} rows={3} />
        {appointment.seriesId && (
          <Checkbox name='series' form={form}>
            {t.series}
          </Checkbox>
        )}
        <p class='soft'>{t.tells}</p>
        <div class='acts'>
          <Button kind='stop'>{t.cancel}</Button>
          <a class='btn alt' href={href(paths.adminAppointment, to)}>
            {t.keep}
          </a>
        </div>
      </form>
    </section>
  )
}

type RequestsProps = { rows: Waiting[]; more: boolean; form: Form; late?: Late }

/** An answer that came too late, with the words that somebody wrote. */
type Late = Answered & { typed: string }

const LateAnswer = ({ request, answeredBy, typed, ...patient }: Late) => {
  const { schedule: t } = useText()
  return (
    <Notice kind='warn' title={t.late(fullName(patient))}>
      <p>{t.lateBecause[request.outcome ?? 'done'](answeredBy ?? '')}</p>
      {request.answer && <p class='body'>{request.answer}</p>}
      {typed && (
        <>
          <p>{t.lateWords}</p>
          <p class='body'>{typed}</p>
        </>
      )}
    </Notice>
  )
}

export const RequestsPage = ({ rows, more, form, late }: RequestsProps) => {
  const t = useText().schedule
  const { moment } = useFormat()
  return (
    <section id='requests' class='flow'>
      <BackLink to={paths.adminSchedule}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.requests}</h1>
      {late && <LateAnswer {...late} />}
      {more && (
        <Notice kind='warn'>
          <p>{t.moreRequests(rows.length)}</p>
        </Notice>
      )}
      {rows.length === 0 && (
        <Notice kind='good'>
          <p>{t.noRequests}</p>
        </Notice>
      )}
      <div class='cols halves'>
        {rows.map(({ request, ...about }) => {
          const isTheirs = form.typed.requestId === request.id
          const own: Form = isTheirs ? form : { typed: {}, errors: {} }
          const error = own.errors.answer ?? own.errors.outcome
          // The one that was refused is where the summary of what is wrong leads to.
          const field = isTheirs ? 'answer' : `a-${request.id}`
          return (
            <section class='card flow' aria-labelledby={`r-${request.id}`}>
              <h2 id={`r-${request.id}`}>
                {fullName(about)}: {t.asked[request.kind]}
              </h2>
              <p>
                <AppointmentName of={about} />, {moment(about.startsAt)}
              </p>
              {request.words && <p class='body'>{request.words}</p>}
              <p class='soft'>
                {t.askedBy(about.askedBy, moment(request.askedAt))}{' '}
                {about.phone && <a href={telHref(about.phone)}>{about.phone}</a>}
              </p>
              <p>
                <a
                  href={href(paths.adminAppointment, {
                    patientId: request.patientId,
                    appointmentId: request.appointmentId,
                  })}
                >
                  {t.openIt}
                </a>
              </p>
              <form
                method='post'
                action={href(paths.adminAppointmentRequest, { requestId: request.id })}
                novalidate
              >
                <div class='f'>
                  <label for={field}>{t.answer}</label>
                  <FieldNotes name={field} hint={t.answerHint} error={error} />
                  <textarea
                    id={field}
                    name='answer'
                    rows={3}
                    aria-invalid={error ? 'true' : undefined}
                    aria-describedby={describedBy(field, t.answerHint, error)}
                  >
                    {`\n${own.typed.answer ?? ''}`}
                  </textarea>
                </div>
                <div class='acts'>
                  <Button name='outcome' value='done'>
                    {t.done}
                  </Button>
                  <Button kind='alt' name='outcome' value='declined'>
                    {t.declined}
                  </Button>
                </div>
              </form>
            </section>
          )
        })}
      </div>
    </section>
  )
}

export const PreparationPage = ({ form }: { form: Form }) => {
  const { schedule: t, appointments } = useText()
  return (
    <section id='preparation' class='mid flow'>
      <BackLink to={paths.adminSchedule}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.preparationTitle}</h1>
      <p>{t.preparationIntro}</p>
      <form method='post' action={paths.adminPreparation} novalidate>
        <input type='hidden' name='seen' value={form.typed.seen} />
        {appointmentKinds.map((kind) => (
          <div class='fields'>
            <TextArea
              name={`${kind}-en`}
              label={t.english(appointments.kind[kind])}
              form={form}
              lang='en'
              rows={3}
            />
            <TextArea
              name={`${kind}-es`}
              label={t.spanish(appointments.kind[kind])}
              form={form}
              lang='es'
              rows={3}
            />
          </div>
        ))}
        <Button>{t.save}</Button>
      </form>
    </section>
  )
}
