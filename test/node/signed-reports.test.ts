import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal } from '../../src/commands/portal.ts'
import { paths } from '../../src/paths.ts'

// The bundle checks signatures with the runtime's SHA-256 and base64 in place of the package's own (src/commands/build.ts).
const secret = 'whsec_cmVwb3J0cyBvZiB0ZXN0cyBhcmUgc2lnbmVkIHdpdGg='
const state = mkdtempSync(join(tmpdir(), 'carespace-'))
let portal: Portal

beforeAll(async () => {
  portal = await openPortal({ state, env: { RESEND_WEBHOOK_SECRET: secret }, quiet: true })
})
afterAll(async () => {
  await portal.close()
  rmSync(state, { recursive: true, force: true })
})

const body = JSON.stringify({ type: 'email.delivered', data: { email_id: 'año 🎉' } })
const post = (key: string, sent = body, signed = body) =>
  fetch(`${portal.url}${paths.mailReports}`, {
    method: 'POST',
    headers: {
      'svix-id': 'msg_1',
      'svix-timestamp': String(Math.floor(Date.now() / 1000)),
      'svix-signature': new Webhook(key).sign('msg_1', new Date(), signed),
    },
    body: sent,
  })

test('the deployed bundle believes what Resend signed', async () => {
  expect((await post(secret)).status).toBe(200)
  const kept = await portal.db.prepare('SELECT id, provider_id FROM mail_reports').all()
  expect(kept.results).toEqual([{ id: 'msg_1', provider_id: 'año 🎉' }])
})

test('and nothing else', async () => {
  expect((await post('whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==')).status).toBe(401)
  expect((await post(secret, `${body} `)).status).toBe(401)
  expect((await post(secret, body, `${body} `)).status).toBe(401)
})
