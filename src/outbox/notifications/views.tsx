import { Checkbox } from '../../design/field.tsx'
import { BackLink, Button } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import { type NotificationKind, notificationKinds } from './notification.ts'

export const NotificationsPage = ({ unwanted }: { unwanted: NotificationKind[] }) => {
  const { notifications: t, settings } = useText()
  const typed = Object.fromEntries(
    notificationKinds.map((kind) => [kind, unwanted.includes(kind) ? '' : 'yes'])
  )
  return (
    <section id='notifications' class='narrow flow'>
      <BackLink to={paths.settings}>{settings.title}</BackLink>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <form method='post' action={paths.notifications} novalidate>
        <fieldset>
          <legend>{t.legend}</legend>
          {notificationKinds.map((kind) => (
            <Checkbox name={kind} form={{ typed, errors: {} }}>
              {t.kinds[kind]}
            </Checkbox>
          ))}
        </fieldset>
        <Button>{t.save}</Button>
      </form>
      <p class='soft'>{t.always}</p>
    </section>
  )
}
