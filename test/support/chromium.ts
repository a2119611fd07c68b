import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import packaged, { inflate } from '@sparticuz/chromium'
import { chromium, type LaunchOptions } from 'playwright-core'

const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']
const onMac = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

/** A real browser: the one of CHROMIUM_PATH, the machine's own, or the one that came with the packages. */
export async function launch({ args = [], ...options }: LaunchOptions = {}) {
  const own = process.env.CHROMIUM_PATH || findOnMachine()
  return chromium.launch({
    ...(own ? { executablePath: own } : await unpack()),
    args: [...quiet, ...args],
    ...options,
  })
}

function findOnMachine() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...onMac].find(
    isExecutable
  )
}

async function unpack() {
  const executablePath = await packaged.executablePath()
  if (!lacksLibraries(executablePath)) return { executablePath }
  const build = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))
  await inflate(join(build, '..', 'bin', 'al2023.tar.br'))
  return {
    executablePath,
    env: { ...process.env, LD_LIBRARY_PATH: join(tmpdir(), 'al2023', 'lib'), FONTCONFIG_PATH: fonts() },
  }
}

const fonts = () => (existsSync('/etc/fonts/fonts.conf') ? '/etc/fonts' : join(tmpdir(), 'fonts'))

const lacksLibraries = (executable: string) =>
  execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found')

function isExecutable(path: string) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
