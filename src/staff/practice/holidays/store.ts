import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { practice } from '../../../db/schema.ts'
import { type Clerk, commitChange } from '../store.ts'

// Days are put in and taken out one by one, so two people at work on the list never undo each other.
const listed = sql`(SELECT h.value FROM ${practice}, json_each(${practice.holidays}) h)`

/** Adds days when the office is closed; those on the list already stay there. False when all of them are. */
export async function addHolidays(db: Db, clerk: Clerk, dates: string[], now: Date) {
  const added = sql`(SELECT n.value FROM json_each(${JSON.stringify(dates)}) n)`
  const change = { act: 'holidays-added', before: null, after: dates } as const
  const stands = sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(dates)}) n WHERE n.value NOT IN ${listed})`
  const { isDone } = await commitChange(db, clerk, change, stands, now, (isIn) => [
    db.run(sql`UPDATE ${practice} SET holidays =
      (SELECT json_group_array(d.value) FROM (SELECT * FROM ${listed} UNION SELECT * FROM ${added} ORDER BY 1) d)
      WHERE id = 1 AND ${isIn}`),
  ])
  return isDone
}

/** Takes a day off the list. False when it was not on it. */
export async function removeHoliday(db: Db, clerk: Clerk, date: string, now: Date) {
  const change = { act: 'holiday-removed', before: [date], after: null } as const
  const { isDone } = await commitChange(db, clerk, change, sql`${date} IN ${listed}`, now, (isIn) => [
    db
      .update(practice)
      .set({
        holidays: sql`(SELECT json_group_array(h.value) FROM json_each(${practice.holidays}) h WHERE h.value <> ${date})`,
      })
      .where(sql`${eq(practice.id, 1)} AND ${isIn}`),
  ])
  return isDone
}
