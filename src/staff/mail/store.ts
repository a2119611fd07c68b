import { and, eq, type SQL, sql } from 'drizzle-orm'
import { actor, audit } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import { accounts, emailChanges, invitations, outbox, patients } from '../../db/schema.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { canaryState } from '../../outbox/canary/store.ts'
import { fateColumns } from '../../outbox/store.ts'
import { patience, type Trouble, troubles } from './trouble.ts'

export const perPage = 25

/** The same as `troubleOf`, in SQL; each lies on an index of its own. */
const isTroubled = (which: Trouble, now: Date): SQL => {
  const before = now.getTime() - patience
  return {
    failed: sql`failed_at IS NOT NULL AND given_up_at IS NULL`,
    bounced: sql`bounced_at IS NOT NULL AND given_up_at IS NULL AND (bounce_kind = 'hard' OR delivered_at IS NULL)`,
    complained: sql`complained_at IS NOT NULL AND given_up_at IS NULL`,
    waiting: sql`sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND given_up_at IS NULL
      AND coalesce(first_tried_at, due_at) < ${before}`,
  }[which]
}
/** Mail to ourselves has a line of its own, and nobody to call about it. */
const idsOf = (which: Trouble, now: Date) =>
  sql`SELECT id FROM ${outbox} WHERE ${isTroubled(which, now)} AND kind <> 'canary'`
const anyOf = (which: readonly Trouble[], now: Date) =>
  sql`(${sql.join(
    which.map((each) => idsOf(each, now)),
    sql` UNION ALL `
  )})`

/** A statement: how many mails failed, came back, or wait for too long, in one row. */
export const countMailTrouble = (db: Db, now: Date) =>
  db.all<Record<Trouble, number>>(
    sql`SELECT ${sql.join(
      troubles.map((each) => sql`(SELECT count(*) FROM (${idsOf(each, now)})) AS ${sql.identifier(each)}`),
      sql`, `
    )}`
  )

const columns = {
  ...fateColumns,
  chartId: outbox.patientId,
  edition: outbox.edition,
  firstTriedAt: outbox.firstTriedAt,
  renderedAt: outbox.renderedAt,
  address: sql<string | null>`CASE WHEN ${outbox.kind} = 'email-changed' THEN ${emailChanges.oldEmail}
    ELSE coalesce(${emailChanges.newEmail}, ${invitations.email}, ${accounts.email}, ${patients.email}) END`.as(
    'address'
  ),
  givenName: sql<
    string | null
  >`coalesce(${invitations.inviteeGivenName}, ${accounts.givenName}, ${patients.givenName})`.as('to_given'),
  familyName: sql<
    string | null
  >`coalesce(${invitations.inviteeFamilyName}, ${accounts.familyName}, ${patients.familyName})`.as(
    'to_family'
  ),
}

/** Mails with whom they are for, as their rows say it today: no address is kept with a mail. */
const mails = (db: Db, which: SQL) =>
  db
    .select(columns)
    .from(outbox)
    .leftJoin(accounts, eq(accounts.id, outbox.accountId))
    .leftJoin(patients, eq(patients.id, outbox.patientId))
    .leftJoin(
      invitations,
      eq(
        invitations.id,
        sql`coalesce((SELECT c.invitation_id FROM registration_codes c WHERE c.id = ${outbox.subjectId}), ${outbox.subjectId})`
      )
    )
    .leftJoin(
      emailChanges,
      and(eq(emailChanges.id, outbox.subjectId), sql`${outbox.kind} LIKE 'email-change%'`)
    )
    .where(which)
export type TroubledMail = Awaited<ReturnType<typeof mails>>[number]

