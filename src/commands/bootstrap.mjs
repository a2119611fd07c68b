// Runs src/commands/<command>.ts on the Node of package.json, whatever Node the machine has; installs first what is missing.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

process.env.INIT_CWD ??= process.cwd()
process.chdir(fileURLToPath(new URL('../..', import.meta.url)))

const [command = '', ...args] = process.argv.slice(2)
const script = `src/commands/${command}.ts`
if (!/^[a-z-]+$/.test(command) || !existsSync(script)) {
  console.error(`There is no command "${command}".`)
  process.exit(2)
}

const stamp = 'node_modules/.installed'
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('Installing packages (npm ci) …')
  const install = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  })
  if (install.status !== 0) {
    console.error('The packages could not be installed.')
    process.exit(install.status ?? 1)
  }
  writeFileSync(stamp, wanted)
}

const child = spawn('node_modules/.bin/node', [script, ...args], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
