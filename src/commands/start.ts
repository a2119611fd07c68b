import { parseArgs } from 'node:util'
import { loadSettings, run } from './cli.ts'
import { describeSignIns, readSignIns, seedIfEmpty } from './demo.ts'
import { defaultState, openPortal } from './portal.ts'

const minute = 60_000

await run(async () => {
  const { values: options } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      state: { type: 'string', default: defaultState },
      'no-seed': { type: 'boolean', default: false },
    },
  })
  loadSettings()
  console.log('Building and starting the portal …')
  const portal = await openPortal({ state: options.state, port: Number(options.port) })
  try {
    for (const name of portal.migrations) console.log(`Migrated the database: ${name}`)
    const production = process.env.ENVIRONMENT === 'production'
    if (!options['no-seed'] && !production) {
      console.log('Looking for the demo practice …')
      if (await seedIfEmpty(portal)) console.log('Made the demo practice.')
    }
    const cron = setInterval(
      () => portal.runCron().catch((error) => console.error('The scheduled work failed:', error)),
      minute
    )
    await tellWhereToGo(portal.url, options.state)
    await stopSignal()
    clearInterval(cron)
    console.log('\nStopping …')
  } finally {
    await portal.close()
  }
})

/** Miniflare would end the process at once; here the portal closes first. */
function stopSignal() {
  return new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.removeAllListeners(signal).on(signal, () => resolve())
  })
}

async function tellWhereToGo(url: string, state: string) {
  const signIns = readSignIns(state)
  if (signIns.length > 0) {
    const flag = state === defaultState ? '' : ` -- --state ${state}`
    console.log(`\nSign in as\n${await describeSignIns(signIns)}`)
    console.log(`\nA code holds for 30 seconds: npm run seed${flag} prints the current ones.`)
  }
  console.log(`\nCareSpace is at ${url} (Ctrl-C stops it).`)
}
