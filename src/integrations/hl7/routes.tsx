import type { RequestContext } from '../../env.ts'
import { feed } from '../../identity/feed.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { deskOf, receiveBody } from '../filing/message.ts'
import { fileHl7 } from './feed.ts'

const refuse = (c: RequestContext, status: 401 | 413 | 415 | 503, why: string) => c.text(why, status)

/** What interfaces send HL7 v2 as; some say nothing, or call it bytes. */
const kinds = /^($|text\/plain|application\/(hl7-v2|octet-stream)|x-application\/hl7-v2)/i

export const hl7 = new Routes().post(
  paths.feedHl7,
  feed('hl7', { maxBody: 20_000_000, refuse }),
  async (c) => {
    if (!kinds.test(c.req.header('Content-Type') ?? ''))
      return refuse(c, 415, 'Send application/hl7-v2 or text/plain.')
    const bytes = await c.req.arrayBuffer()
    const desk = deskOf(c)
    const inboxId = await receiveBody(desk, c.var.feed, bytes, { format: 'hl7' })
    const isProduction = c.env.ENVIRONMENT === 'production'
    const answer = await fileHl7(desk, c.var.feed, bytes, { inboxId, isProduction })
    return c.body(answer, 200, { 'Content-Type': 'application/hl7-v2; charset=utf-8' })
  }
)
