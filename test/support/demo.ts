import { cpSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { seedIfEmpty } from '../../src/commands/demo.ts'
import { openPortal } from '../../src/commands/portal.ts'

declare module 'vitest' {
  interface ProvidedContext {
    demoFolder: string
  }
}

/** A portal with the demo practice, to do anything to. It is seeded once in a run and copied: that takes half as long. */
export async function openDemo(state: string) {
  const seeded = join(inject('demoFolder'), 'seeded')
  if (!existsSync(seeded)) {
    const fresh = `${seeded}.fresh`
    const portal = await openPortal({ state: fresh, env: {}, quiet: true })
    await seedIfEmpty(portal)
    await portal.close()
    renameSync(fresh, seeded)
  }
  cpSync(seeded, state, { recursive: true })
  return openPortal({ state, env: {}, quiet: true })
}
