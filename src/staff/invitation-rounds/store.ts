import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { actor, audit, auditEach } from '../../audit/record.ts'
import type { Db } from '../../db/client.ts'
import {
  accounts,
  invitationDesk,
  invitationRequests,
  invitationRoundPatients,
  invitationRounds,
  invitations,
  outbox,
  patients,
  practice,
  rosterRows,
} from '../../db/schema.ts'
import { inviteRefusal } from '../../identity/invitation/invitation.ts'
import { pending } from '../../identity/invitation/store.ts'
import { invitationToken, sha256 } from '../../identity/secret.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'
import type { StaffViewer } from '../../identity/viewer.ts'
import { giveUpAfter } from '../../outbox/deliver.ts'
import type { Fate } from '../../outbox/fate.ts'
import { fateInSql } from '../../outbox/store.ts'
import { mostInRound, perRequest, type RoundList, refusedAddress, type Skipped } from './round.ts'

type Clerk = { viewer: StaffViewer; requestId: string }

/** Whom a list holds now. Of a roster, all of its patients. */
const chosen = (list: RoundList, rosterId: string | null, now: Date): SQL => {
  const at = (places: SQL) => sql`SELECT d.patient_id FROM ${invitationDesk} d WHERE ${places}`
  switch (list) {
    case 'expired':
      return at(sql`d.place IN ('sent', 'delivered') AND d.at <= ${now.getTime()}`)
    case 'roster':
      return sql`SELECT DISTINCT r.patient_id FROM ${rosterRows} r
        WHERE r.roster_id = ${rosterId} AND (r.filed_at IS NOT NULL OR r.plan = 'same')`
    default:
      return at(sql`d.place = ${list}`)
  }
}

/** Why nobody sends to a patient where they stand at the desk: they have a link, or need a person first. */
const leftAlone = (patientId: SQL, now: Date): SQL => {
  const mail = (which: SQL) => sql`EXISTS (SELECT 1 FROM invitations i JOIN outbox o ON o.subject_id = i.id
    WHERE i.patient_id = d.patient_id AND i.kind = 'patient' AND ${pending} AND ${which})`
  return sql`(SELECT CASE
      WHEN d.place = 'registered' THEN 'active'
      WHEN d.place = 'locked' THEN 'locked'
      WHEN d.place IN ('sent', 'delivered') AND d.at > ${now.getTime()} THEN 'open'
      WHEN d.place = 'bounced' AND ${mail(sql`(o.bounce_kind = 'hard' OR o.complained_at IS NOT NULL)`)} THEN 'heldBack'
      WHEN d.place = 'mail-failed'
        AND ${mail(sql`o.failure IN ${refusedAddress} AND o.failed_at < coalesce(o.first_tried_at, o.failed_at) + ${giveUpAfter}`)}
        THEN 'refused' END
    FROM ${invitationDesk} d WHERE d.patient_id = ${patientId})`
}

type Choice = { id: string; list: RoundList; rosterId: string | null }

/** Writes down whom a round would be for, and who of them cannot be invited. The same form again changes nothing. */
export const makeRound = (
  db: Db,
  { viewer, requestId }: Clerk,
  { id, list, rosterId }: Choice,
  adultBy: string,
  now: Date
) => {
  const isNew = sql`NOT EXISTS (SELECT 1 FROM ${invitationRoundPatients} WHERE round_id = ${id})
    AND EXISTS (SELECT 1 FROM ${invitationRounds} WHERE id = ${id} AND started_at IS NULL AND made_by = ${viewer.id})`
  return db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'invitations.round-made', subjectId: id, requestId },
      sql`NOT EXISTS (SELECT 1 FROM ${invitationRounds} WHERE id = ${id})`
    ),
    db
      .insert(invitationRounds)
      .values({ id, list, rosterId, madeAt: now, madeBy: viewer.id })
      .onConflictDoNothing(),
    // An address is judged whole when it is written to; here by its shape alone.
    db.run(sql`INSERT INTO ${invitationRoundPatients} (round_id, patient_id, invitation_id, skipped)
      SELECT ${id}, p.id, substr(lower(hex(randomblob(16))), 1, 21), coalesce(${leftAlone(sql`p.id`, now)}, CASE
        WHEN p.deceased_at IS NOT NULL THEN 'deceased'
        WHEN p.inactive_at IS NOT NULL OR p.merged_into IS NOT NULL THEN 'inactive'
        WHEN trim(coalesce(p.email, '')) = '' THEN 'noEmail'
        WHEN p.email NOT LIKE '%_@_%._%' THEN 'badEmail'
        WHEN p.birth_date IS NULL THEN 'noBirthDate'
        WHEN p.birth_date > ${adultBy} THEN 'minor' END)
      FROM ${patients} p WHERE p.id IN (${chosen(list, rosterId, now)} LIMIT ${mostInRound}) AND ${isNew}`),
  ])
}

