import type { RequestContext } from '../../env.ts'
import { feed } from '../../identity/feed.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { deskOf, receiveBody } from '../filing/message.ts'
import { summaryOf } from '../filing/store.ts'
import { answerEach, outcomeOf } from './answer.ts'
import { isRefusal } from './bundle.ts'
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
    const inboxId = await receiveBody(desk, c.var.feed, bytes, { format: 'fhir' })
    const result = await fileFhir(desk, c.var.feed, bytes, inboxId)
    if (isRefusal(result)) return refuse(c, result.status, result.why)
    const { bundle, filing } = result
    // A client that speaks FHIR gets an answer for each entry; others the counts.
    if (bundle.isInteraction && c.req.header('Accept')?.includes('fhir+json'))
      return c.json(answerEach(bundle, filing), 200, fhirJson)
    return c.json({ ...summaryOf(filing), reference: c.var.requestId })
  }
)
