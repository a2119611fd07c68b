import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Checkbox, CodeField } from '../../design/field.tsx'
import { Button, EmailAddress, Notice } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { senderOf } from '../../outbox/sender.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { OfficeHours } from '../../practice/views.tsx'
import type { Form } from '../../web/form.ts'
import { BirthDateFields } from '../birth-date-fields.tsx'
import { type Invitation, type LinkState, maskedAddress } from '../invitation/invitation.ts'
import { NewPasswordField } from '../views.tsx'

export const RegisterWithoutPage = () => {
  const t = useText().invitation.without
  return (
    <section id='register' class='narrow flow'>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <ol class='steps'>
        {t.steps(senderOf(getContext<Env>().env)).map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      <Notice title={t.noEmail}>
        <p>
          {t.call} <OfficePhone />
        </p>
        <OfficeHours />
      </Notice>
      <p>
        <a class='tap' href={paths.signIn}>
          {t.signIn}
        </a>
      </p>
      <Reference />
    </section>
  )
}

const Reference = () => {
  const { t, requestId } = getContext<Env>().var
  return <p class='soft'>{t.common.reference(requestId)}</p>
}

/** Whom to call, when, and the code that tells staff what happened: at every dead end. */
const CallUs = () => (
  <>
    <p>
      {useText().invitation.callUs} <OfficePhone />
    </p>
    <OfficeHours />
    <Reference />
  </>
)

type DeadState = Exclude<LinkState, 'valid'> | 'unknown'

/** Why a link does not work, and what to do instead. */
export const DeadLinkPage = ({
  state,
  invitation,
  token,
}: {
  state: DeadState
  invitation: Invitation | undefined
  token: string
}) => {
  const { invitation: t } = useText()
  return (
    <section id='link' class='narrow flow'>
      <h1>{t[state].title}</h1>
      {state === 'expired' && invitation ? (
        <Expired invitation={invitation} token={token} />
      ) : state === 'revoked' && invitation?.kind === 'caregiver' ? (
        <p>{t.revoked.caregiver}</p>
      ) : (
        state !== 'expired' && <p>{t[state].body}</p>
      )}
      {state === 'used' && (
        <a class='btn' href={paths.signIn}>
          {t.used.signIn}
        </a>
      )}
      <CallUs />
    </section>
  )
}

const Expired = ({ invitation, token }: { invitation: Invitation; token: string }) => {
  const { expired: t } = useText().invitation
  const format = useFormat()
  const isPatient = invitation.kind === 'patient'
  return (
    <>
      {invitation.expiresAt && <p>{t.body(format.moment(invitation.expiresAt))}</p>}
      <p>{isPatient ? t.next : t.caregiver}</p>
      {isPatient && (
        <form method='post' action={href(paths.registerRequest, { token })}>
          <Button>{t.ask}</Button>
        </form>
      )}
    </>
  )
}

export const WrongAccountPage = () => {
  const { wrongAccount: t } = useText().invitation
  return (
    <section id='link' class='narrow flow'>
      <h1>{t.title}</h1>
      <p>{t.body}</p>
      <form method='post' action={paths.signOut}>
        <Button>{t.signOut}</Button>
      </form>
      <CallUs />
    </section>
  )
}

export const SignInFirstPage = ({ token }: { token: string }) => {
  const { signInFirst: t } = useText().invitation
  return (
    <section id='link' class='narrow flow'>
      <h1>{t.title}</h1>
      <p>{t.body}</p>
      <a class='btn' href={withQuery(paths.signIn, { next: href(paths.register, { token }) })}>
        {t.submit}
      </a>
      <CallUs />
    </section>
  )
}

type PageProps = { form: Form; token: string; invitation: Invitation }

const ForAddress = ({ email, children }: { email: string; children: Child }) => (
  <p>
    {children} <b>{maskedAddress(email)}</b>.
  </p>
)

const WorksUntil = ({ invitation }: { invitation: Invitation }) => {
  const { invitation: t } = useText()
  const format = useFormat()
  return invitation.expiresAt && <p class='soft'>{t.expires(format.moment(invitation.expiresAt))}</p>
}

export const SendCodePage = ({ form, token, invitation }: PageProps) => {
  const { invitation: t } = useText()
  return (
    <section id='register' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.sendCode.title}</h1>
      <ForAddress email={invitation.email}>{t.forAddress}</ForAddress>
      <p>{t.sendCode.intro}</p>
      <form method='post' action={href(paths.registerCode, { token })}>
        <Button>{t.sendCode.submit}</Button>
      </form>
      <p>{t.sendCode.notForward}</p>
      <p>
        {t.sendCode.wrongAddress} <OfficePhone />
      </p>
      <WorksUntil invitation={invitation} />
    </section>
  )
}

export const RegistrationPage = ({ form, token, invitation, resent }: PageProps & { resent?: boolean }) => {
  const { invitation: t, newPassword, common, flash } = useText()
  return (
    <section id='register' class='narrow flow'>
      <ErrorSummary form={form} />
      {resent && (
        <p class='note good' role='status' tabindex={-1} autofocus>
          {flash.codeSent}
        </p>
      )}
      <h1>{t.title}</h1>
      <ForAddress email={invitation.email}>{t.codeSent}</ForAddress>
      <p>{t.spam}</p>
      <form method='post' action={href(paths.register, { token })} novalidate>
        <CodeField label={t.code} hint={t.codeHint} form={form} />
        <BirthDateFields
          form={form}
          legend={invitation.kind === 'patient' ? t.birthDate.legend : t.birthDate.legendCaregiver}
        />
        <NewPasswordField name='password' label={newPassword.label} form={form} />
        <Checkbox name='terms' form={form}>
          {t.terms}{' '}
          <a class='tap' href={paths.terms} target='_blank' rel='noopener'>
            {common.terms.toLowerCase()} <small>({common.opensNewTab})</small>
          </a>
        </Checkbox>
        <Button>{t.submit}</Button>
        <Button kind='text' formaction={href(paths.registerCode, { token })}>
          {t.newCode}
        </Button>
      </form>
      <p>{t.sendCode.notForward}</p>
      <p>
        {t.callUs} <OfficePhone />
      </p>
      <WorksUntil invitation={invitation} />
    </section>
  )
}

export const AddRecordPage = ({ form, token, invitation }: PageProps) => {
  const { invitation: t } = useText()
  return (
    <section id='register' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.add.title}</h1>
      <p>
        {t.add.body}{' '}
        <b>
          <EmailAddress>{invitation.email}</EmailAddress>
        </b>
        .
      </p>
      <form method='post' action={href(paths.register, { token })} novalidate>
        <BirthDateFields
          form={form}
          legend={invitation.kind === 'patient' ? t.birthDate.legend : t.birthDate.legendCaregiver}
        />
        <Button>{t.add.submit}</Button>
      </form>
      <p>
        {t.callUs} <OfficePhone />
      </p>
    </section>
  )
}
