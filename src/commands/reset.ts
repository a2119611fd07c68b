import { parseArgs } from 'node:util'
import { loadSettings, run } from './cli.ts'
import { describeSignIns, readSignIns, seedIfEmpty } from './demo.ts'
import { defaultState, openPortal, removeState } from './portal.ts'

await run(async () => {
  const { values: options } = parseArgs({ options: { state: { type: 'string', default: defaultState } } })
  loadSettings()
  removeState(options.state)
  console.log(`Removed ${options.state}. Making the demo practice …`)
  const portal = await openPortal({ state: options.state })
  try {
    await seedIfEmpty(portal)
    console.log(await describeSignIns(readSignIns(options.state)))
  } finally {
    await portal.close()
  }
})
