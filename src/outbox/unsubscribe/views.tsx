import { Button } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import { useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { NotificationKind } from '../notifications/notification.ts'

/** What a link at the end of a mail can stop, and how to turn it on again. */
export const UnsubscribePage = ({
  state,
  kind,
  token,
}: {
  state: 'on' | 'off' | 'unknown'
  kind: NotificationKind | undefined
  token: string
}) => {
  const { unsubscribe: t, credentials, signIn } = useText()
  return (
    <section id='unsubscribe' class='narrow flow'>
      <h1>{t[state].title}</h1>
      <p>{kind && state !== 'unknown' ? t[state].body(t.kinds[kind]) : t.unknown.body}</p>
      {state === 'on' && (
        <form method='post' action={href(paths.unsubscribe, { token })}>
          <Button>{t.on.submit}</Button>
        </form>
      )}
      <p>{t.again}</p>
      {state !== 'on' && (
        <div class='acts'>
          <a class='btn' href={paths.notifications}>
            {signIn.title}
          </a>
        </div>
      )}
      <p class='soft'>{t.always}</p>
      <p>
        {credentials.help} <OfficePhone />
      </p>
    </section>
  )
}
