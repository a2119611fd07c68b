import { Button } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import type { PasskeyOptions } from './passkey.ts'

/**
 * A form that asks the browser for a passkey and posts its answer (static/passkey.js): a page with it needs the head's
 * `passkey`. Hidden until the script knows that the browser can; the page must say what else works. `autofill` also
 * offers passkeys at the address field: not once one was refused, or a device that answers by itself would go on for ever.
 */
export const PasskeyButton = ({
  action,
  options,
  label,
  hint,
  kind,
  autofill = false,
}: {
  action: string
  options: PasskeyOptions
  label: string
  hint?: string
  kind?: 'alt' | undefined
  autofill?: boolean
}) => {
  const { passkeys: t } = useText()
  return (
    <form
      class='flow'
      method='post'
      action={action}
      hidden
      data-passkey={JSON.stringify(options)}
      data-autofill={autofill ? '' : undefined}
      data-failed={t.failed}
      data-twice={t.twice}
    >
      {hint && <p>{hint}</p>}
      <input type='hidden' name='answer' />
      <div class='acts'>
        <Button {...(kind && { kind })}>{label}</Button>
      </div>
      <p class='err' role='alert' hidden />
    </form>
  )
}
