import { reportKinds } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Select } from '../../design/field.tsx'
import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import type { StateHours } from '../release.ts'
import { dayChoices } from './timing.ts'

type TimingProps = { patientId: string; form: Form; hours: StateHours }

/** When the patient wants to see each kind of result. */
export const TimingPage = ({ patientId, form, hours }: TimingProps) => {
  const { timing: t, labs, settings } = useText()
  const kept = reportKinds.filter((kind) => (hours[kind] ?? 0) > 0)
  const choices = [
    { value: 'at-once', label: t.atOnce },
    ...dayChoices.map((days) => ({ value: `after-comment-${days}`, label: t.afterComment(days) })),
    { value: 'ask-first', label: t.askFirst },
  ]
  return (
    <section id='result-timing' class='narrow flow'>
      <BackLink to={paths.settings}>{settings.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <p>{t.meaning}</p>
      <form method='post' action={href(paths.resultTiming, { patientId })} novalidate>
        {reportKinds.map((kind) => (
          <Select name={kind} label={labs.kinds[kind]} hint={t.hints[kind]} form={form} choices={choices} />
        ))}
        <Button>{t.save}</Button>
      </form>
      {kept.length > 0 && (
        <Notice title={t.lawTitle}>
          <p>{t.lawBody}</p>
          <ul class='rule'>
            {kept.map((kind) => (
              <li>{t.lawLine(labs.kinds[kind], hours[kind] ?? 0)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <p class='soft'>{t.forEveryone}</p>
    </section>
  )
}
