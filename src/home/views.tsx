import { getContext } from 'hono/context-storage'
import { addressFor, directionsUrl, placeOf } from '../appointments/appointment.ts'
import { type Ready, readyFor } from '../appointments/ready.ts'
import type { Appointment } from '../appointments/store.ts'
import { AppointmentName, DateLeaf, Preparation, TimeLine } from '../appointments/views.tsx'
import { Button, OutsideLink, Tag } from '../design/parts.tsx'
import { UrgentHelp } from '../design/phone.tsx'
import type { Env } from '../env.ts'
import { useFormat, useText } from '../i18n/text.ts'
import type { Patient } from '../identity/visit.ts'
import type { ReportSummary } from '../labs/store.ts'
import { ReportRow } from '../labs/views.tsx'
import type { ThreadSummary } from '../messages/store.ts'
import { AuthorName } from '../messages/views.tsx'
import { href, paths } from '../paths.ts'
import { dayPart } from './today.ts'

type HomeProps = {
  patient: Patient
  name: string
  now: Date
  next: { isToday: boolean; visits: Appointment[]; more: number }
  officeAddress: string
  ready: Ready[]
  threads: ThreadSummary[]
  reports: ReportSummary[]
  /** The person a caregiver may have a link to a new password sent to. */
  helped: { givenName: string } | null
}

export const HomePage = ({
  patient,
  name,
  now,
  next,
  officeAddress,
  ready,
  threads,
  reports,
  helped,
}: HomeProps) => {
  const { home: t, common, messages } = useText()
  const format = useFormat()
  const { id: patientId } = patient
  const nothing = [
    next.visits.length === 0 && t.noAppointment,
    threads.length === 0 && t.noMessages,
    reports.length === 0 && t.noReports,
  ].filter(Boolean)
  return (
    <section id='home' class='flow'>
      <div>
        <h1>{t.greeting[dayPart(Number(format.hour(now)))](name)}</h1>
        <p class='soft'>{format.longDate(now)}</p>
      </div>
      <div class='cols two'>
        <div class='flow'>
          {next.visits.length > 0 && (
            <section class='card flow' aria-labelledby='next'>
              <h2 id='next'>{next.isToday ? t.today : t.nextAppointment}</h2>
              {next.visits.map((appointment) => (
                <NextVisit {...{ patientId, appointment, officeAddress, ready }} />
              ))}
              {next.more > 0 && (
                <p>
                  {t.moreStops(next.more)}{' '}
                  <a href={href(paths.appointments, { patientId })}>{t.allAppointments}</a>
                </p>
              )}
            </section>
          )}
          {threads.length > 0 && (
            <section class='card' aria-labelledby='new-messages'>
              <h2 id='new-messages'>{t.newMessages}</h2>
              <ul class='rows'>
                {threads.map((thread) => (
                  <ThreadRow patient={patient} thread={thread} />
                ))}
                <li>
                  <a class='row' href={href(paths.messages, { patientId })}>
                    <span class='t'>{t.allMessages}</span>
                  </a>
                </li>
              </ul>
            </section>
          )}
          {nothing.length === 3 ? (
            <section class='card flow' aria-labelledby='nothing'>
              <h2 id='nothing'>{t.nothing}</h2>
              <p>{nothing.join(' ')}</p>
              <a class='btn alt' href={href(paths.newMessage, { patientId })}>
                {messages.newMessage}
              </a>
            </section>
          ) : (
            nothing.length > 0 && <p class='soft'>{nothing.join(' ')}</p>
          )}
        </div>
        <div class='flow'>
          {reports.length > 0 && (
            <section class='card' aria-labelledby='new-reports'>
              <h2 id='new-reports'>{reports.length === 1 ? t.newReport : t.newReports}</h2>
              <ul class='rows'>
                {reports.map((report) => (
                  <ReportRow patientId={patientId} report={report} />
                ))}
                <li>
                  <a class='row' href={href(paths.labHistory, { patientId })}>
                    <span class='t'>{t.labHistory}</span>
                  </a>
                </li>
              </ul>
            </section>
          )}
          <UrgentHelp title={common.emergency.title} />
          {helped && <ResetMailCard patientId={patientId} name={helped.givenName} />}
        </div>
      </div>
    </section>
  )
}

const NextVisit = ({
  patientId,
  appointment,
  officeAddress,
  ready: texts,
}: {
  patientId: string
  appointment: Appointment
  officeAddress: string
  ready: Ready[]
}) => {
  const { home: t, appointments: words } = useText()
  const address = addressFor(appointment, officeAddress)
  const place = placeOf(appointment)
  const ready = readyFor(appointment, texts, getContext<Env>().var.language)
  return (
    <>
      <div class='next'>
        <DateLeaf at={appointment.startsAt} />
        <div>
          <p class='big'>
            <AppointmentName of={appointment} />
          </p>
          <p>
            <TimeLine of={appointment} />
          </p>
          {appointment.status === 'pending' && <Tag kind='off'>{words.status.pending}</Tag>}
          {appointment.clinician && <p class='soft'>{words.withName(appointment.clinician)}</p>}
          {place && (
            <p class='soft' lang='en'>
              {place}
            </p>
          )}
        </div>
        <div class='acts'>
          <a class='btn' href={href(paths.appointment, { patientId, appointmentId: appointment.id })}>
            {t.seeDetails}
          </a>
          {address && (
            <OutsideLink url={directionsUrl(address)} class='btn alt'>
              {words.directions}
            </OutsideLink>
          )}
        </div>
      </div>
      {ready.lines.length > 0 && (
        <details class='more'>
          <summary>{words.getReady}</summary>
          <Preparation {...ready} />
        </details>
      )}
    </>
  )
}

const ThreadRow = ({ patient, thread }: { patient: Patient; thread: ThreadSummary }) => {
  const { withdrawn } = useText().messages
  const format = useFormat()
  return (
    <li class='unread'>
      <a class='row' href={href(paths.thread, { patientId: patient.id, threadId: thread.id })}>
        <span class='m'>
          <AuthorName author={thread} patient={patient} /> · {format.shortDate(thread.lastMessageAt)},{' '}
          {format.time(thread.lastMessageAt)}
        </span>
        <span class='t' dir='auto' lang={thread.subject ? thread.language : undefined}>
          {thread.subject || withdrawn.subject}
        </span>
        <span class='x' dir='auto' lang={thread.withdrawnAt ? undefined : thread.language}>
          {thread.withdrawnAt ? withdrawn.subject : thread.excerpt}
        </span>
      </a>
    </li>
  )
}

/** On the record of someone they help: a caregiver has a link sent, and never sees it. */
const ResetMailCard = ({ patientId, name }: { patientId: string; name: string }) => {
  const { helping: t } = useText().home
  return (
    <section class='card flow' aria-labelledby='reset-mail'>
      <h2 id='reset-mail'>{t.title(name)}</h2>
      <p>{t.body(name)}</p>
      <form method='post' action={href(paths.resetMail, { patientId })}>
        <Button kind='alt'>{t.send}</Button>
      </form>
    </section>
  )
}
