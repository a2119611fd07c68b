import { FieldNotes } from '../design/field.tsx'
import { useText } from '../i18n/text.ts'
import type { Form } from '../web/form.ts'

const parts = ['month', 'day', 'year'] as const

type BirthDateProps = {
  form: Form
  legend: string
  hint?: string
  /** Not the date of whoever types it: browsers do not offer theirs. */
  ofOther?: boolean
}

/** Three plain fields, because masks and calendars stand in the way of a date one knows by heart. */
export const BirthDateFields = ({ form, legend, hint, ofOther }: BirthDateProps) => {
  const { birthDate: t } = useText().invitation
  const wrong = parts.find((part) => form.errors[part])
  const error = wrong && form.errors[wrong]
  const ids = error ? 'birth-date-hint birth-date-error' : 'birth-date-hint'
  return (
    <fieldset class='f' aria-describedby={ids}>
      <legend>{legend}</legend>
      <FieldNotes name='birth-date' hint={hint ?? t.hint} error={error} />
      <div class='dob'>
        {parts.map((part) => (
          <div class={part}>
            <label for={part}>{t[part]}</label>
            <input
              id={part}
              name={part}
              // A month may be spelled out.
              inputmode={part === 'month' ? undefined : 'numeric'}
              autocomplete={ofOther ? 'off' : `bday-${part}`}
              value={form.typed[part]}
              aria-invalid={part === wrong ? 'true' : undefined}
              aria-describedby={part === wrong ? 'birth-date-error' : undefined}
            />
          </div>
        ))}
      </div>
    </fieldset>
  )
}
