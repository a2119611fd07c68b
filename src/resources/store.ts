import { asc } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { resources } from '../db/schema.ts'

export type Resource = typeof resources.$inferSelect

export async function listResources(db: Db): Promise<Resource[]> {
  const [rows] = await db.batch([db.select().from(resources).orderBy(asc(resources.position))])
  return rows
}
