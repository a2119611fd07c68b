import * as v from 'valibot'
import { type Fate, fateOf, type MailFacts } from '../../outbox/fate.ts'
import { body, subject, submission } from '../thread.ts'

export const recipientsPageSize = 50
/** As many as anyone pastes at once. */
const longestList = 5000

export const audiences = ['all', 'list'] as const

export const Announcement = v.pipe(
  v.object({
    submissionId: submission,
    subjectEn: subject,
    bodyEn: body,
    subjectEs: subject,
    bodyEs: body,
    audience: v.picklist(audiences, 'audienceMissing'),
    mrns: v.string(),
  }),
  v.forward(
    v.partialCheck(
      [['audience'], ['mrns']],
      ({ audience, mrns }) => audience === 'all' || readMrns(mrns).length > 0,
      'listMissing'
    ),
    ['mrns']
  ),
  v.forward(
    v.partialCheck([['mrns']], ({ mrns }) => readMrns(mrns).length <= longestList, 'listTooLong'),
    ['mrns']
  )
)
export type AnnouncementFields = v.InferOutput<typeof Announcement>

/** Record numbers as they were pasted, one a line or apart by commas, each once, with the line it first stood in. */
export function readMrns(text: string): { mrn: string; line: number }[] {
  const lines = new Map<string, number>()
  for (const [index, line] of text.split('\n').entries())
    for (const mrn of line.split(/[\s,;]+/).filter(Boolean)) if (!lines.has(mrn)) lines.set(mrn, index + 1)
  return [...lines].map(([mrn, line]) => ({ mrn, line }))
}

export type RecipientFacts = {
  skipped: 'no-account' | 'inactive' | 'deceased' | null
  sentAt: number | null
  readAt: number | null
}
export const statuses = [
  'waiting',
  'sent',
  'mail-failed',
  'read',
  'no-account',
  'inactive',
  'deceased',
] as const
export type RecipientStatus = (typeof statuses)[number]

const lost = new Set<Fate>(['failed', 'bounced'])

/** How far it has come for one recipient: who has read it needs no mail any more. */
export function statusOf(
  { skipped, sentAt, readAt }: RecipientFacts,
  mails: readonly MailFacts[]
): RecipientStatus {
  if (skipped) return skipped
  if (sentAt === null) return 'waiting'
  if (readAt !== null) return 'read'
  return mails.some((mail) => lost.has(fateOf(mail))) ? 'mail-failed' : 'sent'
}
