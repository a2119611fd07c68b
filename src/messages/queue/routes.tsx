import { audit } from '../../audit/record.ts'
import type { RequestContext } from '../../env.ts'
import { staff } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { pageAsked } from '../../web/paging.ts'
import { Routes } from '../../web/routes.ts'
import { countNews, listWork } from './store.ts'
import { QueueNews, QueuePage, queueUrl } from './views.tsx'
import { mostListed, type Part, pagesOf, partFrom, shownFrom } from './work.ts'

export const messageQueue = new Routes()

const asked = (c: RequestContext) => partFrom(c.req.query('show'), c.req.query('queue'))

messageQueue.get(paths.adminQueue, staff('desk-messages'), async (c) => {
  const { db, now, viewer, requestId } = c.var
  const part = asked(c)
  const page = pageAsked(c)
  if (page > pagesOf(mostListed)) return c.notFound()
  // It shows names, birth dates and subjects of many records at once.
  db.alongside(
    audit(db, {
      at: now,
      accountId: viewer.id,
      actor: viewer.staffRole,
      action: 'messages.queue-read',
      requestId,
    })
  )
  const list = await listWork(db, viewer, { ...part, page }, now)
  if (page > 1 && list.rows.length === 0) return c.notFound()
  if (part.queue && !list.queues.some(({ id }) => id === part.queue)) return c.notFound()
  return c.render(<QueuePage list={list} part={part} page={page} />, head(c, page, list.counts[part.filter]))
})

// What a page asks for by itself: nothing about anyone, nothing at all when it shows everything.
messageQueue.get(paths.adminQueueNews, staff('desk-messages'), async (c) => {
  const { db, now, viewer } = c.var
  const part: Part = asked(c)
  const page = pageAsked(c)
  const shown = shownFrom(c.req.query('version'), c.req.query('at'))
  if (!shown) return c.redirect(queueUrl(part, page), 303)
  const news = await countNews(db, viewer, part, shown, now)
  if (news.fresh + news.changed === 0) return c.body(null, 204)
  const count = Number(c.req.query('count')) || 0
  return c.render(
    <QueueNews part={part} page={page} count={count} shown={shown} news={news} />,
    head(c, page, count)
  )
})

const head = ({ var: { t } }: RequestContext, page: number, count: number) => ({
  title: page > 1 ? `${t.messages.title} – ${t.common.pageOf(page, pagesOf(count))}` : t.messages.title,
  tab: 'messages' as const,
  island: true,
})
