import { parseArgs } from 'node:util'
import { loadSettings, run } from './cli.ts'
import { describeSignIns, readSignIns, seedIfEmpty } from './demo.ts'
import { defaultState, openPortal, runningUrl } from './portal.ts'

await run(async () => {
  const { values: options } = parseArgs({
    options: { state: { type: 'string', default: defaultState }, json: { type: 'boolean', default: false } },
  })
  loadSettings()
  if (!runningUrl(options.state)) {
    console.error(`Opening the portal of ${options.state} …`)
    const portal = await openPortal({ state: options.state })
    try {
      if (await seedIfEmpty(portal)) console.error('Made the demo practice.')
    } finally {
      await portal.close()
    }
  }
  const signIns = readSignIns(options.state)
  console.log(options.json ? JSON.stringify(signIns, null, 2) : await describeSignIns(signIns))
})