/** One page of what needs looking after, the latest first, and how much there is of each. */
export async function listTroubledMail(db: Db, which: Trouble | undefined, page: number, now: Date) {
  const ids = anyOf(which ? [which] : troubles, now)
  const [rows, [counts], [all], [canary]] = await db.batch([
    mails(db, sql`${outbox.id} IN ${ids}`)
      .orderBy(
        sql`coalesce(${outbox.complainedAt}, ${outbox.bouncedAt}, ${outbox.failedAt}, ${outbox.firstTriedAt}, ${outbox.dueAt}) DESC`,
        outbox.id
      )
      .limit(perPage)
      .offset((page - 1) * perPage),
    countMailTrouble(db, now),
    db.all<{ count: number }>(sql`SELECT count(DISTINCT id) AS count FROM ${ids}`),
    canaryState(db),
  ])
  return { rows, counts, total: all?.count ?? 0, canary }
}
export type MailList = Awaited<ReturnType<typeof listTroubledMail>>

export async function findTroubledMail(db: Db, mailId: string) {
  const [[mail]] = await db.batch([mails(db, sql`${outbox.id} = ${mailId}`)])
  return mail
}

type Clerk = { viewer: StaffViewer; requestId: string }

/** The mail as the person saw it: in that edition, and in nobody's hands. */
const asShown = (mailId: string, edition: number, now: Date) =>
  sql`${outbox.id} = ${mailId} AND ${outbox.edition} = ${edition} AND ${outbox.givenUpAt} IS NULL
    AND (${outbox.leasedUntil} IS NULL OR ${outbox.leasedUntil} < ${now.getTime()})`

const entry = ({ viewer, requestId }: Clerk, act: 'retried' | 'given-up', mailId: string, now: Date) => ({
  at: now,
  ...actor(viewer),
  action: `mail.${act}`,
  subjectId: mailId,
  requestId,
})

/**
 * Sends a failed mail once more, as a new edition: Resend remembers the key of the old one for a day and would answer
 * for it. What was reported of the old one stays in the reports. False when somebody was quicker.
 */
export const sendAgain = (db: Db, clerk: Clerk, mail: { id: string; edition: number }, now: Date) =>
  act(
    db,
    clerk,
    'retried',
    mail.id,
    sql`${asShown(mail.id, mail.edition, now)} AND ${outbox.complainedAt} IS NULL
      AND ((${isTroubled('failed', now)}) OR (${isTroubled('bounced', now)}))`,
    {
      edition: sql`${outbox.edition} + 1`,
      dueAt: now,
      attempts: 0,
      firstTriedAt: null,
      renderedAt: null,
      leasedUntil: null,
      sentAt: null,
      providerId: null,
      failedAt: null,
      failure: null,
      deliveredAt: null,
      delayedAt: null,
      bouncedAt: null,
      bounceKind: null,
      bounceReason: null,
    },
    now
  )

/** Does not wait for its next try: under the same key, because the last one may have arrived. */
export const sendNow = (db: Db, clerk: Clerk, mail: { id: string; edition: number }, now: Date) =>
  act(
    db,
    clerk,
    'retried',
    mail.id,
    sql`${asShown(mail.id, mail.edition, now)} AND ${isTroubled('waiting', now)} AND ${outbox.dueAt} > ${now.getTime()}`,
    { dueAt: now },
    now
  )

/** Nothing more is to be done about it; what still waits is not sent. */
export const giveUp = (db: Db, clerk: Clerk, mail: { id: string; edition: number }, now: Date) =>
  act(
    db,
    clerk,
    'given-up',
    mail.id,
    sql`${asShown(mail.id, mail.edition, now)} AND ${outbox.id} IN ${anyOf(troubles, now)}`,
    {
      givenUpAt: now,
      givenUpBy: clerk.viewer.id,
      cancelledAt: sql`CASE WHEN ${outbox.sentAt} IS NULL AND ${outbox.failedAt} IS NULL THEN ${now.getTime()}
        ELSE ${outbox.cancelledAt} END`,
    },
    now
  )

async function act(
  db: Db,
  clerk: Clerk,
  done: 'retried' | 'given-up',
  mailId: string,
  guard: SQL,
  change: Parameters<ReturnType<Db['update']>['set']>[0],
  now: Date
) {
  const [, changed] = await db.batch([
    audit(db, entry(clerk, done, mailId, now), sql`EXISTS (SELECT 1 FROM ${outbox} WHERE ${guard})`),
    db.update(outbox).set(change).where(guard).returning({ id: outbox.id }),
  ])
  return changed.length === 1
}
