import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureFeeds } from '../../test/bench/feeds.ts'
import { measureLoads } from '../../test/bench/loads.ts'
import { measureServer } from '../../test/bench/server.ts'
import { measureSizes } from '../../test/bench/sizes.ts'
import { measureStartup } from '../../test/bench/startup.ts'
import { measureTiming } from '../../test/bench/timing.ts'
import { openVisits } from '../../test/bench/visits.ts'
import { run } from './cli.ts'
import { seedIfEmpty } from './demo.ts'
import { openPortal } from './portal.ts'

/** The figures of the goals, or of the sections that are named, as tables and as dist/bench.json. Times are ratios within this one run. */
await run(async () => {
  const state = mkdtempSync(join(tmpdir(), 'carespace-bench-'))
  const portal = await openPortal({ state, env: {}, quiet: true })
  try {
    await seedIfEmpty(portal)
    const visits = await openVisits(portal)
    const figures: Record<string, unknown> = {}
    const sections = process.argv.slice(2)
    for (const [name, measure] of Object.entries({
      sizes: measureSizes,
      startup: measureStartup,
      server: measureServer,
      loads: measureLoads,
      timing: measureTiming,
      feeds: measureFeeds,
    }).filter(([name]) => sections.length === 0 || sections.includes(name))) {
      console.log(`\nMeasuring ${name} …`)
      figures[name] = await measure(portal, visits)
    }
    mkdirSync('dist', { recursive: true })
    writeFileSync('dist/bench.json', JSON.stringify({ at: new Date().toISOString(), ...figures }, null, 2))
    console.log('\nAll figures are in dist/bench.json.')
  } finally {
    await portal.close()
    rmSync(state, { recursive: true, force: true })
  }
})
