import { loadVisit } from '../identity/visit.ts'
import { listMailbox } from '../outbox/dev-mailbox.ts'
import { paths } from '../paths.ts'
import { type Access, Routes } from '../web/routes.ts'
import { MailboxPage } from './views.tsx'

/** Exists in development alone: anywhere else the address answers as if nobody had thought of it. */
const development: Access = {
  label: 'development',
  async enter(c, next) {
    if (c.env.ENVIRONMENT !== 'development') return c.notFound()
    await loadVisit(c)
    await next()
  },
}

export const dev = new Routes()

dev.get(paths.devMailbox, development, async (c) => {
  const to = c.req.query('to')?.trim().toLowerCase()
  const mails = await listMailbox(c.env, to)
  if (c.req.header('Accept')?.includes('application/json')) return c.json(mails)
  return c.render(<MailboxPage mails={mails} to={to} />, { title: 'Development mailbox', layout: 'entry' })
})
