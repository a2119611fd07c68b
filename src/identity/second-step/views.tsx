import { ErrorSummary } from '../../design/error-summary.tsx'
import { CodeField } from '../../design/field.tsx'
import { BackLink, Button, Notice, SubmitOrKeep, SummaryList } from '../../design/parts.tsx'
import { QrCode } from '../../design/qr-code.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import type { Practice } from '../visit.ts'
import type { NewApp } from './app.ts'
import { codesPerSet, fewLeft } from './recovery-code.ts'
import type { SecondStep } from './store.ts'

export const AppCodeField = ({ form }: { form: Form }) => {
  const t = useText().secondStep.asked
  return <CodeField label={t.code} form={form} />
}

/** A secret on its way into an app, to scan or to type. */
export const AppPicture = ({ app }: { app: NewApp }) => {
  const t = useText().secondStep.setUp
  return (
    <>
      <p>{t.scan}</p>
      <QrCode text={app.uri} label={t.picture} />
      <p>
        {t.samePhone} <a href={app.uri}>{t.openApp}</a>
      </p>
      <p>
        {t.orType} <code>{app.secret}</code>
      </p>
      <p>{t.afterwards}</p>
    </>
  )
}

const BackToSecondStep = () => <BackLink to={paths.secondStepSettings}>{useText().secondStep.title}</BackLink>

export const OverviewPage = ({ secondStep }: { secondStep: SecondStep }) => {
  const { settings, secondStep: words } = useText()
  const t = words.overview
  const { account } = secondStep
  const isOn = account.secondStepAt !== null
  const isStaff = account.staffRole !== null
  return (
    <section id='second-step' class='mid flow'>
      <BackLink to={paths.settings}>{settings.title}</BackLink>
      <h1>{words.title}</h1>
      <p>{t.intro}</p>
      {isOn && <RecoveryNotice recovery={secondStep.recovery} />}
      <div class='card'>
        <Facts secondStep={secondStep} />
      </div>
      {isStaff && <p>{t.staffAlways}</p>}
      <div class='acts'>
        {!account.totpConfirmedAt && (
          <a class='btn' href={paths.secondStepApp}>
            {t.start}
          </a>
        )}
        {account.totpConfirmedAt && secondStep.passkeys > 0 && (
          <a class='btn alt' href={paths.secondStepAppRemoval}>
            {t.removeApp}
          </a>
        )}
        {isOn && !isStaff && (
          <a class='btn alt' href={paths.secondStepRemoval}>
            {t.turnOff}
          </a>
        )}
      </div>
    </section>
  )
}

const Facts = ({ secondStep }: { secondStep: SecondStep }) => {
  const t = useText().secondStep.overview
  const { date } = useFormat()
  const { account, recovery, passkeys, trustedDevices } = secondStep
  const { secondStepAt, totpConfirmedAt } = account
  return (
    <SummaryList
      rows={[
        [t.state, secondStepAt ? t.on(date(secondStepAt)) : t.off],
        [
          t.app,
          totpConfirmedAt ? t.appOn(date(totpConfirmedAt)) : t.appOff,
          totpConfirmedAt && <a href={paths.secondStepApp}>{t.newPhone}</a>,
        ],
        [t.passkeys, t.passkeysCount(passkeys), <ChangeLink to={paths.passkeys} what={t.passkeys} />],
        ...(secondStepAt
          ? [
              [
                t.codes,
                recovery ? t.left(recovery.left, codesPerSet) : t.noCodes,
                <ChangeLink to={paths.recoveryCodes} what={t.codes} />,
              ] satisfies Row,
            ]
          : []),
        ...(secondStepAt && account.staffRole === null
          ? [
              [
                t.devices,
                t.devicesCount(trustedDevices),
                <ChangeLink to={paths.devices} what={t.devices} />,
              ] satisfies Row,
            ]
          : []),
      ]}
    />
  )
}

const ChangeLink = ({ to, what }: { to: string; what: string }) => (
  <a class='tap' href={to}>
    {useText().secondStep.overview.change}
    <span class='vh'> {what}</span>
  </a>
)

type Row = Parameters<typeof SummaryList>[0]['rows'][number]

/** What is to be done about the codes, while there is something to be done. */
const RecoveryNotice = ({ recovery }: { recovery: SecondStep['recovery'] }) => {
  const t = useText().secondStep.overview
  if (!recovery || recovery.keptAt) return <FewCodesLeft left={recovery?.left ?? 0} />
  return (
    <Notice kind='warn' title={t.saveTitle}>
      <p>
        {t.saveBody} <a href={paths.recoveryCodes}>{t.saveLink}</a>
      </p>
    </Notice>
  )
}

