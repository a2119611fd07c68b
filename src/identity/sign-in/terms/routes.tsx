import * as v from 'valibot'
import type { RequestContext } from '../../../env.ts'
import { paths } from '../../../paths.ts'
import { blank, readForm } from '../../../web/form.ts'
import { renderInvalid } from '../../../web/page.tsx'
import { Routes } from '../../../web/routes.ts'
import { networkAddress } from '../../network.ts'
import { acceptTerms } from '../../store.ts'
import { signedIn } from '../../viewer.ts'
import { safeNext } from '../credentials.ts'
import { TermsUpdatePage } from './views.tsx'

export const termsUpdate = new Routes()

const head = (c: RequestContext) => ({ title: c.var.t.signIn.termsUpdate.title, layout: 'entry' }) as const

const Agreement = v.object({ terms: v.literal('yes', 'missing') })

termsUpdate.get(paths.termsUpdate, signedIn, (c) =>
  c.render(<TermsUpdatePage form={blank()} next={safeNext(c.req.query('next'))} />, head(c))
)

termsUpdate.post(paths.termsUpdate, signedIn, async (c) => {
  const { db, now, t, requestId, viewer, visit } = c.var
  const next = safeNext(c.req.query('next'))
  const form = await readForm(c, Agreement, t.signIn.termsUpdate)
  if (!form.ok) return renderInvalid(c, <TermsUpdatePage form={form.form} next={next} />, head(c))
  await acceptTerms(db, viewer, visit.practice.termsVersion, networkAddress(c), requestId, now)
  return c.redirect(next ?? paths.front, 303)
})
