import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { paths } from '../../paths.ts'
import { blank, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { askForOwnPasskey } from '../passkeys/proof.ts'
import { listUsable } from '../passkeys/store.ts'
import { fitsPassword } from '../password-length.ts'
import { safeNext } from '../sign-in/credentials.ts'
import { signedIn } from '../viewer.ts'
import type { Session } from '../visit.ts'
import { confirmByPassword } from './confirming.ts'
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
  const { t, viewer, session } = c.var
  const next = nextOf(c)
  const form = await readForm(c, Password, t.confirm)
  if (!form.ok || !(await confirmByPassword(c, viewer, session, form.value.password))) {
    const refused = form.ok ? { typed: {}, errors: { password: t.confirm.wrong } } : form.form
    const passkey = await ownPasskey(c, session)
    return renderInvalid(c, <ConfirmPage form={refused} next={next} passkey={passkey} />, {
      title: t.confirm.title,
      passkey: true,
    })
  }
  return c.redirect(next, 303)
})
