import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { knownDevice } from '../device.ts'
import { network, networkAddress } from '../network.ts'
import { nobodysHash, verifyPassword } from '../password.ts'
import { pseudonym, seal, unseal } from '../secret.ts'
import { dropCookie, newSession } from '../session.ts'
import { shield } from '../shield.ts'
import {
  type Account,
  acceptTerms,
  keepTotpSecret,
  listRecords,
  recordFailedSignIn,
  signOut,
} from '../store.ts'
import { limits, takeTry } from '../throttle.ts'
import { newTotpSecret, totpStep, totpUri, typedSecret } from '../totp.ts'
import { anyone, halfSignedIn, signedIn } from '../viewer.ts'
import { arrive } from './arrival.ts'
import { Credentials, SecurityCode, safeNext } from './credentials.ts'
import { appCode, findAccountForSignIn, giveTriesBack, openHalfSession, type Try } from './store.ts'
import {
  ForgotPasswordPage,
  RecordsPage,
  SecondStepPage,
  SecondStepSetupPage,
  SignInPage,
  TermsUpdatePage,
} from './views.tsx'

export const signIn = new Routes()

/** The first page of someone who is signed in. */
function firstPage(c: RequestContext) {
  const { viewer, records } = c.var.visit
  if (!viewer) return paths.signIn
  if (viewer.staffRole) return paths.admin
  return records.count === 1 && records.firstId
    ? href(paths.home, { patientId: records.firstId })
    : paths.records
}

signIn.get(paths.front, anyone, (c) => c.redirect(firstPage(c), 303))

signIn.get(paths.signIn, anyone, (c) => {
  if (c.var.visit.viewer) return c.redirect(firstPage(c), 303)
  const next = safeNext(c.req.query('next'))
  return c.render(<SignInPage form={blank()} next={next} />, { title: c.var.t.signIn.title, layout: 'entry' })
})

signIn.post(paths.signIn, anyone, async (c) => {
  const { db, now, t, requestId, visit } = c.var
  const next = safeNext(c.req.query('next'))
  const head = { title: t.signIn.title, layout: 'entry' } as const
  const form = await readForm(c, Credentials, t.signIn)
  if (!form.ok) return renderInvalid(c, <SignInPage form={form.form} next={next} />, head)

  const { email, password } = form.value
  await shield(c, email)
  const device = await knownDevice(c, email)
  const tries: [Try, Try] = [
    {
      key: await pseudonym(
        c.env.TOKEN_KEY,
        device ? 'sign-in device' : 'sign-in address',
        `${device ?? ''}${email}`
      ),
      limit: limits.signInByAddress,
    },
    {
      key: await pseudonym(c.env.TOKEN_KEY, 'sign-in network', network(c)),
      limit: limits.signInByNetwork,
    },
  ]
  const { allowed, account, trusted } = await findAccountForSignIn(db, email, device ?? null, tries, now)
  const usable = allowed && account && !account.deactivatedAt ? account : undefined
  // A hash is what a flood would exhaust us with. A pause tells nothing: unknown addresses are paused alike.
  const right = allowed && (await verifyPassword(usable?.passwordHash ?? nobodysHash, password))
  if (!usable || !right) {
    db.alongside(recordFailedSignIn(db, account, allowed ? 'wrong' : 'paused', requestId, now))
    const refused = { typed: form.typed, errors: { email: t.signIn.wrong } }
    return renderInvalid(c, <SignInPage form={refused} next={next} />, head)
  }

  if (owesSecondStep(usable, trusted)) {
    const session = await newSession(c, usable.id, false)
    const oldToken = visit.session?.tokenHash ?? null
    await openHalfSession(db, { account: usable, session: session.row, tries, oldToken, requestId }, now)
    session.setCookie()
    return c.redirect(
      withQuery(usable.secondStepAt ? paths.secondStep : paths.secondStepSetup, { next }),
      303
    )
  }
  const spend = () => giveTriesBack(db, tries)
  const to = await arrive(c, { account: usable, by: 'password', next, spend })
  // The account was closed, or its password changed, while this one was being checked.
  if (!to) {
    const refused = { typed: form.typed, errors: { email: t.signIn.wrong } }
    return renderInvalid(c, <SignInPage form={refused} next={next} />, head)
  }
  return c.redirect(to, 303)
})

/** Staff always; others where they have set one up and this device is not trusted. */
const owesSecondStep = ({ staffRole, secondStepAt }: Account, trusted: boolean) =>
  staffRole !== null || (secondStepAt !== null && !trusted)

signIn.get(paths.secondStep, halfSignedIn, (c) => {
  if (!c.var.account.secondStepAt) return c.redirect(paths.secondStepSetup, 303)
  const next = safeNext(c.req.query('next'))
  return c.render(<SecondStepPage form={blank()} next={next} />, {
    title: c.var.t.signIn.secondStep.title,
    layout: 'entry',
  })
})

