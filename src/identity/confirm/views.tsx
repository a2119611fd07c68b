import { ErrorSummary } from '../../design/error-summary.tsx'
import { PasswordField } from '../../design/field.tsx'
import { Button } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { PasskeyButton } from '../passkeys/button.tsx'
import type { PasskeyOptions } from '../passkeys/passkey.ts'

type ConfirmPageProps = { form: Form; next: string; passkey: PasskeyOptions | undefined }

export const ConfirmPage = ({ form, next, passkey }: ConfirmPageProps) => {
  const { confirm: t, signIn, passkeys } = useText()
  return (
    <section id='confirm' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <form method='post' action={withQuery(paths.confirm, { next })} novalidate>
        <PasswordField name='password' label={signIn.password} form={form} autocomplete='current-password' />
        <div class='acts'>
          <Button>{t.submit}</Button>
          <a class='btn text' href={paths.settings}>
            {t.back}
          </a>
        </div>
      </form>
      {passkey && (
        <PasskeyButton
          action={withQuery(paths.confirmPasskey, { next })}
          options={passkey}
          label={passkeys.use}
          kind='alt'
        />
      )}
    </section>
  )
}
