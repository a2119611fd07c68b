import * as v from 'valibot'
import type { RequestContext } from '../../../env.ts'
import { wakeOutbox } from '../../../outbox/queue.ts'
import { paths } from '../../../paths.ts'
import { flash } from '../../../web/flash.ts'
import { blank, type Form, readForm } from '../../../web/form.ts'
import { renderInvalid } from '../../../web/page.tsx'
import { Routes } from '../../../web/routes.ts'
import { askForOwnPasskey } from '../../passkeys/proof.ts'
import { listUsable } from '../../passkeys/store.ts'
import { confirmApp, newApp } from '../../second-step/app.ts'
import { positionOf, RecoveryCode } from '../../second-step/recovery-code.ts'
import { findSecondStep, findSecondStepWithTry, firstApp, recoveryCodeUse } from '../../second-step/store.ts'
import { unseal } from '../../secret.ts'
import { type Account, recordFailedSignIn, recordPause } from '../../store.ts'
import { limits, type Taken, takeTry } from '../../throttle.ts'
import { SecurityCode, totpStep } from '../../totp.ts'
import { secondStepTries } from '../../tries.ts'
import { halfSignedIn } from '../../viewer.ts'
import type { Session } from '../../visit.ts'
import { arrive } from '../arrival.ts'
import { safeNext } from '../credentials.ts'
import { appCode } from '../store.ts'
import { RecoveryPage, SecondStepPage, SecondStepSetupPage } from './views.tsx'

export const signInSecondStep = new Routes()

const nextOf = (c: RequestContext) => safeNext(c.req.query('next'))

const Answer = v.object({ ...SecurityCode.entries, trust: v.string() })

/** The page with every way to answer that the account has. */
export async function showSecondStep(c: RequestContext, account: Account, form: Form) {
  const usable = await listUsable(c.var.db, account.id, 'second-step')
  const passkey = await askForOwnPasskey(c, 'second-step', c.var.session, usable)
  const page = <SecondStepPage form={form} next={nextOf(c)} account={account} passkey={passkey} />
  const head = { title: c.var.t.secondStep.asked.title, layout: 'entry', passkey: true } as const
  return Object.keys(form.errors).length > 0 ? renderInvalid(c, page, head) : c.render(page, head)
}

signInSecondStep.get(paths.secondStep, halfSignedIn, (c) =>
  c.var.account.secondStepAt
    ? showSecondStep(c, c.var.account, blank())
    : c.redirect(paths.secondStepSetup, 303)
)

signInSecondStep.post(paths.secondStep, halfSignedIn, async (c) => {
  const { account, t } = c.var
  const form = await readForm(c, Answer, t.secondStep.asked)
  const to = form.ok && (await passByApp(c, account, form.value))
  if (to) return c.redirect(to, 303)

  const errors = form.ok ? { code: t.secondStep.asked.codeWrong } : form.form.errors
  return showSecondStep(c, account, { typed: { trust: form.typed.trust ?? '' }, errors })
})

/** Writes down that a code opened nothing, and a pause that began with it. */
function recordWrong(c: RequestContext, account: Account, why: string, taken: Taken | undefined) {
  const { db, now, requestId } = c.var
  db.alongside(
    recordFailedSignIn(db, account, why, requestId, now),
    ...recordPause(db, account, limits.secondStep, taken, requestId, now)
  )
}

/** Spends a code of the app once. Where to go from here; undefined when the code is wrong or was used. */
async function passByApp(c: RequestContext, account: Account, { code, trust }: v.InferOutput<typeof Answer>) {
  const { db, now } = c.var
  const { key, limit, accountId } = await secondStepTries(c, account.id)
  const [[taken]] = await db.batch([takeTry(db, key, limit, now, { accountId })])
  const secret = account.totpSecret ? await unseal(c.env.TOKEN_KEY, account.totpSecret) : undefined
  const step = taken && secret ? await totpStep(secret, code, now) : undefined
  const to =
    step === undefined
      ? undefined
      : await arrive(c, {
          account,
          by: 'app',
          next: nextOf(c),
          trust: trust === 'yes',
          ...appCode(db, account, step, key),
        })
  if (!to) recordWrong(c, account, 'second-step-wrong', taken)
  return to
}

