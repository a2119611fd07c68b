import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { type Category, queues } from '../../../db/schema.ts'
import type { Act } from '../change.ts'
import { type Clerk, changePractice } from '../store.ts'

/** Puts a changed list of categories in the place of the one it was made from; the queue of the changed one is in use. */
export const changeCategories = (
  db: Db,
  clerk: Clerk,
  act: Act,
  { id, queue }: Pick<Category, 'id' | 'queue'>,
  was: Category[],
  becomes: Category[],
  now: Date
) =>
  changePractice(
    db,
    clerk,
    { act, subjectId: id },
    { categories: was },
    { categories: becomes },
    now,
    sql`EXISTS (SELECT 1 FROM ${queues} WHERE ${queues.id} = ${queue} AND ${queues.retiredAt} IS NULL)`
  )
