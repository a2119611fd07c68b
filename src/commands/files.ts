import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Every file below a folder, as sorted paths; none when there is no such folder. */
export function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The text of a file, or nothing when there is no such file. */
export function readIfThere(path: string) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Writes only what differs, so that watchers and time stamps stay quiet. */
export function writeIfChanged(path: string, contents: string) {
  if (readIfThere(path) === contents) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}

/** Takes a file as a lock for this process; answers what its living holder wrote when there is one. */
export function claim(path: string, contents: { pid: number }): string | undefined {
  mkdirSync(dirname(path), { recursive: true })
  try {
    writeFileSync(path, JSON.stringify(contents), { flag: 'wx' })
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const holder = readIfThere(path)
  if (holder !== undefined && isAlive(holder)) return holder
  rmSync(path, { force: true })
  return claim(path, contents)
}

/** Whether the process that wrote a lock still runs. A number that another program got meanwhile does not count. */
export function isAlive(lock: string) {
  try {
    const { pid } = JSON.parse(lock) as { pid: number }
    process.kill(pid, 0)
    return readIfThere(`/proc/${pid}/cmdline`)?.includes('node') ?? true
  } catch {
    return false
  }
}

export const digest = (
  algorithm: 'sha256' | 'sha384',
  encoding: 'hex' | 'base64',
  contents: string | Buffer
) => createHash(algorithm).update(contents).digest(encoding)

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'