async function showSetup(c: RequestContext, session: Session, account: Account, form: Form) {
  const app = await newApp(c, session, account)
  const page = <SecondStepSetupPage form={form} app={app} />
  const head = { title: c.var.t.secondStep.setUp.title, layout: 'entry' } as const
  return Object.keys(form.errors).length > 0 ? renderInvalid(c, page, head) : c.render(page, head)
}

signInSecondStep.get(paths.secondStepSetup, halfSignedIn, (c) =>
  c.var.account.secondStepAt
    ? c.redirect(paths.secondStep, 303)
    : showSetup(c, c.var.session, c.var.account, blank())
)

signInSecondStep.post(paths.secondStepSetup, halfSignedIn, async (c) => {
  const { account, session, db, now, t, requestId } = c.var
  if (account.secondStepAt) return c.redirect(paths.secondStep, 303)
  const form = await readForm(c, SecurityCode, t.secondStep.asked)
  const app = form.ok && (await confirmApp(c, session, account, form.value.code))
  const proof = app && firstApp(db, account, app, requestId, now)
  const to = proof && (await arrive(c, { account, by: 'app', next: paths.recoveryCodes, ...proof }))
  if (to) {
    wakeOutbox(c)
    flash(c, 'secondStepOn')
    return c.redirect(to, 303)
  }
  if (form.ok) recordWrong(c, account, 'second-step-wrong', undefined)
  const errors = form.ok ? { code: t.secondStep.asked.codeWrong } : form.form.errors
  return showSetup(c, session, account, { typed: {}, errors })
})

const recoveryHead = (c: RequestContext) =>
  ({ title: c.var.t.secondStep.recovery.title, layout: 'entry' }) as const

signInSecondStep.get(paths.secondStepRecovery, halfSignedIn, async (c) => {
  const { account, db, now } = c.var
  if (!account.secondStepAt) return c.redirect(paths.secondStepSetup, 303)
  const { recovery } = await findSecondStep(db, account.id, now)
  return c.render(
    <RecoveryPage form={blank()} next={nextOf(c)} left={recovery?.left ?? 0} />,
    recoveryHead(c)
  )
})

signInSecondStep.post(paths.secondStepRecovery, halfSignedIn, async (c) => {
  const { account, t } = c.var
  if (!account.secondStepAt) return c.redirect(paths.secondStepSetup, 303)
  const form = await readForm(c, RecoveryCode, t.secondStep.recovery)
  const to = form.ok && (await passByRecoveryCode(c, account, form.value.code))
  if (to) return c.redirect(to, 303)

  const refused = { typed: {}, errors: form.ok ? { code: t.secondStep.recovery.wrong } : form.form.errors }
  return renderInvalid(c, <RecoveryPage form={refused} next={nextOf(c)} left={1} />, recoveryHead(c))
})

/** Spends a recovery code once. Those on no way of their own are led to where a lost phone is replaced. */
async function passByRecoveryCode(c: RequestContext, account: Account, typed: string) {
  const { db, now } = c.var
  const tries = await secondStepTries(c, account.id)
  const { taken, recovery } = await findSecondStepWithTry(db, account.id, tries, now)
  const position = taken && recovery ? await positionOf(c.env.TOKEN_KEY, recovery.id, typed) : undefined
  const to =
    recovery && position
      ? await arrive(c, {
          account,
          by: 'recovery-code',
          next: nextOf(c) ?? paths.secondStepSettings,
          ...recoveryCodeUse(db, account, { setId: recovery.id, position, triesKey: tries.key }, now),
        })
      : undefined
  if (!recovery || !to) {
    recordWrong(c, account, 'recovery-code-wrong', taken)
    return undefined
  }
  wakeOutbox(c)
  flash(c, 'recoveryCodeUsed', recovery.left - 1)
  return to
}
