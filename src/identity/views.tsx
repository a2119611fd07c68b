import { PasswordField } from '../design/field.tsx'
import { useText } from '../i18n/text.ts'
import type { Form } from '../web/form.ts'

/** A password to be chosen, with the rules said before anything is typed. */
export const NewPasswordField = ({ name, label, form }: { name: string; label: string; form: Form }) => {
  const t = useText().newPassword
  return (
    <PasswordField name={name} label={label} form={form} autocomplete='new-password'>
      <ul class='rule'>
        {t.rules.map((rule) => (
          <li>{rule}</li>
        ))}
      </ul>
    </PasswordField>
  )
}
