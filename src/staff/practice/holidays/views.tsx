import { ErrorSummary } from '../../../design/error-summary.tsx'
import { TextField } from '../../../design/field.tsx'
import { BackLink, Button } from '../../../design/parts.tsx'
import { useFormat, useText } from '../../../i18n/text.ts'
import { paths } from '../../../paths.ts'
import type { Form } from '../../../web/form.ts'

type Props = { coming: string[]; past: string[]; form: Form }

export const HolidaysPage = ({ coming, past, form }: Props) => {
  const { practice } = useText()
  const t = practice.holidays
  const { fullCalendarDate } = useFormat()
  return (
    <section id='practice-holidays' class='mid flow'>
      <BackLink to={paths.practice}>{practice.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{practice.facts.holidays}</h1>
      <p>
        {t.intro} {practice.dueStays}
      </p>
      <section class='card flow' aria-labelledby='coming'>
        <h2 id='coming'>{t.coming}</h2>
        {coming.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <ul class='rows'>
            {coming.map((date) => (
              <li>
                <form class='row still line' method='post' action={paths.practiceHolidayRemoval}>
                  <input type='hidden' name='date' value={date} />
                  <span>{fullCalendarDate(date)}</span>
                  <button type='submit' class='btn text'>
                    {t.remove}
                    <span class='vh'> {fullCalendarDate(date)}</span>
                  </button>
                </form>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class='card flow' aria-labelledby='add'>
        <h2 id='add'>{t.addTitle}</h2>
        <form method='post' action={paths.practiceHolidays} novalidate>
          <div class='fields'>
            <TextField name='from' label={t.from} hint={t.fromHint} form={form} autocomplete='off' />
            <TextField name='until' label={t.until} form={form} autocomplete='off' />
          </div>
          <Button>{t.add}</Button>
        </form>
      </section>
      {past.length > 0 && (
        <details class='more'>
          <summary>{t.past(past.length)}</summary>
          <ul>
            {past.map((date) => (
              <li>{fullCalendarDate(date)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
