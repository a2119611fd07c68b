import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { Button, EmailAddress, SummaryList } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { codesPerSet } from '../second-step/recovery-code.ts'
import { FewCodesLeft } from '../second-step/views.tsx'
import type { Viewer } from '../visit.ts'
import type { SettingsFacts } from './store.ts'

type Row = [label: string, value: string, act: Child]

export const SettingsPage = ({ viewer, facts }: { viewer: Viewer; facts: SettingsFacts }) => {
  const { settings: t, nav } = useText()
  const { date } = useFormat()
  const { passwordChangedAt, createdAt, secondStepAt, passkeys, devices, codesSpent, ownRecords } = facts
  return (
    <section id='settings' class='mid flow'>
      <h1>{t.title}</h1>
      {secondStepAt && <FewCodesLeft left={codesPerSet - (codesSpent ?? codesPerSet)} />}
      <div class='card'>
        <SummaryList
          rows={[
            [t.email, <EmailAddress>{viewer.email}</EmailAddress>],
            [
              t.password,
              passwordChangedAt
                ? t.passwordChanged(date(passwordChangedAt))
                : t.passwordMade(date(createdAt)),
            ],
          ]}
        />
      </div>
      <div class='acts'>
        <a
          class='btn'
          href={paths.emailSettings}
          hx-get={paths.emailSettings}
          hx-target='#window'
          hx-swap='ignoreTitle:true'
          aria-haspopup='dialog'
        >
          {t.changeCredentials}
        </a>
      </div>
      <div class='card'>
        <SummaryList
          rows={[
            [t.language, <LanguageNow />, <OtherLanguage />],
            [
              t.secondStep,
              secondStepAt ? t.secondStepOn(date(secondStepAt)) : t.secondStepOff,
              <RowLink to={paths.secondStepSettings} word={t.change} what={t.secondStep} />,
            ],
            [
              t.passkeys,
              t.passkeyCount(passkeys),
              <RowLink to={paths.passkeys} word={t.change} what={t.passkeys} />,
            ],
            [
              t.notifications,
              t.notificationsHint,
              <RowLink to={paths.notifications} word={t.change} what={t.notifications} />,
            ],
            ...ownRecords.map(({ id, givenName }): Row => {
              const what = ownRecords.length > 1 ? `${t.resultTiming}: ${givenName}` : t.resultTiming
              const to = href(paths.resultTiming, { patientId: id })
              return [what, t.resultTimingHint, <RowLink to={to} word={t.change} what={what} />]
            }),
            ...ownRecords.map(({ id, givenName }): Row => {
              const what = ownRecords.length > 1 ? `${t.accessHistory}: ${givenName}` : t.accessHistory
              const to = href(paths.accessHistory, { patientId: id })
              return [what, t.accessHistoryHint, <RowLink to={to} word={t.open} what={what} />]
            }),
            ...ownRecords.map(({ id, givenName }): Row => {
              const what = ownRecords.length > 1 ? `${nav.takeAlong}: ${givenName}` : nav.takeAlong
              const to = href(paths.record, { patientId: id })
              return [what, t.recordHint, <RowLink to={to} word={t.open} what={what} />]
            }),
            [
              t.devices,
              t.deviceCount(devices),
              <RowLink to={paths.devices} word={t.open} what={t.devices} />,
            ],
          ]}
        />
      </div>
      <dialog id='window' aria-labelledby='credentials-title' />
    </section>
  )
}

const LanguageNow = () => {
  const { settings: t } = useText()
  return (
    <>
      {t.languageNow}
      <br />
      <small>{t.languageHint}</small>
    </>
  )
}

const OtherLanguage = () => {
  const { language, t } = getContext<Env>().var
  const other = language === 'en' ? 'es' : 'en'
  return (
    <form method='post' action={paths.language} lang={other}>
      <input type='hidden' name='language' value={other} />
      <Button kind='text'>{t.settings.useOther}</Button>
    </form>
  )
}

/** A word that is enough for the eye, and of what, which the ear needs. */
const RowLink = ({ to, word, what }: { to: string; word: string; what: string }) => (
  <a class='btn text' href={to}>
    {word}
    <span class='vh'> {what}</span>
  </a>
)
