import { env } from 'cloudflare:workers'
import type { Browser } from './browser.ts'

/** A roster that Frida brought and looked over, and a round of invitations that she has made and not sent. */
export const seedRosters = () =>
  env.DB.batch([
    env.DB.prepare(
      `INSERT INTO rosters (id, name, columns, mapping, uploaded_at, uploaded_by, reviewed_at)
        VALUES ('spring-roster', 'spring.csv', '[{"name":"MRN","sample":"10003"}]', '{"mrn":"0"}', 1, 'frida', 2)`
    ),
    env.DB.prepare(
      `INSERT INTO roster_rows (roster_id, position, cells, mrn, given_name, family_name, search_name, birth_date, plan, fault, patient_id)
        VALUES ('spring-roster', 2, '[]', '777', 'Otto', 'Nguyen', 'nguyen otto', '1944-09-30', 'decide', NULL, 'otto-chart'),
          ('spring-roster', 3, '[]', '778', 'Kim', 'Young', 'young kim', '2020-01-01', 'fault', 'minor', NULL)`
    ),
    env.DB.prepare(
      "INSERT INTO invitation_rounds (id, list, made_at, made_by) VALUES ('spring-round', 'not-invited', 1, 'frida')"
    ),
  ])

export const rosterHead = 'MRN,Last Name,First Name,DOB,Email,Phone,Language'

/** Brings a table through the front door; answers with where it leads. */
export async function bring(browser: Browser, csv: string, submissionId = 'r'.repeat(21)) {
  const body = new FormData()
  body.set('submissionId', submissionId)
  body.set('file', new File([csv], 'patients.csv'))
  const request = new Request('https://portal.test', { method: 'POST', body })
  return browser.request('/admin/roster', {
    method: 'POST',
    headers: { 'Content-Type': request.headers.get('Content-Type') ?? '', Origin: env.APP_ORIGIN },
    body: new Uint8Array(await request.arrayBuffer()),
  })
}
