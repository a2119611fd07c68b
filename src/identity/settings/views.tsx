import { SummaryList } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import type { Viewer } from '../visit.ts'
import type { SettingsFacts } from './store.ts'

export const SettingsPage = ({ viewer, facts }: { viewer: Viewer; facts: SettingsFacts }) => {
  const { settings: t } = useText()
  const { date } = useFormat()
  const { passwordChangedAt, createdAt, secondStepAt } = facts
  return (
    <section id='settings' class='mid flow'>
      <h1>{t.title}</h1>
      <div class='card'>
        <SummaryList
          rows={[
            [t.email, viewer.email],
            [
              t.password,
              passwordChangedAt
                ? t.passwordChanged(date(passwordChangedAt))
                : t.passwordMade(date(createdAt)),
            ],
            [
              t.secondStep,
              secondStepAt ? t.secondStepOn(date(secondStepAt)) : t.secondStepOff,
              <a href={paths.secondStepSettings}>{t.change}</a>,
            ],
          ]}
        />
      </div>
      <div class='acts'>
        <a class='btn' href={paths.credentials}>
          {t.changeCredentials}
        </a>
      </div>
    </section>
  )
}
