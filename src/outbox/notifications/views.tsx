import { Checkbox } from '../../design/field.tsx'
import { BackLink, Button } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import { fieldOf, notificationKinds, shownField } from './notification.ts'
import type { RecordNotices } from './store.ts'

/** One set of boxes for each record that someone reads; whose it is, is said where there are several. */
export const NotificationsPage = ({ records }: { records: RecordNotices[] }) => {
  const { notifications: t, settings } = useText()
  return (
    <section id='notifications' class='narrow flow'>
      <BackLink to={paths.settings}>{settings.title}</BackLink>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      {records.length > 0 && (
        <form method='post' action={paths.notifications} novalidate>
          {records.map(({ id, givenName, familyName, isOwn, unwanted }) => (
            <fieldset>
              <legend>{records.length > 1 ? t.legendOf(`${givenName} ${familyName}`) : t.legend}</legend>
              <input type='hidden' name={shownField(id)} value='yes' />
              {notificationKinds.map((kind) => (
                <Checkbox
                  name={fieldOf(id, kind)}
                  form={{
                    typed: { [fieldOf(id, kind)]: unwanted.includes(kind) ? '' : 'yes' },
                    errors: {},
                  }}
                >
                  {(isOwn ? t.kinds : t.kindsOfOther)[kind]}
                </Checkbox>
              ))}
            </fieldset>
          ))}
          <Button>{t.save}</Button>
        </form>
      )}
      <p class='soft'>{t.always}</p>
    </section>
  )
}
