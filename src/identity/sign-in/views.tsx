import { getContext } from 'hono/context-storage'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { PasswordField, SubmissionId, TextField } from '../../design/field.tsx'
import { Button, Notice } from '../../design/parts.tsx'
import { Callable, OfficePhone } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useText } from '../../i18n/text.ts'
import { senderOf } from '../../outbox/sender.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { PasskeyButton } from '../passkeys/button.tsx'
import type { PasskeyOptions } from '../passkeys/passkey.ts'
import { limits } from '../session.ts'
import type { OwnRecord } from '../store.ts'

type SignInPageProps = { form: Form; next: string | undefined; isKept?: boolean; passkey: PasskeyOptions }

export const SignInPage = ({ form, next, isKept, passkey }: SignInPageProps) => {
  const { signIn: t, passkeys, flash } = useText()
  return (
    <div id='sign-in' class='welcome'>
      <div class='card flow'>
        <ErrorSummary form={form} />
        {isKept && (
          <p class='note good' role='status' tabindex={-1} autofocus>
            {flash.kept}
          </p>
        )}
        <h1>{t.title}</h1>
        <form method='post' action={withQuery(paths.signIn, { next })} novalidate>
          <SubmissionId form={form} />
          <TextField
            name='email'
            label={t.email}
            form={form}
            type='email'
            inputmode='email'
            autocomplete='username webauthn'
          />
          <PasswordField name='password' label={t.password} form={form} autocomplete='current-password' />
          <div class='acts'>
            <Button>{t.submit}</Button>
            <a class='btn text' href={paths.forgotPassword}>
              {t.forgot}
            </a>
          </div>
        </form>
        <PasskeyButton
          action={withQuery(paths.passkeySignIn, { next })}
          options={passkey}
          label={passkeys.signIn}
          kind='alt'
          autofill={!form.errors.form}
        />
        <p class='soft'>{t.privacyNote(limits.idle.patient / 60_000)}</p>
      </div>
      <div class='flow'>
        <p class='hero'>{t.hero}</p>
        <section class='flow' aria-labelledby='new'>
          <h2 id='new'>{t.newTitle}</h2>
          <p>{t.newIntro}</p>
          <ol class='steps'>
            {t.steps(senderOf(getContext<Env>().env)).map((step) => (
              <li>{step}</li>
            ))}
          </ol>
        </section>
        <Notice title={t.troubleTitle}>
          <p>
            {t.troubleCall} <OfficePhone />. <Callable text={t.trouble} />
          </p>
        </Notice>
      </div>
    </div>
  )
}

export const RecordsPage = ({ records }: { records: OwnRecord[] }) => {
  const t = useText().signIn.records
  return (
    <section id='records' class='mid flow'>
      <h1>{t.title}</h1>
      {records.length === 0 ? (
        <p>
          {t.none} <OfficePhone />
        </p>
      ) : (
        <>
          <p>{t.intro}</p>
          <div class='card list'>
            <ul class='rows'>
              {records.map(({ patientId, givenName, familyName, relationship }) => (
                <li>
                  <a class='row' href={href(paths.home, { patientId })}>
                    <span class='t'>
                      {givenName} {familyName}
                    </span>
                    <span class='m'>{relationship ? t.listedAs(relationship) : t.own}</span>
                  </a>
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </section>
  )
}
