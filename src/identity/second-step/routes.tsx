import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { renewSession } from '../session.ts'
import { SecurityCode } from '../totp.ts'
import { confirmed, signedIn } from '../viewer.ts'
import type { Session } from '../visit.ts'
import { confirmApp, newApp } from './app.ts'
import { unspentCodes } from './recovery-code.ts'
import {
  findSecondStep,
  keepRecoverySet,
  removeApp,
  replaceRecoverySet,
  type SecondStep,
  setUpApp,
  turnOff,
} from './store.ts'
import { AppPage, AppRemovalPage, OverviewPage, RecoveryCodesPage, RemovalPage } from './views.tsx'

export const secondStep = new Routes()

const confirmedHere = confirmed(paths.secondStepSettings)

secondStep.get(paths.secondStepSettings, signedIn, async (c) => {
  const found = await findSecondStep(c.var.db, c.var.viewer.id, c.var.now)
  return c.render(<OverviewPage secondStep={found} />, { title: c.var.t.secondStep.title })
})

async function showApp(c: RequestContext, session: Session, { account }: SecondStep, form: Form) {
  const app = await newApp(c, session, account)
  const page = <AppPage form={form} app={app} isNew={account.totpConfirmedAt === null} />
  const head = { title: c.var.t.secondStep.setUp.titleApp }
  return Object.keys(form.errors).length > 0 ? renderInvalid(c, page, head) : c.render(page, head)
}

secondStep.get(paths.secondStepApp, confirmedHere, async (c) => {
  const { db, now, viewer, session } = c.var
  return showApp(c, session, await findSecondStep(db, viewer.id, now), blank())
})

secondStep.post(paths.secondStepApp, confirmedHere, async (c) => {
  const { db, now, t, requestId, viewer, session } = c.var
  const form = await readForm(c, SecurityCode, t.secondStep.asked)
  const found = await findSecondStep(db, viewer.id, now)
  const app = form.ok && (await confirmApp(c, session, found.account, form.value.code))
  if (!app) {
    const errors = form.ok ? { code: t.secondStep.asked.codeWrong } : form.form.errors
    return showApp(c, session, found, { typed: {}, errors })
  }
  const renewed = await renewSession(c, session, { confirmed: false })
  // Someone else's tab was quicker: the overview shows what is set up now.
  if (!(await setUpApp(db, found.account, app, renewed.statement, requestId, now)))
    return c.redirect(paths.secondStepSettings, 303)
  renewed.setCookie()
  wakeOutbox(c)
  flash(c, 'secondStepOn')
  return c.redirect(found.recovery?.keptAt ? paths.secondStepSettings : paths.recoveryCodes, 303)
})

secondStep.get(paths.recoveryCodes, confirmedHere, async (c) => {
  const { db, now, t, viewer, visit } = c.var
  const { account, recovery } = await findSecondStep(db, viewer.id, now)
  if (!account.secondStepAt) return c.redirect(paths.secondStepSettings, 303)
  const codes = recovery && !recovery.keptAt ? await unspentCodes(c.env.TOKEN_KEY, recovery) : []
  const page = <RecoveryCodesPage recovery={recovery} codes={codes} practice={visit.practice} />
  return c.render(page, { title: t.secondStep.codes.title })
})

/** The set a person was looking at; none when they had none. */
const ShownSet = v.object({ set: v.pipe(v.string(), v.regex(/^[a-z0-9]{0,21}$/)) })

secondStep.post(paths.recoveryCodes, confirmedHere, async (c) => {
  const { db, now, requestId, viewer } = c.var
  const form = await readForm(c, ShownSet, {})
  if (form.ok && (await replaceRecoverySet(db, viewer, form.value.set, requestId, now)))
    flash(c, 'recoveryCodesMade')
  wakeOutbox(c)
  return c.redirect(paths.recoveryCodes, 303)
})

secondStep.post(paths.recoveryCodesKept, confirmedHere, async (c) => {
  const { db, now, requestId, viewer } = c.var
  const form = await readForm(c, ShownSet, {})
  if (form.ok && (await keepRecoverySet(db, viewer, form.value.set, requestId, now)))
    flash(c, 'recoveryCodesKept')
  return c.redirect(paths.secondStepSettings, 303)
})

/** Without a passkey the app is all there is: removing it is turning the second step off, which staff cannot do. */
const removal = ({ account, passkeys }: SecondStep) => {
  if (!account.totpConfirmedAt) return 'nothing'
  if (passkeys > 0) return 'app'
  return account.staffRole ? 'refused' : 'all'
}

const removalHead = (c: RequestContext) => ({ title: c.var.t.secondStep.removeApp.title })

secondStep.get(paths.secondStepAppRemoval, confirmedHere, async (c) => {
  const { db, now, viewer } = c.var
  const what = removal(await findSecondStep(db, viewer.id, now))
  if (what === 'nothing') return c.redirect(paths.secondStepSettings, 303)
  if (what === 'all') return c.redirect(paths.secondStepRemoval, 303)
  return c.render(<AppRemovalPage mayRemove={what === 'app'} />, removalHead(c))
})

secondStep.post(paths.secondStepAppRemoval, confirmedHere, async (c) => {
  const { db, now, requestId, viewer, session } = c.var
  const what = removal(await findSecondStep(db, viewer.id, now))
  if (what === 'refused') return renderInvalid(c, <AppRemovalPage mayRemove={false} />, removalHead(c))
  if (what === 'all') return c.redirect(paths.secondStepRemoval, 303)
  const renewed = await renewSession(c, session, { confirmed: false })
  if (!(await removeApp(db, viewer, renewed.statement, requestId, now)))
    return c.redirect(paths.secondStepSettings, 303)
  renewed.setCookie()
  wakeOutbox(c)
  flash(c, 'appRemoved')
  return c.redirect(paths.recoveryCodes, 303)
})

secondStep.get(paths.secondStepRemoval, confirmedHere, async (c) => {
  const { db, now, t, viewer } = c.var
  const { account, passkeys } = await findSecondStep(db, viewer.id, now)
  if (!account.secondStepAt) return c.redirect(paths.secondStepSettings, 303)
  return c.render(<RemovalPage mayTurnOff={!viewer.staffRole} passkeys={passkeys} />, {
    title: t.secondStep.turnOff.title,
  })
})

secondStep.post(paths.secondStepRemoval, confirmedHere, async (c) => {
  const { db, now, t, requestId, viewer, session } = c.var
  if (viewer.staffRole)
    return renderInvalid(c, <RemovalPage mayTurnOff={false} passkeys={0} />, {
      title: t.secondStep.turnOff.title,
    })
  const renewed = await renewSession(c, session, { confirmed: false })
  if (await turnOff(db, viewer, renewed.statement, requestId, now)) {
    renewed.setCookie()
    wakeOutbox(c)
    flash(c, 'secondStepOff')
  }
  return c.redirect(paths.secondStepSettings, 303)
})
