import { ErrorSummary } from '../../../design/error-summary.tsx'
import { Checkbox, TextField } from '../../../design/field.tsx'
import { Button } from '../../../design/parts.tsx'
import { OfficePhone } from '../../../design/phone.tsx'
import { useText } from '../../../i18n/text.ts'
import { paths, withQuery } from '../../../paths.ts'
import type { Form } from '../../../web/form.ts'
import { PasskeyButton } from '../../passkeys/button.tsx'
import type { PasskeyOptions } from '../../passkeys/passkey.ts'
import type { NewApp } from '../../second-step/app.ts'
import { AppCodeField, AppPicture } from '../../second-step/views.tsx'
import type { Account } from '../../store.ts'

const StartOver = () => (
  <form method='post' action={paths.signOut}>
    <Button kind='text'>{useText().secondStep.asked.startOver}</Button>
  </form>
)

type StepProps = {
  form: Form
  next: string | undefined
  account: Account
  passkey: PasskeyOptions | undefined
}

/** Whatever the account can answer with: the code of an app, a passkey, a recovery code. */
export const SecondStepPage = ({ form, next, account, passkey }: StepProps) => {
  const { secondStep, passkeys } = useText()
  const t = secondStep.asked
  return (
    <section id='second-step' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{account.totpConfirmedAt ? t.title : t.titlePasskey}</h1>
      {account.totpConfirmedAt && (
        <>
          <p>{t.intro}</p>
          <form method='post' action={withQuery(paths.secondStep, { next })} novalidate>
            <AppCodeField form={form} />
            {account.staffRole === null && (
              <Checkbox name='trust' form={form}>
                {t.trust}
              </Checkbox>
            )}
            <Button>{t.submit}</Button>
          </form>
        </>
      )}
      {passkey && (
        <PasskeyButton
          action={withQuery(paths.secondStepPasskey, { next })}
          options={passkey}
          label={passkeys.use}
          kind={account.totpConfirmedAt ? 'alt' : undefined}
        />
      )}
      {!account.totpConfirmedAt && <p data-no-passkey>{passkeys.cannotUse}</p>}
      <div>
        <a class='btn text' href={withQuery(paths.secondStepRecovery, { next })}>
          {t.useRecovery}
        </a>
        <StartOver />
      </div>
    </section>
  )
}

export const SecondStepSetupPage = ({ form, app }: { form: Form; app: NewApp }) => {
  const { secondStep } = useText()
  const t = secondStep.setUp
  return (
    <section id='second-step' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.introStaff}</p>
      <AppPicture app={app} />
      <form method='post' action={paths.secondStepSetup} novalidate>
        <AppCodeField form={form} />
        <Button>{secondStep.asked.submit}</Button>
      </form>
      <StartOver />
    </section>
  )
}

export const RecoveryPage = ({
  form,
  next,
  left,
}: {
  form: Form
  next: string | undefined
  left: number
}) => {
  const { secondStep } = useText()
  const t = secondStep.recovery
  return (
    <section id='recovery' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      {left > 0 ? (
        <>
          <p>{t.intro}</p>
          <form method='post' action={withQuery(paths.secondStepRecovery, { next })} novalidate>
            <TextField name='code' label={t.code} hint={t.hint} form={form} autocomplete='off' class='code' />
            <Button>{secondStep.asked.submit}</Button>
          </form>
        </>
      ) : (
        <p>{t.none}</p>
      )}
      <p>
        {t.lost} <OfficePhone />.
      </p>
      <div>
        <a class='btn text' href={withQuery(paths.secondStep, { next })}>
          {t.back}
        </a>
        <StartOver />
      </div>
    </section>
  )
}
