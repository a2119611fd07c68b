import { getContext } from 'hono/context-storage'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { SubmissionId, TextArea } from '../../design/field.tsx'
import { BackLink, Button, OutsideLink } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { addressFor, directionsUrl, placeOf } from '../appointment.ts'
import { readyFor } from '../ready.ts'
import type { Appointment } from '../store.ts'
import { AppointmentName, PlaceWas, Preparation, StatusTags, TimeLine, TimeWas, WithWas } from '../views.tsx'
import type { Day } from './store.ts'

type Props = Day & {
  patientId: string
  day: string
  form: Form
  practice: { address: string; phone: string }
  now: Date
  /** The questions were changed a moment ago. */
  atQuestions: boolean
}

/** One day of treatment on one sheet, to be printed and taken along: where to be when, and what to ask. */
export const DayPage = ({ stops, questions, ready, patientId, day, form, practice, atQuestions }: Props) => {
  const { appointments } = useText()
  const t = appointments.day
  const { fullCalendarDate } = useFormat()
  const to = { patientId, day }
  return (
    <article id='day' class='mid flow'>
      <BackLink to={href(paths.appointments, { patientId })}>{appointments.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{fullCalendarDate(day)}</h1>
      {stops.length > 1 && (
        <p class='screen'>
          <a class='tap' href={href(paths.dayCalendar, to)} type='text/calendar'>
            {appointments.calendar.addDay}
          </a>
        </p>
      )}
      {stops.map((stop) => (
        <DayStop stop={stop} patientId={patientId} practice={practice} ready={ready} />
      ))}
      <section class='flow' aria-labelledby='questions'>
        <h2 id='questions' tabindex={-1} autofocus={atQuestions}>
          {t.questions}
        </h2>
        {questions.length === 0 ? (
          <p class='soft'>{t.noQuestions}</p>
        ) : (
          <div class='card'>
            <ul class='rule'>
              {questions.map((question) => (
                <li>
                  <span class='body'>{question.body}</span> <small>{fullName(question)}</small>
                  <form
                    class='screen'
                    method='post'
                    action={href(paths.questionRemoval, { ...to, questionId: question.id })}
                  >
                    <Button kind='text'>
                      {t.remove} <span class='vh'>{question.body}</span>
                    </Button>
                  </form>
                </li>
              ))}
            </ul>
          </div>
        )}
        <div class='screen'>
          <form method='post' action={href(paths.treatmentDay, to)} novalidate>
            <SubmissionId form={form} />
            <TextArea name='body' label={t.question} hint={t.questionHint} form={form} rows={3} />
            <Button kind='alt'>{t.save}</Button>
          </form>
        </div>
      </section>
    </article>
  )
}

type StopProps = Pick<Props, 'patientId' | 'practice' | 'ready'> & { stop: Appointment }

const DayStop = ({ stop, patientId, practice, ready }: StopProps) => {
  const { appointments: t } = useText()
  const phone = stop.phone ?? practice.phone
  const address = addressFor(stop, practice.address)
  const getReady = readyFor(stop, ready, getContext<Env>().var.language)
  const isOff = stop.status === 'cancelled'
  return (
    <section class='card flow' aria-labelledby={`stop-${stop.id}`}>
      <h2 id={`stop-${stop.id}`}>
        <a href={href(paths.appointment, { patientId, appointmentId: stop.id })}>
          <AppointmentName of={stop} />
        </a>
      </h2>
      <p>
        <TimeLine of={stop} />
        <TimeWas of={stop} />
        <br />
        <StatusTags appointment={stop} />
      </p>
      <p>
        <span lang='en'>{[placeOf(stop), address].filter(Boolean).join(' · ')}</span>
        {stop.clinician && ` · ${t.withName(stop.clinician)}`}
        <PlaceWas of={stop} />
        <WithWas of={stop} />
      </p>
      {address && !isOff && (
        <p class='screen'>
          <OutsideLink url={directionsUrl(address)} class='btn alt'>
            {t.directions}
          </OutsideLink>
        </p>
      )}
      <p>
        {t.phone}:{' '}
        <a class='tap nw' href={telHref(phone)}>
          {phone}
        </a>
      </p>
      {!isOff && getReady.lines.length > 0 && (
        <>
          <h3>{t.getReady}</h3>
          <Preparation {...getReady} />
        </>
      )}
      {stop.note && (
        <>
          <h3>{t.note}</h3>
          <p class='body' lang='en'>
            {stop.note}
          </p>
        </>
      )}
    </section>
  )
}
