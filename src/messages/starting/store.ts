import { sql } from 'drizzle-orm'
import { audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../db/id.ts'
import { accounts, drafts, grants, patients } from '../../db/schema.ts'
import type { Language } from '../../i18n/text.ts'
import type { Chart } from '../../patients/chart.ts'
import { type Caregiver, liveCaregivers } from '../../patients/grant.ts'
import { tellReaders } from '../case/store.ts'
import { filesOfForm } from '../files/store.ts'
import { type Kept, keep, type NewMessageFields, openingStatements, type Riders, written } from '../store.ts'
import { listQueuesInUse } from '../work-items/store.ts'
import { becameOf, ownDraft } from '../writing/store.ts'

/**
 * What a page to write to a patient on shows: who will read it, how it is signed, what the form already holds, and the
 * thread it became once sent.
 */
export async function findStart(db: Db, chart: Chart<'messages'>, id: string) {
  const [caregivers, queues, [draft], files, [sent]] = await db.batch([
    liveCaregivers(db, chart),
    listQueuesInUse(db),
    db.select().from(drafts).where(ownDraft(chart, id)).limit(1),
    filesOfForm(db, chart, id),
    becameOf(db, chart, id),
  ])
  return { caregivers, queues, draft, files, sentIn: sent?.threadId }
}
export type Start = Awaited<ReturnType<typeof findStart>>

/** Neither the patient nor a caregiver has an account that could read it. */
const nobodyReads = ({ patientId }: Chart<'messages'>) => sql`NOT EXISTS (
  SELECT 1 FROM ${patients} p JOIN ${accounts} a ON a.id = p.account_id
  WHERE p.id = ${patientId} AND a.deactivated_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM ${grants} g JOIN ${accounts} a ON a.id = g.account_id
    WHERE g.patient_id = ${patientId} AND g.revoked_at IS NULL AND a.deactivated_at IS NULL)`

type StartFields = NewMessageFields & { mayReply: boolean; tell: Pick<Caregiver, 'accountId'>[] }

/**
 * Begins a conversation with a patient: unread in their messages, told by e-mail to them and to the caregivers named.
 * Undefined when nobody could read it.
 */
export async function startThread(
  db: Db,
  chart: Chart<'messages'>,
  { mayReply, tell, ...fields }: StartFields,
  language: Language,
  now: Date,
  riders: Riders = () => []
): Promise<Kept | undefined> {
  const threadId = newId()
  const messageId = newId()
  const isIn = written(messageId)
  const readers = [chart.patient.accountId, ...tell.map(({ accountId }) => accountId)]
  return keep(db, chart, fields, now, [
    ...openingStatements(db, chart, threadId, messageId, fields, language, now, {
      unless: nobodyReads(chart),
      replyOff: !mayReply,
    }),
    ...tellReaders(db, chart, threadId, readers, isIn, now),
    audit(db, chart.did('started', now, threadId), isIn),
    ...riders(messageId, isIn),
  ])
}
