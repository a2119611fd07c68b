import { eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { invitationDesk, invitationRequests, invitations, patients } from '../../db/schema.ts'
import { mailFate } from '../../identity/invitation/store.ts'
import { type List, lists, mostListed } from './desk.ts'

/** The first of a list: who asked has waited for an answer, who has a link needs it before it ends; else the newest. */
const listed = (list: List, now: Date, most = mostListed + 1): SQL => {
  const at = now.getTime()
  // Two places of one list are read one after the other, each in the order of its index.
  const from = (place: string, when: SQL, newestFirst = true) =>
    newestFirst
      ? sql`SELECT * FROM (SELECT patient_id, -at AS sort, patient_id AS tie, requested_at FROM ${invitationDesk}
          WHERE place = ${place} AND ${when} ORDER BY at DESC, patient_id DESC LIMIT ${most})`
      : sql`SELECT * FROM (SELECT patient_id, at AS sort, '' AS tie, requested_at FROM ${invitationDesk}
          WHERE place = ${place} AND ${when} ORDER BY at, patient_id LIMIT ${most})`
  const links = { expired: sql`at <= ${at}`, live: sql`at > ${at}` }
  switch (list) {
    case 'asked':
      return sql`SELECT patient_id, requested_at AS sort, '' AS tie, requested_at FROM ${invitationDesk}
        WHERE requested_at IS NOT NULL ORDER BY requested_at, patient_id LIMIT ${most}`
    case 'expired':
      return sql`${from('sent', links.expired)} UNION ALL ${from('delivered', links.expired)}`
    case 'sent':
    case 'delivered':
      return from(list, links.live, false)
    default:
      return from(list, sql`1`)
  }
}

/** D1 takes no more than five terms in one compound SELECT. */
function union(parts: SQL[]): SQL {
  if (parts.length <= 4) return sql.join(parts, sql` UNION ALL `)
  const half = Math.ceil(parts.length / 2)
  return sql`SELECT * FROM (${union(parts.slice(0, half))}) UNION ALL SELECT * FROM (${union(parts.slice(half))})`
}

/** Everybody, those who need a person first. Who asked for a link is in the first list, and in no other. */
const everyone = (now: Date, most: number) =>
  union(
    lists.map(
      (list, rank) => sql`SELECT patient_id, ${rank} AS rank, sort, tie FROM (${listed(list, now, most)})
        WHERE ${list === 'asked' ? sql`1` : sql`requested_at IS NULL`}`
    )
  )

const only = (list: List, now: Date, most: number) =>
  sql`SELECT patient_id, 0 AS rank, sort, tie FROM (${listed(list, now, most)})`

type Page = { list: List | undefined; page: number; size: number }

// In a batch D1 answers by column name, so what two tables share gets a name of its own.
const columns = {
  id: sql<string>`${patients.id}`.as('chart_id'),
  givenName: patients.givenName,
  familyName: patients.familyName,
  birthDate: patients.birthDate,
  mrn: patients.mrn,
  phone: patients.phone,
  email: sql<string | null>`${patients.email}`.as('chart_email'),
  accountId: patients.accountId,
  inactiveAt: patients.inactiveAt,
  deceasedAt: patients.deceasedAt,
  invitation: invitations,
  ...mailFate,
  requestedAt: sql<Date | null>`place.requested_at`.mapWith(invitationRequests.requestedAt).as('asked_at'),
}

/** One page of a list of the desk, or of all of them. A statement: batch it. */
export function listAtDesk(db: Db, { list, page, size }: Page, now: Date) {
  const upToHere = page * size
  const chosen = list ? only(list, now, upToHere) : everyone(now, upToHere)
  // Of those of one moment the index has the order, backwards where it is read backwards.
  const order = sql`ORDER BY rank, sort, tie DESC, patient_id`
  const onPage = Math.max(0, Math.min(size, mostListed - (page - 1) * size))
  return db
    .select(columns)
    .from(
      sql`(SELECT chosen.*, d.requested_at FROM (SELECT * FROM (${chosen}) ${order}
        LIMIT ${onPage} OFFSET ${(page - 1) * size}) chosen JOIN invitation_desk d ON d.patient_id = chosen.patient_id) place`
    )
    .innerJoin(patients, sql`${patients.id} = place.patient_id`)
    .leftJoin(
      invitations,
      eq(
        invitations.id,
        sql`(SELECT i.id FROM invitations i WHERE i.patient_id = ${patients.id} AND i.kind = 'patient'
          ORDER BY i.created_at DESC, i.replaced_at IS NULL DESC LIMIT 1)`
      )
    )
    .orderBy(sql`place.rank, place.sort, place.tie DESC, place.patient_id`)
}
export type DeskRow = Awaited<ReturnType<typeof listAtDesk>>[number]

/** How many stand in each list, in one row; one more than `mostListed` means "more". A statement: batch it. */
export const countDesk = (db: Db, now: Date) =>
  db.all<Record<List, number>>(
    sql`SELECT ${sql.join(
      lists.map(
        (list) =>
          sql`(SELECT count(*) FROM (SELECT 1 FROM (${listed(list, now)}) LIMIT ${mostListed + 1})) AS ${sql.identifier(list)}`
      ),
      sql`, `
    )}`
  )