/** Asks for new codes before the last one is gone. */
export const FewCodesLeft = ({ left }: { left: number }) => {
  const t = useText().secondStep.overview
  if (left > fewLeft) return null
  return (
    <Notice kind='warn' title={t.fewTitle(left)}>
      <p>
        {t.fewBody} <a href={paths.recoveryCodes}>{t.fewLink}</a>
      </p>
    </Notice>
  )
}

export const AppPage = ({ form, app, isNew }: { form: Form; app: NewApp; isNew: boolean }) => {
  const { secondStep } = useText()
  const t = secondStep.setUp
  return (
    <section id='app' class='narrow flow'>
      <BackToSecondStep />
      <ErrorSummary form={form} />
      <h1>{t.titleApp}</h1>
      <p>{isNew ? t.introApp : t.replaces}</p>
      <AppPicture app={app} />
      <form method='post' action={paths.secondStepApp} novalidate>
        <AppCodeField form={form} />
        <div class='acts'>
          <Button>{secondStep.asked.submit}</Button>
          <a class='btn text' href={paths.secondStepSettings}>
            {t.cancel}
          </a>
        </div>
      </form>
    </section>
  )
}

type CodesProps = { recovery: SecondStep['recovery']; codes: string[]; practice: Practice }

/** The codes until the person has them; afterwards, how many are left. */
export const RecoveryCodesPage = ({ recovery, codes, practice }: CodesProps) => {
  const t = useText().secondStep.codes
  const { date } = useFormat()
  return (
    <section id='recovery-codes' class='narrow flow'>
      <BackToSecondStep />
      <h1>{t.title}</h1>
      {recovery && codes.length > 0 ? (
        <>
          <p class='paper'>
            {t.paper(practice.name, date(recovery.madeAt))} <span class='nw'>{practice.phone}</span>
          </p>
          <p>{t.intro}</p>
          <ul class='card codes'>
            {codes.map((code) => (
              <li>{code}</li>
            ))}
          </ul>
          <div class='flow screen'>
            <p>{t.keep}</p>
            <p>{t.once}</p>
            <form method='post' action={paths.recoveryCodesKept}>
              <input type='hidden' name='set' value={recovery.id} />
              <Button>{t.saved}</Button>
            </form>
          </div>
        </>
      ) : (
        <>
          <p>{recovery ? t.left(recovery.left, codesPerSet) : t.none}</p>
          {recovery && <p>{t.fresh}</p>}
          <div>
            <form method='post' action={paths.recoveryCodes}>
              <input type='hidden' name='set' value={recovery?.id ?? ''} />
              <Button kind='alt'>{t.make}</Button>
            </form>
          </div>
        </>
      )}
    </section>
  )
}

export const AppRemovalPage = ({ mayRemove }: { mayRemove: boolean }) => {
  const t = useText().secondStep.removeApp
  return (
    <section id='app-removal' class='narrow flow'>
      <BackToSecondStep />
      <h1>{t.title}</h1>
      {mayRemove ? (
        <>
          <p>{t.body}</p>
          <p>{t.devices}</p>
          <form method='post' action={paths.secondStepAppRemoval}>
            <SubmitOrKeep kind='stop' submit={t.submit} keep={t.keep} back={paths.secondStepSettings} />
          </form>
        </>
      ) : (
        <Notice kind='warn'>
          <p>{t.onlyStep}</p>
        </Notice>
      )}
    </section>
  )
}

export const RemovalPage = ({ mayTurnOff, passkeys }: { mayTurnOff: boolean; passkeys: number }) => {
  const t = useText().secondStep.turnOff
  return (
    <section id='second-step-removal' class='narrow flow'>
      <BackToSecondStep />
      <h1>{t.title}</h1>
      {mayTurnOff ? (
        <>
          <p>{t.body}</p>
          <p>{t.devices}</p>
          {passkeys > 0 && <p>{t.passkeys}</p>}
          <form method='post' action={paths.secondStepRemoval}>
            <SubmitOrKeep kind='stop' submit={t.submit} keep={t.keep} back={paths.secondStepSettings} />
          </form>
        </>
      ) : (
        <Notice kind='warn'>
          <p>{t.staff}</p>
        </Notice>
      )}
    </section>
  )
}
