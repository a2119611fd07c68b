import { createHash, randomBytes } from 'node:crypto'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { Portal } from '../../src/commands/portal.ts'
import { median, printTable } from './visits.ts'

const seconds = 3
const connections = 8

/**
 * Messages per second through the HL7 feed, each a blood count of twelve results that is filed for a patient on record,
 * against a bare Worker that only stores the body in R2. Rounds alternate; the median ratio counts.
 */
export async function measureFeeds(portal: Portal) {
  const key = randomBytes(32).toString('base64url')
  const keyHash = createHash('sha256').update(key).digest('hex')
  await portal.db
    .prepare(
      `INSERT INTO feeds (id, name, scope, key_hash, created_at, own_authorities) VALUES ('bench', 'Bench', 'hl7', ?, 0, '["BENCH"]')`
    )
    .bind(keyHash)
    .run()
  const patient = await portal.db
    .prepare(
      'SELECT mrn, family_name AS family, birth_date AS born FROM patients WHERE mrn IS NOT NULL LIMIT 1'
    )
    .first<{ mrn: string; family: string; born: string }>()
  if (!patient) throw new Error('The demo practice has no patient with a record number')
  const bare = await openStore()
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/hl7-v2' }
  try {
    const rounds: { feed: number; bare: number }[] = []
    for (let round = 0; round < 3; round++) {
      const floor = await load(bare.url, {}, () => bloodCount(patient))
      const feed = await load(`${portal.url}/feeds/hl7`, headers, () => bloodCount(patient))
      rounds.push({ feed, bare: floor })
    }
    const row = {
      'messages/s': Math.round(median(rounds.map(({ feed }) => feed))),
      'bare store/s': Math.round(median(rounds.map((each) => each.bare))),
      'of bare': median(rounds.map((each) => each.feed / each.bare)).toFixed(2),
    }
    printTable([row])
    return row
  } finally {
    await bare.close()
  }
}

let count = 0

function bloodCount({ mrn, family, born }: { mrn: string; family: string; born: string }) {
  count++
  const tests = [
    '718-7',
    '6690-2',
    '777-3',
    '789-8',
    '4544-3',
    '787-2',
    '785-6',
    '786-4',
    '788-0',
    '751-8',
    '731-0',
    '742-7',
  ]
  return [
    `MSH|^~\\&|LIS|BENCH|PORTAL|HERE|20261001100000-0500||ORU^R01|B${count}|P|2.5.1`,
    `PID|1||${mrn}^^^BENCH^MR||${family}^X||${born.replaceAll('-', '')}`,
    `OBR|1||B${count}|58410-2^CBC^LN|||20261001083000-0500||||||||||||||||||F`,
    ...tests.map(
      (code, index) => `OBX|${index + 1}|NM|${code}^Test ${index}^LN||${index + 1}.5|g/dL|1.0-20.0||||F`
    ),
    '',
  ].join('\r')
}

async function load(url: string, headers: Record<string, string>, body: () => string) {
  let done = 0
  const until = performance.now() + seconds * 1000
  const worker = async () => {
    while (performance.now() < until) {
      const response = await fetch(url, { method: 'POST', headers, body: body() })
      const text = await response.text()
      if (!response.ok || !/MSA\|AA|stored/.test(text))
        throw new Error(`${url} answered ${response.status} ${text}`)
      done++
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return done / seconds
}

async function openStore() {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      logRequests: false,
      modules: true,
      compatibilityDate: '2026-08-01',
      r2Buckets: ['FILES'],
      script: `export default { async fetch(request, env) {
        await env.FILES.put(crypto.randomUUID(), await request.arrayBuffer())
        return new Response('stored')
      } }`,
    })
  )
  const url = String(await miniflare.ready)
  return { url, close: () => miniflare.dispose() }
}
