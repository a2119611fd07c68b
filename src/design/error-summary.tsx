import { useText } from '../i18n/text.ts'
import type { Form } from '../web/form.ts'

/** Everything that is wrong with a form, each linked to its field. Takes the focus with JavaScript on or off. */
export const ErrorSummary = ({ form }: { form: Form }) => {
  const t = useText().common
  const errors = Object.entries(form.errors)
  if (errors.length === 0) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset here would be read out as part of the form below it
    <div class='errs' role='group' tabindex={-1} autofocus aria-labelledby='problem'>
      <h2 id='problem'>{t.problem}</h2>
      <ul>
        {errors.map(([name, message]) => (
          <li>
            {name === 'form' ? (
              message
            ) : (
              <a class='tap' href={`#${name}`}>
                {message}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
