import { ErrorSummary } from '../../design/error-summary.tsx'
import { Checkbox, CodeField } from '../../design/field.tsx'
import { Button } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { maskedAddress } from '../invitation/invitation.ts'
import { NewPasswordField } from '../views.tsx'
import type { DeadState, StaffInvitation } from './joining.ts'

type DeadProps = { state: DeadState | 'unknown'; invitation: StaffInvitation | undefined }

export const DeadJoiningPage = ({ state, invitation }: DeadProps) => {
  const t = useText().joining
  const { moment } = useFormat()
  return (
    <section id='join' class='narrow flow'>
      <h1>{t.dead[state]}</h1>
      {state === 'expired' && invitation?.expiresAt && <p>{t.expired(moment(invitation.expiresAt))}</p>}
      {state === 'used' ? (
        <a class='btn' href={paths.signIn}>
          {t.signIn}
        </a>
      ) : (
        <p>{t.ask}</p>
      )}
    </section>
  )
}

type PageProps = { form: Form; token: string; invitation: StaffInvitation }

export const JoinCodePage = ({ form, token, invitation }: PageProps) => {
  const { joining: t, invitation: words } = useText()
  return (
    <section id='join' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        {words.forAddress} <b>{maskedAddress(invitation.email)}</b>.
      </p>
      <p>{t.sendCode}</p>
      <form method='post' action={href(paths.joinCode, { token })}>
        <Button>{words.sendCode.submit}</Button>
      </form>
      <p>{t.notForward}</p>
    </section>
  )
}

export const JoinPage = ({ form, token, invitation }: PageProps) => {
  const { joining: t, invitation: words, newPassword, common } = useText()
  return (
    <section id='join' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        {words.codeSent} <b>{maskedAddress(invitation.email)}</b>. {words.spam}
      </p>
      <form method='post' action={href(paths.join, { token })} novalidate>
        <CodeField label={words.code} hint={words.codeHint} form={form} />
        <NewPasswordField name='password' label={newPassword.label} form={form} />
        <Checkbox name='terms' form={form}>
          {words.terms}{' '}
          <a class='tap' href={paths.terms} target='_blank' rel='noopener'>
            {common.terms.toLowerCase()} <small>({common.opensNewTab})</small>
          </a>
        </Checkbox>
        <p>{t.second}</p>
        <Button>{words.submit}</Button>
        <Button kind='text' formaction={href(paths.joinCode, { token })}>
          {words.newCode}
        </Button>
      </form>
    </section>
  )
}