signIn.post(paths.secondStep, halfSignedIn, async (c) => {
  const { account, t } = c.var
  const next = safeNext(c.req.query('next'))
  const form = await readForm(c, SecurityCode, t.signIn.secondStep)
  const to = form.ok && account.totpConfirmedAt && (await passSecondStep(c, account, form.value.code, next))
  if (to) return c.redirect(to, 303)

  const refused = form.ok ? { typed: {}, errors: { code: t.signIn.secondStep.codeWrong } } : form.form
  return renderInvalid(c, <SecondStepPage form={refused} next={next} />, {
    title: t.signIn.secondStep.title,
    layout: 'entry',
  })
})

/** Spends a code once. Where to go from here; undefined when the code is wrong or was used. */
async function passSecondStep(c: RequestContext, account: Account, code: string, next: string | undefined) {
  const { db, now, requestId } = c.var
  const tries = {
    key: await pseudonym(c.env.TOKEN_KEY, 'second step', account.id),
    limit: limits.secondStep,
  }
  const [taken] = await db.batch([takeTry(db, tries.key, tries.limit, now)])
  const secret = account.totpSecret ? await unseal(c.env.TOKEN_KEY, account.totpSecret) : undefined
  const step = taken.length > 0 && secret ? await totpStep(secret, code, now) : undefined
  const to =
    step !== undefined &&
    (await arrive(c, { account, by: 'app', next, ...appCode(db, account, step, tries, now) }))
  if (to) return to
  db.alongside(recordFailedSignIn(db, account, 'second-step-wrong', requestId, now))
  return undefined
}

signIn.get(paths.secondStepSetup, halfSignedIn, async (c) => {
  if (c.var.account.secondStepAt) return c.redirect(paths.secondStep, 303)
  const secret = await ownTotpSecret(c, c.var.account)
  return c.render(<SecondStepSetupPage form={blank()} {...secret} />, {
    title: c.var.t.signIn.secondStep.setUpTitle,
    layout: 'entry',
  })
})

signIn.post(paths.secondStepSetup, halfSignedIn, async (c) => {
  const { account, t } = c.var
  if (account.secondStepAt) return c.redirect(paths.secondStep, 303)
  const form = await readForm(c, SecurityCode, t.signIn.secondStep)
  const to = form.ok && (await passSecondStep(c, account, form.value.code, undefined))
  if (to) return c.redirect(to, 303)

  const refused = form.ok ? { typed: {}, errors: { code: t.signIn.secondStep.codeWrong } } : form.form
  const secret = await ownTotpSecret(c, account)
  return renderInvalid(c, <SecondStepSetupPage form={refused} {...secret} />, {
    title: t.signIn.secondStep.setUpTitle,
    layout: 'entry',
  })
})

/** The secret this account is setting up: the same on every visit until a code confirms it. */
async function ownTotpSecret(c: RequestContext, account: Account) {
  const { TOKEN_KEY } = c.env
  const [kept] = account.totpSecret
    ? [account]
    : await keepTotpSecret(c.var.db, account.id, await seal(TOKEN_KEY, newTotpSecret()))
  const secret = await unseal(TOKEN_KEY, kept?.totpSecret ?? '')
  return { uri: totpUri(secret, account.email), secret: typedSecret(secret) }
}

signIn.post(paths.signOut, anyone, async (c) => {
  const { db, now, requestId, visit } = c.var
  if (visit.session) await signOut(db, visit.session, visit.viewer, requestId, now)
  dropCookie(c)
  flash(c, 'signedOut')
  c.header('Clear-Site-Data', '"cache", "storage"')
  return c.redirect(paths.signIn, 303)
})

signIn.get(paths.forgotPassword, anyone, (c) =>
  c.render(<ForgotPasswordPage />, { title: c.var.t.signIn.forgotTitle, layout: 'entry' })
)

signIn.get(paths.records, signedIn, async (c) => {
  const records = await listRecords(c.var.db, c.var.viewer.id)
  return c.render(<RecordsPage records={records} />, { title: c.var.t.signIn.records.title })
})

const Agreement = v.object({ terms: v.literal('yes', 'missing') })

signIn.get(paths.termsUpdate, signedIn, (c) =>
  c.render(<TermsUpdatePage form={blank()} next={safeNext(c.req.query('next'))} />, {
    title: c.var.t.signIn.termsUpdate.title,
    layout: 'entry',
  })
)

signIn.post(paths.termsUpdate, signedIn, async (c) => {
  const { db, now, t, requestId, viewer, visit } = c.var
  const next = safeNext(c.req.query('next'))
  const form = await readForm(c, Agreement, t.signIn.termsUpdate)
  if (!form.ok)
    return renderInvalid(c, <TermsUpdatePage form={form.form} next={next} />, {
      title: t.signIn.termsUpdate.title,
      layout: 'entry',
    })
  await acceptTerms(db, viewer, visit.practice.termsVersion, networkAddress(c), requestId, now)
  return c.redirect(next ?? paths.front, 303)
})
