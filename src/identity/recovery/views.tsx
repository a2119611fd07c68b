import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { TextField } from '../../design/field.tsx'
import { Button, Notice } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { maskedAddress } from '../invitation/invitation.ts'
import { NewPasswordField } from '../views.tsx'
import type { Reset, ResetState } from './reset.ts'

/** What else helps, at every step of it. */
const StillTrouble = ({ children }: { children?: Child }) => {
  const { recovery: t, signIn } = useText()
  return (
    <Notice title={signIn.troubleTitle}>
      {children}
      <p>
        {signIn.troubleCall} <OfficePhone />. {t.caregiver}
      </p>
    </Notice>
  )
}

export const ForgotPasswordPage = ({ form }: { form: Form }) => {
  const { recovery: t, signIn } = useText()
  return (
    <section id='forgot' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <form method='post' action={paths.forgotPassword} novalidate>
        <TextField
          name='email'
          label={signIn.email}
          form={form}
          type='email'
          inputmode='email'
          autocomplete='username'
        />
        <div class='acts'>
          <Button>{t.send}</Button>
          <a class='btn text' href={paths.signIn}>
            {signIn.title}
          </a>
        </div>
      </form>
      <StillTrouble />
    </section>
  )
}

/** The one answer to every address. */
export const ResetAskedPage = () => {
  const { recovery, signIn } = useText()
  const { asked: t } = recovery
  return (
    <section id='forgot' class='narrow flow'>
      <h1>{t.title}</h1>
      <p>{t.body}</p>
      <p>{t.spam}</p>
      <div class='acts'>
        <a class='btn alt' href={paths.forgotPassword}>
          {t.again}
        </a>
        <a class='btn text' href={paths.signIn}>
          {signIn.title}
        </a>
      </div>
      <StillTrouble>
        <p>{t.nothing}</p>
      </StillTrouble>
    </section>
  )
}

export const ResetPage = ({ reset, token, form }: { reset: Reset; token: string; form: Form }) => {
  const { recovery, newPassword } = useText()
  const { reset: t } = recovery
  return (
    <section id='reset' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        {t.for} <b>{maskedAddress(reset.email)}</b>
      </p>
      <form method='post' action={href(paths.reset, { token })} novalidate>
        <NewPasswordField name='password' label={newPassword.newLabel} form={form} />
        <p class='soft'>{t.everywhere}</p>
        <Button>{t.save}</Button>
      </form>
    </section>
  )
}

export type DeadState = Exclude<ResetState, 'valid'> | 'unknown'

/** Why a link does not work, and the way to one that does. */
export const DeadResetPage = ({ state, expiresAt }: { state: DeadState; expiresAt: Date | null }) => {
  const { recovery: t, signIn } = useText()
  const format = useFormat()
  return (
    <section id='reset' class='narrow flow'>
      <h1>{t[state].title}</h1>
      {state === 'expired' && expiresAt && <p>{t.expired.ended(format.moment(expiresAt))}</p>}
      <p>{t[state].body}</p>
      <div class='acts'>
        <a class='btn' href={paths.forgotPassword}>
          {signIn.forgot}
        </a>
        <a class='btn text' href={paths.signIn}>
          {signIn.title}
        </a>
      </div>
      <StillTrouble />
    </section>
  )
}
