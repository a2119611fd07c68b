import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { CodeField, PasswordField, TextField } from '../../design/field.tsx'
import { BackLink, Button, EmailAddress, Notice } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { NewPasswordField } from '../views.tsx'
import type { EmailChange, UndoState } from './credentials.ts'

const tabs = { email: paths.emailSettings, password: paths.passwordSettings } as const
type Tab = keyof typeof tabs

/** What makes a link or a form of the window stay in it. On a page of its own there is no htmx to ask. */
const inWindow = { 'hx-target': '#window', 'hx-swap': 'ignoreTitle:true' }

/** The window with its tabs, and the page it is without JavaScript: the same words at the same URLs. */
const Credentials = ({ tab, form, children }: { tab: Tab; form: Form; children?: Child }) => {
  const { credentials: t } = useText()
  return (
    <section id='credentials' class='narrow flow'>
      <div class='head'>
        <h1 id='credentials-title' tabindex={-1}>
          {t.title}
        </h1>
        <a class='btn text' href={paths.settings} data-close>
          {t.close}
        </a>
      </div>
      <nav class='tabs' aria-label={t.tabsLabel}>
        <ul>
          {(Object.keys(tabs) as Tab[]).map((name) => (
            <li>
              <a
                id={`tab-${name}`}
                href={tabs[name]}
                aria-current={name === tab ? 'page' : undefined}
                hx-get={tabs[name]}
                {...inWindow}
              >
                {t.tabs[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <ErrorSummary form={form} />
      {children}
      <p class='soft'>
        {t.help} <OfficePhone />
      </p>
    </section>
  )
}

const CurrentPassword = ({ form }: { form: Form }) => (
  <PasswordField
    name='currentPassword'
    label={useText().credentials.currentPassword}
    form={form}
    autocomplete='current-password'
  />
)

export const PasswordPage = ({ form }: { form: Form }) => {
  const { credentials: t, newPassword } = useText()
  const to = paths.passwordSettings
  return (
    <Credentials tab='password' form={form}>
      <form method='post' action={to} novalidate hx-post={to} hx-sync='this:drop' {...inWindow}>
        <CurrentPassword form={form} />
        <NewPasswordField name='password' label={newPassword.newLabel} form={form} />
        <Button>{t.savePassword}</Button>
      </form>
      <p class='soft'>{t.passwordEffect}</p>
    </Credentials>
  )
}

export const EmailPage = ({
  form,
  email,
  waiting,
}: {
  form: Form
  email: string
  waiting: EmailChange | undefined
}) => {
  const { credentials: t } = useText()
  const to = paths.emailSettings
  return (
    <Credentials tab='email' form={form}>
      {waiting && (
        <Notice>
          <p>
            {t.waiting(waiting.newEmail)} <a href={paths.emailCode}>{t.enterCode}</a>
          </p>
        </Notice>
      )}
      <p>
        {t.emailNow}{' '}
        <b>
          <EmailAddress>{email}</EmailAddress>
        </b>
        .
      </p>
      <form method='post' action={to} novalidate hx-post={to} hx-sync='this:drop' {...inWindow}>
        <TextField
          name='email'
          label={t.newEmail}
          hint={t.emailHint}
          form={form}
          type='email'
          autocomplete='email'
        />
        <CurrentPassword form={form} />
        <Button>{t.sendCode}</Button>
      </form>
    </Credentials>
  )
}

export const EmailCodePage = ({ form, change }: { form: Form; change: EmailChange }) => {
  const { credentials } = useText()
  const t = credentials.code
  const { moment } = useFormat()
  return (
    <section id='email-code' class='narrow flow'>
      <BackLink to={paths.emailSettings}>{t.other}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>
        {t.sentTo} <b>{change.newEmail}</b>. {t.spam}
      </p>
      <form method='post' action={paths.emailCode} novalidate>
        <CodeField label={t.label} hint={t.hint} form={form} />
        <Button>{t.submit}</Button>
      </form>
      <form method='post' action={paths.emailCode}>
        <input type='hidden' name='again' value='yes' />
        <Button kind='text'>{t.again}</Button>
      </form>
      <p class='soft'>
        {t.works(moment(change.expiresAt))} <b>{change.oldEmail}</b>.
      </p>
    </section>
  )
}

/** What a link in the mail to the old address can do, or why it cannot. */
export const UndoPage = ({
  state,
  undoUntil,
  token,
}: {
  state: UndoState
  undoUntil: Date | null | undefined
  token: string
}) => {
  const { t: words, requestId } = getContext<Env>().var
  const t = words.credentials.undo
  return (
    <section id='undo' class='narrow flow'>
      <h1>{t[state].title}</h1>
      {state === 'expired' ? <Expired at={undoUntil} /> : <p>{t[state].body}</p>}
      {state === 'valid' && (
        <>
          <ul class='rule'>
            {t.valid.steps.map((step) => (
              <li>{step}</li>
            ))}
          </ul>
          <form method='post' action={href(paths.emailUndo, { token })}>
            <Button>{t.valid.submit}</Button>
          </form>
        </>
      )}
      {state === 'used' && (
        <>
          <p>{t.used.spam}</p>
          <div class='acts'>
            <a class='btn' href={paths.forgotPassword}>
              {words.signIn.forgot}
            </a>
          </div>
        </>
      )}
      <p>
        {words.credentials.help} <OfficePhone />
      </p>
      <p class='soft'>{words.common.reference(requestId)}</p>
    </section>
  )
}

const Expired = ({ at }: { at: Date | null | undefined }) => {
  const t = useText().credentials.undo.expired
  const { moment } = useFormat()
  return at ? <p>{t.body(moment(at))}</p> : null
}