/** A round, how far it is, what became of its mails, and why it passes people over. Reading it is written down. */
export async function findRound(db: Db, { viewer, requestId }: Clerk, id: string, now: Date) {
  const [[found], people, mails] = await db.batch([
    db
      .select({
        id: invitationRounds.id,
        list: invitationRounds.list,
        rosterId: invitationRounds.rosterId,
        madeAt: invitationRounds.madeAt,
        startedAt: invitationRounds.startedAt,
        finishedAt: invitationRounds.finishedAt,
        givenName: accounts.givenName,
        familyName: accounts.familyName,
      })
      .from(invitationRounds)
      .innerJoin(accounts, eq(accounts.id, invitationRounds.madeBy))
      .where(eq(invitationRounds.id, id)),
    db
      .select({
        skipped: sql<Skipped | null>`${invitationRoundPatients.skipped}`.as('why'),
        isInvited: sql<number>`${invitationRoundPatients.invitedAt} IS NOT NULL`.as('is_invited'),
        isAgain: sql<number>`EXISTS (SELECT 1 FROM ${invitations} i
          WHERE i.patient_id = invitation_round_patients.patient_id AND i.kind = 'patient'
            AND i.created_at <= (SELECT made_at FROM ${invitationRounds} WHERE id = ${id}))`.as('is_again'),
        count: sql<number>`count(*)`.as('count'),
      })
      .from(invitationRoundPatients)
      .where(eq(invitationRoundPatients.roundId, id))
      .groupBy(sql`why, is_invited, is_again`),
    db.all<{ fate: Fate; count: number }>(sql`SELECT ${fateInSql} AS fate, count(*) AS count
      FROM ${invitationRoundPatients} rp CROSS JOIN ${outbox} o ON o.subject_id = rp.invitation_id AND o.kind = 'invitation'
      WHERE rp.round_id = ${id} AND rp.invited_at IS NOT NULL GROUP BY fate`),
    audit(db, { at: now, ...actor(viewer), action: 'invitations.round-read', subjectId: id, requestId }),
  ])
  const sum = (rows: typeof people) => rows.reduce((all, { count }) => all + count, 0)
  const passedOver = [...Map.groupBy(people, ({ skipped }) => skipped)].flatMap(([why, rows]) =>
    why ? [{ why, count: sum(rows) }] : []
  )
  const invited = sum(people.filter(({ isInvited }) => isInvited))
  const isLeft = people.filter(({ skipped, isInvited }) => !skipped && !isInvited)
  const again = sum(isLeft.filter(({ isAgain }) => isAgain))
  return found && { ...found, mails, passedOver, invited, left: sum(isLeft), again }
}
export type Round = NonNullable<Awaited<ReturnType<typeof findRound>>>

/** Lets a round go, or go on. False for one that nobody made. */
export async function startRound(db: Db, { viewer, requestId }: Clerk, id: string, now: Date) {
  const isFirst = sql`EXISTS (SELECT 1 FROM ${invitationRounds} WHERE id = ${id} AND started_at IS NULL)`
  const [, , [found]] = await db.batch([
    audit(
      db,
      { at: now, ...actor(viewer), action: 'invitations.round-sent', subjectId: id, requestId },
      isFirst
    ),
    db
      .update(invitationRounds)
      .set({ startedAt: now })
      .where(and(eq(invitationRounds.id, id), isNull(invitationRounds.startedAt))),
    db.select({ id: invitationRounds.id }).from(invitationRounds).where(eq(invitationRounds.id, id)),
  ])
  return found !== undefined
}

const isLeft = sql`invited_at IS NULL AND skipped IS NULL`

/**
 * Invites the next of a round, each with a mail and an entry, or none of them. Whoever comes at the same moment finds
 * nothing left to do for them, and wherever it is cut off the next goes on. Returns how many were looked at.
 */
