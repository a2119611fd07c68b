import { existsSync } from 'node:fs'
import { Refusal } from './refusal.ts'

/** Runs a command; what is refused is said in one sentence. */
export async function run(command: () => Promise<void>) {
  try {
    await command()
  } catch (error) {
    if (!isRefusal(error)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/** Settings of .dev.vars count where the environment says nothing. */
export function loadSettings() {
  if (existsSync('.dev.vars')) process.loadEnvFile('.dev.vars')
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof Refusal ||
  (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
