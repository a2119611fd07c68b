import type { RequestContext } from '../../env.ts'
import { feed } from '../../identity/feed.ts'
import { paths } from '../../paths.ts'
import { logError } from '../../web/log.ts'
import { Routes } from '../../web/routes.ts'
import { deskOf, receiveBody } from '../filing/message.ts'
import { summaryOf } from '../filing/store.ts'
import { answerEach, outcomeOf } from './answer.ts'
import { isRefusal, type Refusal } from './bundle.ts'
import { fileFhir } from './filing.ts'

const codes = {
  400: 'structure',
  401: 'login',
  413: 'too-long',
  422: 'processing',
  503: 'transient',
} as const
const fhirJson = { 'Content-Type': 'application/fhir+json; charset=utf-8' }

/** FHIR's own way to say no. */
const refuse = (c: RequestContext, status: keyof typeof codes, diagnostics: string) =>
  c.json(outcomeOf('error', codes[status], diagnostics), status, fhirJson)

export const fhir = new Routes().post(
  paths.feedFhir,
  feed('fhir', { maxBody: 20_000_000, refuse }),
  async (c) => {
    const bytes = await c.req.arrayBuffer()
    const desk = deskOf(c)
    const result = await receiveBody(desk, c.var.feed, bytes, { format: 'fhir' })
      .then((inboxId) => fileFhir(desk, c.var.feed, bytes, inboxId))
      .catch((error: unknown): Refusal => {
        logError({ requestId: desk.requestId, what: 'fhir body not filed' }, error)
        return { status: 503, why: 'It could not be filed just now, and is safe to send again.' }
      })
    if (isRefusal(result)) return refuse(c, result.status, result.why)
    const { bundle, filing } = result
    // A client that speaks FHIR gets an answer for each entry; others the counts.
    if (bundle.isInteraction && c.req.header('Accept')?.includes('fhir+json'))
      return c.json(answerEach(bundle, filing), 200, fhirJson)
    return c.json({ ...summaryOf(filing), reference: c.var.requestId })
  }
)
