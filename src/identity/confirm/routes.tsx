import * as v from 'valibot'
import { actor, audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { blank, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { checkCurrentPassword } from '../current-password.ts'
import { askForOwnPasskey } from '../passkeys/proof.ts'
import { listUsable } from '../passkeys/store.ts'
import { fitsPassword } from '../password-rule.ts'
import { renewSession } from '../session.ts'
import { safeNext } from '../sign-in/credentials.ts'
import { forgetTries } from '../throttle.ts'
import { signedIn } from '../viewer.ts'
import type { Session } from '../visit.ts'
import { ConfirmPage } from './views.tsx'

export const confirm = new Routes()

const Password = v.object({
  password: v.pipe(v.string(), v.minLength(1, 'missing'), v.check(fitsPassword, 'wrong')),
})

const nextOf = (c: RequestContext) => safeNext(c.req.query('next')) ?? paths.settings

confirm.get(paths.confirm, signedIn, async (c) =>
  c.render(<ConfirmPage form={blank()} next={nextOf(c)} passkey={await ownPasskey(c, c.var.session)} />, {
    title: c.var.t.confirm.title,
    passkey: true,
  })
)

const ownPasskey = async (c: RequestContext, session: Session) =>
  askForOwnPasskey(c, 'confirm', session, await listUsable(c.var.db, session.accountId, 'confirm'))

confirm.post(paths.confirm, signedIn, async (c) => {
  const { db, now, t, requestId, viewer, session } = c.var
  const next = nextOf(c)
  const form = await readForm(c, Password, t.confirm)
  const known = form.ok && (await checkCurrentPassword(c, viewer, form.value.password))
  const entry = { at: now, ...actor(viewer), requestId }
  if (!known) {
    if (form.ok) db.alongside(audit(db, { ...entry, action: 'confirm.wrong' }))
    const refused = form.ok ? { typed: {}, errors: { password: t.confirm.wrong } } : form.form
    const passkey = await ownPasskey(c, session)
    return renderInvalid(c, <ConfirmPage form={refused} next={next} passkey={passkey} />, {
      title: t.confirm.title,
      passkey: true,
    })
  }
  const renewed = await renewSession(c, session, { confirmed: true })
  await db.batch([
    renewed.statement(),
    forgetTries(db, known.triesKey),
    audit(db, { ...entry, action: 'confirm.password' }),
  ])
  renewed.setCookie()
  return c.redirect(next, 303)
})
