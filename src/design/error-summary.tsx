import { type Language, useText } from '../i18n/text.ts'
import type { Form } from '../web/form.ts'

/** How the names of fields end that are there once in each language. */
const endings: [Language, RegExp][] = [
  ['en', /(^e|E)n$/],
  ['es', /(^e|E)s$/],
]

/** Everything that is wrong with a form, each linked to its field. Takes the focus with JavaScript on or off. */
export const ErrorSummary = ({ form }: { form: Form }) => {
  const t = useText().common
  const errors = Object.entries(form.errors)
  if (errors.length === 0) return null
  /** What is said of the same field in both languages says in which. */
  const told = (name: string, message: string) => {
    const isTwice = errors.filter(([, other]) => other === message).length > 1
    const found = isTwice && endings.find(([, ending]) => ending.test(name))
    return found ? `${t.languages[found[0]]}: ${message}` : message
  }
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
                {told(name, message)}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
