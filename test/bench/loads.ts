import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import type { Portal } from '../../src/commands/portal.ts'
import { launch } from '../support/chromium.ts'
import { printTable, type Visit } from './visits.ts'

/** Bytes per second, milliseconds of round trip, and how much slower the processor is. */
const lines = {
  'Slow 3G': { throughput: 50_000, latency: 400 },
  'Slow 4G': { throughput: 200_000, latency: 150 },
}
const slowdown = 4
const runs = 5

type Load = { paint: number; loaded: number; mainThread: number; longTasks: number; requests: number }

/** Cold sign-in against a page of nothing on the same throttled phone, and a tap from Home to Messages with files cached. */
export async function measureLoads(portal: Portal, visits: Visit[]) {
  const floor = await openFloor()
  const browser = await launch()
  const rows: Record<string, string | number>[] = []
  try {
    const home = visits.find(({ page }) => page === 'Home')
    const messages = visits.find(({ page }) => page === 'Messages')
    if (!home || !messages) throw new Error('The pages to measure are missing')
    for (const [line, network] of Object.entries(lines)) {
      const bare = await medianOf(() => visit(browser, network, [floor.url], undefined))
      const signIn = await medianOf(() => visit(browser, network, [`${portal.url}/sign-in`], undefined))
      const next = await medianOf(() =>
        visit(browser, network, [portal.url + home.path, portal.url + messages.path], messages.cookie)
      )
      rows.push({ line, page: 'floor (0.8 kB)', ...bare, 'of floor': '1.00' })
      rows.push({
        line,
        page: 'Sign in, cold',
        ...signIn,
        'of floor': (signIn.paint / bare.paint).toFixed(2),
      })
      rows.push({
        line,
        page: 'Home to Messages, cached',
        ...next,
        'of floor': (next.paint / bare.paint).toFixed(2),
      })
    }
  } finally {
    await browser.close()
    floor.close()
  }
  printTable(rows)
  return rows
}

/** Opens the pages in turn in one fresh profile and measures the last. */
async function visit(
  browser: Browser,
  network: { throughput: number; latency: number },
  urls: string[],
  cookie: string | undefined
): Promise<Load> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Performance.enable')
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: network.latency,
    downloadThroughput: network.throughput,
    uploadThroughput: network.throughput,
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  if (cookie) {
    const [name = '', value = ''] = cookie.split(/=(.*)/s)
    await context.addCookies([
      { name, value, url: `https://${new URL(urls[0] ?? '').host}`, secure: true, httpOnly: true },
    ])
  }
  await page.addInitScript(`
    globalThis.longTasks = 0
    new PerformanceObserver((list) => { globalThis.longTasks += list.getEntries().length }).observe({ type: 'longtask', buffered: true })
  `)
  let requests = 0
  page.on('request', () => requests++)
  let before = 0
  for (const url of urls) {
    before = await taskTime()
    requests = 0
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForTimeout(300)
  }
  const times = await page.evaluate<Pick<Load, 'paint' | 'loaded' | 'longTasks'>>(`({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    loaded: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    longTasks: globalThis.longTasks,
  })`)
  // A navigation that changes the process begins to count anew.
  const after = await taskTime()
  const mainThread = after < before ? after : after - before
  await context.close()
  return { ...times, mainThread, requests }

  async function taskTime() {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
}

async function medianOf(measure: () => Promise<Load>): Promise<Load> {
  const loads: Load[] = []
  for (let run = 0; run < runs; run++) loads.push(await measure())
  const middle = (key: keyof Load) =>
    Math.round(loads.map((load) => load[key]).sort((a, b) => a - b)[runs >> 1] ?? Number.NaN)
  return {
    paint: middle('paint'),
    loaded: middle('loaded'),
    mainThread: middle('mainThread'),
    longTasks: middle('longTasks'),
    requests: middle('requests'),
  }
}

/** The least a page can be: 0.8 kB of HTML with a field. */
async function openFloor() {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Floor</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><h1>Sign in</h1><form><label>Email <input></label><label>Password <input type="password"></label><button>Sign in</button></form>${'<!-- -->'.repeat(55)}`
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end(html)
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}
