import type { RequestContext } from '../../env.ts'
import { KeptSender } from '../../identity/feed.ts'
import { feedKey } from '../../identity/secret.ts'
import { staff } from '../../identity/viewer.ts'
import { deskOf } from '../../integrations/filing/message.ts'
import { refile } from '../../integrations/refiling.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { isSame, printOf } from '../practice/change.ts'
import { FeedForm, keyShownFor, NewFeed, saidOf, shownOf, states, typedOf } from './feed.ts'
import {
  addFeed,
  changeFeed,
  type FeedRow,
  findBody,
  findFeed,
  findSettings,
  listFeeds,
  noteBodyAct,
  revokeFeed,
  type Settings,
} from './store.ts'
import { BodyPage, FeedPage, FeedSettingsPage, FeedsPage, NewFeedPage } from './views.tsx'

export const staffFeeds = new Routes()

const admins = staff('integrations')
const head = (c: RequestContext) => ({ title: c.var.t.feeds.title, tab: 'practice' as const })

staffFeeds.get(paths.feedList, admins, async (c) =>
  c.render(<FeedsPage rows={await listFeeds(c.var.db, c.var.now)} />, head(c))
)

const newHead = (c: RequestContext) => ({ ...head(c), title: c.var.t.feeds.addTitle })

staffFeeds.get(paths.feedNew, admins, (c) => c.render(<NewFeedPage form={blank()} />, newHead(c)))

staffFeeds.post(paths.feedNew, admins, async (c) => {
  const { db, now, t } = c.var
  const form = await readForm(c, NewFeed, t.feeds.errors)
  if (!form.ok) return renderInvalid(c, <NewFeedPage form={form.form} />, newHead(c))
  const { submissionId: id, ...feed } = form.value
  await addFeed(db, c.env.TOKEN_KEY, c.var, { id, ...feed }, now)
  return c.redirect(href(paths.feedOne, { feedId: id }), 303)
})

staffFeeds.get(paths.feedOne, admins, async (c) => {
  const page = pageAsked(c)
  const state = states.find((each) => each === c.req.query('show'))
  const found = await findFeed(c.var.db, c.req.param('feedId'), page, state)
  if (!found || (found.bodies.length === 0 && page > 1)) return c.notFound()
  return c.render(
    <FeedPage {...found} page={page} state={state} shownKey={await keyToShow(c, found.feed)} />,
    head(c)
  )
})

/** Read by whoever made it, for a quarter of an hour, until it is used for the first time. */
async function keyToShow(c: RequestContext, feed: FeedRow) {
  const isNew = c.var.now.getTime() - feed.createdAt.getTime() < keyShownFor
  const isTheirs = feed.createdBy === c.var.viewer.id
  return isNew && isTheirs && !feed.lastUsedAt && !feed.revokedAt
    ? feedKey(c.env.TOKEN_KEY, feed.id)
    : undefined
}

const settingsHead = (c: RequestContext) => ({ ...head(c), title: c.var.t.feeds.editTitle })

async function settingsPage({ typed, errors }: Form, found: Settings, isNews = false) {
  const form = { typed: { ...typed, seen: await printOf(shownOf(found.feed)) }, errors }
  return <FeedSettingsPage {...found} form={form} isNews={isNews} />
}

staffFeeds.get(paths.feedSettings, admins, async (c) => {
  const found = await findSettings(c.var.db, c.req.param('feedId'))
  if (!found || found.feed.revokedAt) return c.notFound()
  const form = { typed: typedOf(saidOf(found.feed)), errors: {} }
  return c.render(await settingsPage(form, found), settingsHead(c))
})

staffFeeds.post(paths.feedSettings, admins, async (c) => {
  const { db, now, t } = c.var
  const feedId = c.req.param('feedId')
  const found = await findSettings(db, feedId)
  if (!found) return c.notFound()
  const { feed } = found
  const form = await readForm(c, FeedForm(feed), t.feeds.errors)
  const isSeen = form.typed.seen === (await printOf(shownOf(feed)))
  if (!form.ok) return renderInvalid(c, await settingsPage(form.form, found, !isSeen), settingsHead(c))

  const back = href(paths.feedOne, { feedId })
  const becomes = { ...saidOf(feed), ...form.value }
  if (isSame(becomes, saidOf(feed)) && !feed.revokedAt) {
    flash(c, 'practiceSame')
    return c.redirect(back, 303)
  }
  if (!isSeen || !(await changeFeed(db, c.var, feed, becomes, now))) return refuseStale(c, feedId, form.typed)
  flash(c, 'practiceSaved')
  return c.redirect(back, 303)
})

/** What stands now, beside what was typed. */
async function refuseStale(c: RequestContext, feedId: string, typed: Form['typed']) {
  const { db, t } = c.var
  const found = await findSettings(db, feedId)
  if (!found) return c.notFound()
  const why = found.feed.revokedAt ? t.feeds.errors.revokedMeanwhile : t.practice.changedMeanwhile
  return renderInvalid(c, await settingsPage({ typed, errors: { form: why } }, found, true), settingsHead(c))
}

staffFeeds.post(paths.feedRevocation, admins, async (c) => {
  const feedId = c.req.param('feedId')
  if (!(await revokeFeed(c.var.db, c.var, feedId, c.var.now))) return c.notFound()
  flash(c, 'feedRevoked')
  return c.redirect(href(paths.feedOne, { feedId }), 303)
})

staffFeeds.get(paths.feedBody, admins, async (c) => {
  const { feedId, inboxId } = c.req.param()
  const found = await findBody(c.var.db, feedId, inboxId)
  return found ? c.render(<BodyPage {...found} />, head(c)) : c.notFound()
})

/** As it came, saved as a file: it names patients, and taking it is written down. */
staffFeeds.get(paths.feedBodyRaw, admins, async (c) => {
  const { db, now } = c.var
  const { feedId, inboxId } = c.req.param()
  const found = await findBody(db, feedId, inboxId)
  const object = found && (await c.env.FILES.get(found.body.rawKey))
  if (!object) return c.notFound()
  db.alongside(noteBodyAct(db, c.var, 'downloaded', inboxId, now))
  return c.body(object.body, 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(object.size),
    'Content-Disposition': `attachment; filename="received-${inboxId}.txt"`,
  })
})

staffFeeds.post(paths.feedBodyReplay, admins, async (c) => {
  const { db, now, viewer } = c.var
  const { feedId, inboxId } = c.req.param()
  const found = await findBody(db, feedId, inboxId)
  const sender = found && (await KeptSender.open(db, feedId, viewer))
  if (!found || !sender) return c.notFound()
  db.alongside(noteBodyAct(db, c.var, 'replayed', inboxId, now))
  const isDone = await refile(deskOf(c), sender, found.body, c.env.ENVIRONMENT === 'production')
  wakeOutbox(c)
  flash(c, isDone ? 'replayed' : 'rawGone')
  return c.redirect(href(paths.feedBody, { feedId, inboxId }), 303)
})
