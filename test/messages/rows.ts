import { env } from 'cloudflare:workers'

/** What the database holds, for looking behind a page. */
export const rows = async <T>(sql: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results
