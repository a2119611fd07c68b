import { env } from 'cloudflare:workers'
import { feeds } from '../../../src/db/schema.ts'
import { sha256 } from '../../../src/identity/secret.ts'
import { readMessages } from '../../../src/integrations/hl7/message.ts'
import { Browser } from '../../support/browser.ts'
import { db, minutesAgo, seed } from '../../support/people.ts'

/** The cast, and a laboratory that uses the practice's record numbers under the authority "HILLSIDE". */
export async function seedLab() {
  await seed()
  await db().batch([
    db()
      .insert(feeds)
      .values({
        id: 'lab',
        name: 'Laboratory',
        scope: 'hl7',
        keyHash: await sha256('lab-key'),
        ownAuthorities: ['HILLSIDE'],
        createdAt: minutesAgo(10),
      }),
  ])
}

/** Posts a body as the laboratory does; `ack` is what it was told for each message. */
export async function post(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await new Browser().request('/feeds/hl7', {
    method: 'POST',
    headers: {
      Authorization: 'Bearer lab-key',
      'Content-Type': 'application/hl7-v2',
      'Sec-Fetch-Site': 'none',
      ...headers,
    },
    body,
  })
  const text = await response.text()
  const acks = readMessages(text.replaceAll('\u000b', '\r').replaceAll('\u001c', '\r')).map((message) => ({
    verdict: message.first('MSA')?.text(1),
    control: message.first('MSA')?.text(2),
    error: message.first('ERR')?.text(3),
    at: message.first('ERR')?.sent(2),
    kind: message.kind,
    message,
  }))
  return { status: response.status, text, acks, verdicts: acks.map(({ verdict }) => verdict) }
}

export const rows = async <T = Record<string, unknown>>(query: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...values)
      .all<T>()
  ).results

let control = 0
export const msh = (
  kind = 'ORU^R01',
  rest: { id?: string; at?: string; processing?: string; version?: string } = {}
) =>
  `MSH|^~\\&|LIS|Valley Lab|PORTAL|Hillside|${rest.at ?? '20261001100000-0500'}||${kind}|${rest.id ?? `C${++control}`}|${rest.processing ?? 'P'}|${rest.version ?? '2.5.1'}`
export const pid = (identifier = '10001^^^HILLSIDE^MR', name = 'DIAZ^ROSA', born = '19520327') =>
  `PID|1||${identifier}||${name}||${born}|F`
export const obr = (
  filler = 'A1',
  panel = '58410-2^CBC panel^LN',
  rest: { status?: string; taken?: string; section?: string } = {}
) =>
  `OBR|1|P-${filler}|${filler}^LIS|${panel}|||${rest.taken ?? '20261001083000'}|||||||||1234^Okafor^Ada||||||20261001095900-0500||${rest.section ?? 'HM'}|${rest.status ?? 'F'}`
export const obx = (
  value: string,
  rest: {
    type?: string
    test?: string
    sub?: string
    unit?: string
    range?: string
    flag?: string
    status?: string
  } = {}
) =>
  `OBX|1|${rest.type ?? 'NM'}|${rest.test ?? '718-7^Hemoglobin^LN'}|${rest.sub ?? ''}|${value}|${rest.unit ?? 'g/dL'}|${rest.range ?? '12.0-16.0'}|${rest.flag ?? ''}|||${rest.status ?? 'F'}`
export const message = (...segments: string[]) => `${segments.join('\r')}\r`
