import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { settingsProblems } from '../env.ts'
import { build, bundledModules } from './build.ts'
import { claim, isAlive, listFiles, readIfThere } from './files.ts'
import { migrate } from './migrate.ts'
import { Refusal } from './refusal.ts'

export const defaultState = '.state'

export type Portal = Awaited<ReturnType<typeof openPortal>>
export type Secrets = { TOKEN_KEY: string; FEED_KEY: string }

type Settings = {
  state: string
  port?: number | undefined
  env?: Record<string, string | undefined>
  /** Says nothing of single requests. */
  quiet?: boolean
}

/** Serves the built Worker with all its bindings on this machine; everything it keeps lies in `state`. */
export async function openPortal({ state, port, env = process.env, quiet = false }: Settings) {
  const free = await freePort(port)
  const url = `http://localhost:${free}`
  if (existsSync(state) && !statSync(state).isDirectory())
    throw new Refusal(`${state} is a file. A portal needs a folder: choose another with --state.`)
  const lock = join(state, 'running.json')
  if (claim(lock, { pid: process.pid })) throw new Refusal(inUse(state))

  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  let miniflare: Miniflare | undefined
  const close = async () => {
    await miniflare?.dispose()
    process.off('exit', release)
    release()
  }
  try {
    await build()
    const secrets = keepSecrets(state, env)
    const settings = {
      ENVIRONMENT: env.ENVIRONMENT || 'development',
      APP_ORIGIN: env.APP_ORIGIN || url,
      TOKEN_KEY: secrets.TOKEN_KEY,
      ...given(env, [
        'OFFICE_PHONE',
        'RESEND_API_KEY',
        'RESEND_BASE_URL',
        'RESEND_WEBHOOK_SECRET',
        'CANARY_ADDRESS',
        'BREACHED_PASSWORDS_URL',
      ]),
    }
    const problems = settingsProblems(settings)
    if (problems.length > 0) throw new Refusal(`CareSpace cannot start. ${problems.join('. ')}.`)
    const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml')
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: free,
        cf: false,
        log: new Log(LogLevel.WARN),
        logRequests: false,
        ...(quiet ? { handleStructuredLogs: ignoreAllButErrors } : {}),
        resourcePersistencePath: join(state, 'data'),
        workers: [
          {
            ...workerOptions,
            name: 'carespace',
            modules: bundledModules().map((path) => ({
              type: path.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const),
              path,
            })),
            bindings: { ...(workerOptions.bindings as Record<string, string>), ...settings },
          },
        ],
      })
    )
    await miniflare.ready
    const db = await miniflare.getD1Database('DB')
    const migrations = await migrate(db, 'migrations')
    const worker = await miniflare.getWorker()
    writeFileSync(lock, JSON.stringify({ pid: process.pid, url }))
    return {
      url,
      state,
      secrets,
      migrations,
      miniflare,
      db,
      files: (await miniflare.getR2Bucket('FILES')) as unknown as R2Bucket,
      runCron: (at = new Date()) => worker.scheduled({ scheduledTime: at, cron: '* * * * *' }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The address of the portal that runs on a state folder. */
export function runningUrl(state: string) {
  const lock = readIfThere(join(state, 'running.json'))
  if (!lock || !isAlive(lock)) return undefined
  return (JSON.parse(lock) as { url?: string }).url
}

export function readSecrets(state: string): Secrets {
  return JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'))
}

/** Forgets everything a portal kept. */
export function removeState(state: string) {
  const lock = readIfThere(join(state, 'running.json'))
  if (lock && isAlive(lock)) throw new Refusal(inUse(state))
  if (listFiles(state).length > 0 && !existsSync(join(state, 'secrets.json')))
    throw new Refusal(`${state} does not look like the state of a portal; nothing was removed.`)
  rmSync(state, { recursive: true, force: true })
}

const ignoreAllButErrors = ({ level, message }: { level: string; message: string }) => {
  if (level === 'error') console.error(message)
}

const inUse = (state: string) =>
  `Another portal uses ${state}. Stop it first, or choose another folder with --state.`

function keepSecrets(state: string, env: Record<string, string | undefined>): Secrets {
  const path = join(state, 'secrets.json')
  if (!existsSync(path)) {
    mkdirSync(state, { recursive: true })
    const fresh = {
      TOKEN_KEY: randomBytes(32).toString('base64'),
      FEED_KEY: randomBytes(32).toString('base64url'),
    }
    writeFileSync(path, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 })
  }
  return { ...readSecrets(state), ...given(env, ['TOKEN_KEY', 'FEED_KEY']) }
}

const given = (env: Record<string, string | undefined>, names: string[]) =>
  Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))

function freePort(wanted = 0): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new Refusal('A port is a number from 1 to 65535, such as --port 8788.')
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Refusal(`Port ${wanted} is taken. Choose another one: npm start -- --port ${wanted + 1}`)
          : error.code === 'EACCES'
            ? new Refusal(`Port ${wanted} is not for everyone to use. Choose one above 1023.`)
            : error
      )
    )
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
