import type { RequestContext } from '../../env.ts'
import { staff } from '../../identity/viewer.ts'
import type { Practice } from '../../identity/visit.ts'
import { settleWaiting } from '../../labs/releases/store.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { type Form, readFields, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { isSame, printOf } from './change.ts'
import { type Fact, facts } from './facts.ts'
import { changePractice, readOverview } from './store.ts'
import { FactPage, OverviewPage } from './views.tsx'

export const practiceSettings = new Routes()

practiceSettings.get(paths.practice, staff('settings'), async (c) => {
  const { db, now, t, visit } = c.var
  const overview = await readOverview(db)
  return c.render(<OverviewPage {...overview} practice={visit.practice} now={now} />, {
    title: t.practice.title,
    tab: 'practice',
  })
})

const head = (c: RequestContext, fact: Fact) => ({
  title: c.var.t.practice.facts[fact.name],
  tab: 'practice' as const,
})

for (const fact of facts) {
  practiceSettings.get(fact.path, staff('settings'), async (c) => {
    const { practice } = c.var.visit
    const form = { typed: fact.typed(practice, c.var.language), errors: {} }
    return c.render(await factPage(c, fact, form, practice), head(c, fact))
  })

  practiceSettings.post(fact.path, staff('settings'), async (c) => {
    const { db, now, t, language, visit } = c.var
    const { practice } = visit
    const form = await readForm(c, fact.schema, t.practice.errors)
    const seen = form.typed.seen === (await printOf(fact.of(practice)))
    if (!form.ok) return refuse(c, fact, form.form, seen ? undefined : practice)

    const becomes = { ...practice, ...form.value }
    if (isSame(fact.typed(becomes, language), fact.typed(practice, language))) {
      flash(c, 'practiceSame')
      return c.redirect(paths.practice, 303)
    }
    if (!seen) return refuse(c, fact, changedMeanwhile(c, form.typed), practice)
    const result = await changePractice(db, c.var, fact, fact.of(practice), form.value, now)
    if (!result.isDone) return refuse(c, fact, changedMeanwhile(c, form.typed), result.practice)
    if (fact.name === 'release') await settleWaiting(db, c.var, { was: practice, becomes }, now)
    flash(c, 'practiceSaved')
    return c.redirect(paths.practice, 303)
  })
}

const changedMeanwhile = (c: RequestContext, typed: Form['typed']): Form => ({
  typed,
  errors: { form: c.var.t.practice.changedMeanwhile },
})

/** `other` is what stands now, where it is not what the form was made from. */
async function refuse(c: RequestContext, fact: Fact, form: Form, other?: Practice) {
  return renderInvalid(
    c,
    await factPage(c, fact, form, other ?? c.var.visit.practice, other !== undefined),
    head(c, fact)
  )
}

async function factPage(
  c: RequestContext,
  fact: Fact,
  { typed, errors }: Form,
  practice: Practice,
  isNews = false
) {
  const form = { typed: { ...typed, seen: await printOf(fact.of(practice)) }, errors }
  return <FactPage fact={fact} form={form} practice={practice} isNews={isNews} now={c.var.now} />
}

practiceSettings.post(paths.practiceDangerWordsReturn, staff('settings'), async (c) => {
  const { db, now, visit } = c.var
  const { practice } = visit
  const was = { dangerWords: practice.dangerWords }
  if (was.dangerWords) {
    const { seen } = await readFields(c)
    if (seen !== (await printOf(was))) return putBackRefused(c, practice)
    const act = { act: 'danger-words-put-back' } as const
    const result = await changePractice(db, c.var, act, was, { dangerWords: null }, now)
    if (!result.isDone) return putBackRefused(c, result.practice)
  }
  flash(c, 'dangerWordsBack')
  return c.redirect(paths.practiceDangerWords, 303)
})

/** Someone wrote other words since: they are looked at before they go. */
function putBackRefused(c: RequestContext, practice: Practice) {
  const fact = facts.find(({ name }) => name === 'danger-words')
  if (!fact) return c.notFound()
  return refuse(c, fact, changedMeanwhile(c, fact.typed(practice, c.var.language)), practice)
}
