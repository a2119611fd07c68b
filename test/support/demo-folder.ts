import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Where the first file that needs the demo practice leaves it for the others of the run (demo.ts). */
export default function setup({ provide }: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'carespace-'))
  provide('demoFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
