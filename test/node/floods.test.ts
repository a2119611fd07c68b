import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPortal, type Portal } from '../../src/commands/portal.ts'

const state = mkdtempSync(join(tmpdir(), 'carespace-'))
let portal: Portal

beforeAll(async () => {
  portal = await openPortal({ state, env: {}, quiet: true })
}, 120_000)
afterAll(async () => {
  await portal.close()
  rmSync(state, { recursive: true, force: true })
})

/** A sign-in that cannot succeed: how it was answered, and how long that took (ms). */
async function attempt(email: string, network: string) {
  const began = performance.now()
  const response = await fetch(`${portal.url}/sign-in`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin', 'CF-Connecting-IP': network },
    body: new URLSearchParams({ email, password: 'Wrong-Horse-9' }),
  })
  await response.text()
  return { status: response.status, took: performance.now() - began }
}

test('tries during a pause cost no hash, so a flood of them stops nobody else', async () => {
  const looked: number[] = []
  for (let i = 0; i < 15; i++) looked.push((await attempt(`person-${i}@example.test`, '198.51.100.1')).took)
  for (let i = 0; i < 6; i++) await attempt('paused@example.test', `198.51.100.${i + 10}`)
  const paused: number[] = []
  for (let i = 0; i < 15; i++) paused.push((await attempt('paused@example.test', `203.0.113.${i}`)).took)
  expect(Math.min(...paused)).toBeLessThan(Math.min(...looked) / 2)
})

/** The platform counts by the minute of its clock: what falls into two minutes is counted as two floods. */
async function earlyInTheMinute() {
  const into = Date.now() % 60_000
  if (into > 30_000) await new Promise((resolve) => setTimeout(resolve, 60_000 - into))
}

test('the platform’s own counter ends a flood at one address, and leaves the next address alone', async () => {
  await earlyInTheMinute()
  const statuses: number[] = []
  for (let i = 0; i < 150; i++) statuses.push((await attempt('flooded@example.test', '198.51.100.99')).status)
  expect(new Set(statuses.slice(0, 60))).toEqual(new Set([422]))
  expect(statuses).toContain(429)
  expect((await attempt('quiet@example.test', '198.51.100.99')).status).toBe(422)
}, 120_000)
