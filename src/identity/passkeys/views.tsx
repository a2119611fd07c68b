import { ErrorSummary } from '../../design/error-summary.tsx'
import { TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { PasskeyButton } from './button.tsx'
import { mostPasskeys, type PasskeyOptions } from './passkey.ts'
import type { OwnPasskey, Passkey } from './store.ts'

type PasskeysPageProps = {
  passkeys: Passkey[]
  form: Form
  /** Undefined when the password, or a passkey, must be given first. */
  options: PasskeyOptions | undefined
}

export const PasskeysPage = ({ passkeys, form, options }: PasskeysPageProps) => {
  const { passkeys: t, settings } = useText()
  const held = passkeys.filter(({ heldAt }) => heldAt)
  return (
    <section id='passkeys' class='mid flow'>
      <BackLink to={paths.settings}>{settings.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      {held.length > 0 && <HeldNotice />}
      {passkeys.length > 0 && (
        <div class='card list'>
          <ul class='rows'>
            {passkeys.map((passkey) => (
              <PasskeyRow passkey={passkey} />
            ))}
          </ul>
        </div>
      )}
      {held.length > 0 && <KeepForm held={held} />}
      {passkeys.length >= mostPasskeys ? (
        <p>{t.enough(mostPasskeys)}</p>
      ) : options ? (
        <>
          <PasskeyButton action={paths.passkeys} options={options} label={t.add} hint={t.shared} />
          <p class='note' data-no-passkey>
            {t.cannot}
          </p>
        </>
      ) : (
        <>
          <p>{t.confirmFirst}</p>
          <div class='acts'>
            <a class='btn' href={withQuery(paths.confirm, { next: paths.passkeys })}>
              {t.add}
            </a>
          </div>
        </>
      )}
    </section>
  )
}

/** After a new password: none of these opens the account by itself until its owner has looked at them. */
const HeldNotice = () => {
  const { held: t } = useText().passkeys
  return (
    <Notice kind='warn' title={t.title}>
      <p>{t.why}</p>
      <p>{t.unknown}</p>
    </Notice>
  )
}

/** Below the list, so that it is seen before it is spoken for. */
const KeepForm = ({ held }: { held: Passkey[] }) => (
  <form method='post' action={paths.passkeysKept}>
    <input type='hidden' name='shown' value={held.map(({ id }) => id).join()} />
    <div class='acts'>
      <Button>{useText().passkeys.held.keep}</Button>
    </div>
  </form>
)

const PasskeyRow = ({ passkey }: { passkey: Passkey }) => {
  const { passkeys: t } = useText()
  const { date } = useFormat()
  const { id, name, createdAt, lastUsedAt, suspendedAt, heldAt } = passkey
  return (
    <li>
      <a class='row' href={href(paths.passkey, { passkeyId: id })}>
        <span class='t'>
          {name} {suspendedAt ? <Tag kind='crit'>{t.stopped}</Tag> : heldAt && <Tag>{t.held.tag}</Tag>}
        </span>
        <span class='m'>
          {t.added(date(createdAt))} · {lastUsedAt ? t.lastUsed(date(lastUsedAt)) : t.neverUsed}
        </span>
      </a>
    </li>
  )
}

export const PasskeyPage = ({ passkey, form }: { passkey: OwnPasskey; form: Form }) => {
  const { passkeys: t } = useText()
  const { date, moment } = useFormat()
  const { id, createdAt, lastUsedAt, suspendedAt, isLast } = passkey
  return (
    <section id='passkey' class='mid flow'>
      <BackLink to={paths.passkeys}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.one}</h1>
      {suspendedAt && (
        <Notice kind='bad' title={t.stopped}>
          <p>{t.whyStopped(moment(suspendedAt))}</p>
        </Notice>
      )}
      <p>
        {t.added(date(createdAt))} · {lastUsedAt ? t.lastUsed(date(lastUsedAt)) : t.neverUsed}
      </p>
      <form method='post' action={href(paths.passkey, { passkeyId: id })} novalidate>
        <TextField name='name' label={t.name} hint={t.nameHint} form={form} autocomplete='off' />
        <Button>{t.rename}</Button>
      </form>
      <h2>{t.remove}</h2>
      {isLast ? (
        <p>
          {t.last} <a href={paths.secondStepSettings}>{t.secondStep}</a>
        </p>
      ) : (
        <>
          <p>{t.removing}</p>
          <form method='post' action={href(paths.passkeyRemoval, { passkeyId: id })}>
            <Button kind='stop'>{t.remove}</Button>
          </form>
        </>
      )}
    </section>
  )
}
