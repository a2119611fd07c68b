import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { CalendarFeed } from './store.ts'

type Props = { patientId: string; feed: CalendarFeed | undefined; address: string | undefined }

/** A private address for the reader's own calendar: made, shown once, replaced, ended. */
export const CalendarPage = ({ patientId, feed, address }: Props) => {
  const { appointments } = useText()
  const t = appointments.calendar
  const { moment } = useFormat()
  const to = { patientId }
  return (
    <section id='calendar' class='narrow flow'>
      <BackLink to={href(paths.appointments, to)}>{appointments.title}</BackLink>
      <h1>{t.pageTitle}</h1>
      <p>{t.intro}</p>
      <p>{t.neutral}</p>
      {address && (
        <Notice kind='warn' title={t.addressTitle}>
          <p>{t.addressBody}</p>
          <p>
            <code class='body'>{address}</code>
          </p>
        </Notice>
      )}
      {feed && (
        <p>
          {t.since(moment(feed.createdAt))} {feed.lastUsedAt ? t.used(moment(feed.lastUsedAt)) : t.neverUsed}
        </p>
      )}
      <div class='acts'>
        <form method='post' action={href(paths.calendarSettings, to)}>
          {feed ? <Button kind='alt'>{t.replace}</Button> : <Button>{t.make}</Button>}
        </form>
        {feed && (
          <form method='post' action={href(paths.calendarRemoval, to)}>
            <Button kind='stop'>{t.end}</Button>
          </form>
        )}
      </div>
      {feed && <p class='soft'>{t.replaceHint}</p>}
    </section>
  )
}
