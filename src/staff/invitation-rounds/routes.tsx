import * as v from 'valibot'
import type { RequestContext } from '../../env.ts'
import { staff } from '../../identity/viewer.ts'
import { wakeOutbox } from '../../outbox/queue.ts'
import { href, paths } from '../../paths.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { bornBy, NewRound } from './round.ts'
import { findRound, makeRound, sendNext, startRound } from './store.ts'
import { RoundPage } from './views.tsx'

export const invitationRounds = new Routes()

const desk = staff('invitations')
const head = (c: RequestContext) => ({ title: c.var.t.rounds.title, tab: 'patients', island: true }) as const

invitationRounds.post(paths.invitationRounds, desk, async (c) => {
  const { db, now, visit } = c.var
  const asked = v.safeParse(NewRound, await readFields(c))
  if (!asked.success) return c.redirect(paths.adminInvitations, 303)
  const { submissionId: id, list, rosterId } = asked.output
  const choice = { id, list, rosterId: list === 'roster' ? rosterId : null }
  await makeRound(db, c.var, choice, bornBy(now, visit.practice.timeZone), now)
  return c.redirect(href(paths.invitationRound, { roundId: id }), 303)
})

invitationRounds.get(paths.invitationRound, desk, async (c) => {
  const { db, now } = c.var
  const round = await findRound(db, c.var, c.req.param('roundId'), now)
  return round ? c.render(<RoundPage round={round} />, head(c)) : c.notFound()
})

/** Sends on from where it stopped: a long round takes several requests, and invites nobody twice. */
invitationRounds.post(paths.invitationRound, desk, async (c) => {
  const { db, now, requestId } = c.var
  const roundId = c.req.param('roundId')
  if (!(await startRound(db, c.var, roundId, now))) return c.notFound()
  await sendNext(db, c.env.TOKEN_KEY, roundId, requestId, now)
  wakeOutbox(c)
  return c.redirect(href(paths.invitationRound, { roundId }), 303)
})
