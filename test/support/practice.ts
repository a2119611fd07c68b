import { env } from 'cloudflare:workers'

/** The practice and its queues as a new portal has them, whatever the tests before changed. */
export const practiceToBeginWith = [
  'DELETE FROM practice',
  'DELETE FROM queues',
  ...env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).filter((query) =>
    /^(--.*\n|\s)*(INSERT INTO (practice|queues)|UPDATE queues)\b/.test(query)
  ),
]