export async function sendNext(db: Db, tokenKey: string, roundId: string, requestId: string, now: Date) {
  const [people] = await db.batch([
    db
      .select({
        patientId: invitationRoundPatients.patientId,
        invitationId: invitationRoundPatients.invitationId,
        email: patients.email,
        birthDate: patients.birthDate,
        accountId: patients.accountId,
        inactiveAt: patients.inactiveAt,
        deceasedAt: patients.deceasedAt,
        timeZone: practice.timeZone,
        madeBy: invitationRounds.madeBy,
        role: accounts.staffRole,
      })
      .from(invitationRoundPatients)
      .innerJoin(invitationRounds, eq(invitationRounds.id, invitationRoundPatients.roundId))
      .innerJoin(accounts, eq(accounts.id, invitationRounds.madeBy))
      .innerJoin(patients, eq(patients.id, invitationRoundPatients.patientId))
      .innerJoin(practice, eq(practice.id, 1))
      .where(
        and(
          eq(invitationRoundPatients.roundId, roundId),
          isLeft,
          sql`${invitationRounds.startedAt} IS NOT NULL`
        )
      )
      .orderBy(invitationRoundPatients.patientId)
      .limit(perRequest),
  ])
  const [first] = people
  const judged = people.map((person) => ({ ...person, why: inviteRefusal(person, now, person.timeZone) }))
  const items = await Promise.all(
    judged
      .filter(({ why }) => !why)
      .map(async ({ patientId, invitationId, email }) => ({
        patientId,
        invitationId,
        email: normalizeEmail(email ?? ''),
        tokenHash: await sha256(await invitationToken(tokenKey, invitationId)),
      }))
  )
  const refused = judged.flatMap(({ patientId, why }) => (why ? [{ patientId, why }] : []))
  const at = now.getTime()
  const from = (list: unknown[]) => sql`json_each(${JSON.stringify(list)}) e`
  const own = sql`round_id = ${roundId} AND ${isLeft}`
  // Those who still stand as they were read a moment ago. The joins are crossed so that SQLite goes from the few to the many.
  const ready = sql`SELECT p.id AS patient_id, e.value ->> 'invitationId' AS subject_id, e.value ->> 'email' AS email,
      e.value ->> 'tokenHash' AS token_hash, p.language
    FROM ${from(items)} CROSS JOIN ${invitationRoundPatients} rp ON rp.patient_id = e.value ->> 'patientId'
      AND rp.round_id = ${roundId} AND rp.invited_at IS NULL AND rp.skipped IS NULL
    CROSS JOIN ${patients} p ON p.id = rp.patient_id
    WHERE p.account_id IS NULL AND p.inactive_at IS NULL AND p.deceased_at IS NULL
      AND lower(trim(p.email)) = e.value ->> 'email'
      AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.id = rp.invitation_id)`
  const entry = { at: now, accountId: first?.madeBy ?? null, actor: first?.role ?? 'staff', requestId }
  await db.batch([
    db.run(sql`UPDATE ${invitationRoundPatients} SET skipped = (SELECT e.value ->> 'why' FROM ${from(refused)}
        WHERE e.value ->> 'patientId' = patient_id)
      WHERE ${own} AND patient_id IN (SELECT e.value ->> 'patientId' FROM ${from(refused)})`),
    // Somebody was quicker since the round was made, or news of a mail came: nobody gets two links for it.
    db.run(sql`UPDATE ${invitationRoundPatients} SET skipped = iif(
        EXISTS (SELECT 1 FROM invitations i WHERE i.patient_id = ${invitationRoundPatients}.patient_id
          AND i.kind = 'patient' AND i.created_at > (SELECT made_at FROM ${invitationRounds} WHERE id = ${roundId})),
        'since', ${leftAlone(sql`${invitationRoundPatients}.patient_id`, now)})
      WHERE ${own} AND patient_id IN (SELECT e.value ->> 'patientId' FROM ${from(items)})`),
    auditEach(db, { ...entry, action: 'record.invited' }, ready),
    db.run(sql`INSERT INTO ${outbox} (id, kind, subject_id, patient_id, created_at, due_at)
      SELECT substr(lower(hex(randomblob(16))), 1, 21), 'invitation', subject_id, patient_id, ${at}, ${at} FROM (${ready})`),
    db.run(sql`UPDATE ${invitations} SET replaced_at = ${at} WHERE kind = 'patient' AND ${pending}
      AND patient_id IN (SELECT patient_id FROM (${ready}))`),
    db.run(sql`UPDATE ${invitationRequests} SET resolved_at = ${at} WHERE resolved_at IS NULL
      AND patient_id IN (SELECT patient_id FROM (${ready}))`),
    db.run(sql`INSERT INTO ${invitations} (id, kind, patient_id, email, token_hash, language, invited_by, created_at)
      SELECT subject_id, 'patient', patient_id, email, token_hash, language, ${entry.accountId}, ${at} FROM (${ready})`),
    db.run(sql`UPDATE ${invitationRoundPatients} SET invited_at = ${at}
      WHERE ${own} AND patient_id IN (SELECT e.value ->> 'patientId' FROM ${from(items)})
        AND EXISTS (SELECT 1 FROM invitations i WHERE i.id = ${invitationRoundPatients}.invitation_id)`),
    db.run(sql`UPDATE ${invitationRounds} SET finished_at = ${at}
      WHERE id = ${roundId} AND started_at IS NOT NULL AND finished_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM ${invitationRoundPatients} WHERE ${own})`),
  ])
  return people.length
}

/** Goes on with rounds whose page nobody keeps open any more; a few steps in each run. */
export async function continueRounds(db: Db, tokenKey: string, now: Date, steps = 5) {
  for (let step = 0; step < steps; step++) {
    const [[open]] = await db.batch([
      db.all<{ id: string }>(sql`SELECT id FROM ${invitationRounds}
        WHERE started_at IS NOT NULL AND finished_at IS NULL ORDER BY started_at LIMIT 1`),
    ])
    if (!open) return
    await sendNext(db, tokenKey, open.id, 'round', now)
  }
}
