import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { run } from './cli.ts'
import { Refusal } from './refusal.ts'
import { isPlaceholder, valueIn, withValue } from './settings-file.ts'

const tables = {
  database: '[[env.production.d1_databases]]',
  links: '[[env.production.kv_namespaces]]',
  files: '[[env.production.r2_buckets]]',
  producer: '[[env.production.queues.producers]]',
  consumer: '[[env.production.queues.consumers]]',
  settings: '[env.production.vars]',
}

type Listed = { what: string; list: () => { id: string; name: string }[]; create: string[] }

const databases: Listed = {
  what: 'the database',
  create: ['d1', 'create'],
  list: () =>
    parsed<{ uuid: string; name: string }>(wrangler(['d1', 'list', '--json'])).map(({ uuid, name }) => ({
      id: uuid,
      name,
    })),
}
const namespaces: Listed = {
  what: 'the namespace',
  create: ['kv', 'namespace', 'create'],
  list: () =>
    parsed<{ id: string; title: string }>(wrangler(['kv', 'namespace', 'list'])).map(({ id, title }) => ({
      id,
      name: title,
    })),
}

/** Makes what the portal needs at Cloudflare, once: what is there already is left as it is, so it can be run again. */
await run(async () => {
  const { values: options } = parseArgs({
    options: {
      config: { type: 'string', default: 'wrangler.toml' },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  const { config } = options
  const at = ['--env', 'production', '--config', config]
  const read = () => readFileSync(config, 'utf8')
  const given = (table: keyof typeof tables, key: string) => valueIn(read(), tables[table], key)
  let changes = 0
  /** Says what is missing, and makes it unless this is only a look. */
  const make = (what: string, act: () => void) => {
    changes++
    console.log(options['dry-run'] ? `Would ${what}.` : `${what.charAt(0).toUpperCase()}${what.slice(1)} …`)
    if (!options['dry-run']) act()
  }

  checkAccount()

  /** Makes what is listed under no id yet, and writes its id into the settings. */
  const settle = (kind: Listed, name: string, table: 'database' | 'links', key: string) => {
    const written = given(table, key)
    const found = kind.list().find((one) => one.id === written || one.name === name)
    if (found && found.id !== written && !isPlaceholder(written))
      throw new Refusal(
        `${config} names ${kind.what} ${written}, which this account does not have, and ${name} is another one. Nothing was changed: put the right id there.`
      )
    if (!found && !isPlaceholder(written))
      throw new Refusal(
        `${config} names ${kind.what} ${written}, which this account does not have. Is it the right account?`
      )
    if (!found) make(`make ${kind.what} ${name}`, () => wrangler([...kind.create, name, '--config', config]))
    if (found?.id === written) return
    make(`write the id of ${kind.what} ${name} into ${config}`, () => {
      const id = found?.id ?? kind.list().find((one) => one.name === name)?.id
      if (!id) throw new Refusal(`${name} was made but is not listed yet. Wait a minute and run this again.`)
      writeFileSync(config, withValue(read(), tables[table], key, id))
    })
  }

  const worker = valueIn(read(), '', 'name')
  settle(databases, given('database', 'database_name'), 'database', 'database_id')
  settle(namespaces, `${worker}-production-invitations`, 'links', 'id')

  const bucket = given('files', 'bucket_name')
  if (!listBuckets().includes(bucket))
    make(`make the bucket ${bucket}`, () =>
      wrangler(['r2', 'bucket', 'create', bucket, '--config', config], { unless: /already exists/ })
    )

  for (const queue of [given('producer', 'queue'), given('consumer', 'dead_letter_queue')])
    if (!isThere(['queues', 'info', queue, '--config', config], /does not exist/))
      make(`make the queue ${queue}`, () => wrangler(['queues', 'create', queue, '--config', config]))

  const isMade = !isPlaceholder(given('database', 'database_id'))
  const migrations = ['d1', 'migrations']
  if (!isMade || !/No migrations to apply/.test(wrangler([...migrations, 'list', 'DB', ...at, '--remote'])))
    make('apply the migrations', () => wrangler([...migrations, 'apply', 'DB', ...at, '--remote']))

  const secrets = listSecrets(at)
  const put = (name: string, value: string) => wrangler(['secret', 'put', name, ...at], { input: value })
  if (!secrets.includes('TOKEN_KEY'))
    make('make the secret TOKEN_KEY', () => {
      const key = randomBytes(32).toString('base64')
      // Before it counts: a key that nobody has a copy of cannot be read back from Cloudflare.
      console.log(
        `\n  ${key}\n\nIt is shown once. Keep a copy in a safe: without it no second step and no seal can be read.`
      )
      put('TOKEN_KEY', key)
    })
  for (const name of ['RESEND_API_KEY', 'RESEND_WEBHOOK_SECRET']) {
    const value = process.env[name]
    if (value && !secrets.includes(name))
      make(`put the secret ${name}, as it is set here`, () => put(name, value))
  }

  if (changes === 0) console.log('Everything is there already; nothing was changed.')
  tellWhatIsLeft(config, read(), secrets)
})

/** As many as wrangler lists; one that it leaves out says so when it is made again. */
function listBuckets() {
  return [...wrangler(['r2', 'bucket', 'list']).matchAll(/^name:\s+(\S+)/gm)].map(([, name]) => name)
}

/** The names of the secrets; a Worker that was never deployed has none. */
function listSecrets(at: string[]) {
  const { status, said, wrong } = ask(['secret', 'list', ...at])
  if (status !== 0 && /not found/.test(wrong)) return []
  if (status !== 0) throw failed(['secret', 'list'], wrong)
  return parsed<{ name: string }>(said).map(({ name }) => name)
}

function isThere(args: string[], missing: RegExp) {
  const { status, wrong } = ask(args)
  if (status === 0) return true
  if (missing.test(wrong)) return false
  throw failed(args, wrong)
}

function checkAccount() {
  const { status, said, wrong } = ask(['whoami', '--json'])
  if (status !== 0 && !/"loggedIn":\s*false/.test(said + wrong)) throw failed(['whoami'], wrong || said)
  if (status !== 0) throw new Refusal('Sign in to Cloudflare first: npx wrangler login')
  const { accounts = [] } = JSON.parse(said) as { accounts?: { id: string; name: string }[] }
  if (accounts.length > 1 && !process.env.CLOUDFLARE_ACCOUNT_ID)
    throw new Refusal(
      `There are several accounts. Say which one by CLOUDFLARE_ACCOUNT_ID=…: ${accounts.map(({ id, name }) => `${id} (${name})`).join(', ')}`
    )
}

/** What nobody can do from here, as far as it is not done. */
function tellWhatIsLeft(config: string, settings: string, secrets: string[]) {
  const origin = valueIn(settings, tables.settings, 'APP_ORIGIN')
  const steps = [
    'At Resend: add the domain mail is sent from, put the DNS records it shows where your domain lives, and wait until it is verified.',
    secrets.includes('RESEND_API_KEY') || process.env.RESEND_API_KEY
      ? ''
      : 'At Resend: make an API key, then npx wrangler secret put RESEND_API_KEY --env production',
    secrets.includes('RESEND_WEBHOOK_SECRET') || process.env.RESEND_WEBHOOK_SECRET
      ? ''
      : 'At Resend: add a webhook for delivery reports, then npx wrangler secret put RESEND_WEBHOOK_SECRET --env production',
    origin.includes('portal.example.com')
      ? `In ${config}, [env.production]: your route, APP_ORIGIN (the address people type) and OFFICE_PHONE.`
      : '',
    valueIn(settings, tables.settings, 'CANARY_ADDRESS')
      ? ''
      : `In ${config}, [env.production.vars]: CANARY_ADDRESS, where a mail goes each hour. Without it nobody is told when mail stops to arrive.`,
    'npx wrangler deploy --env production',
    'The first admin, once: npm run admin -- --email you@practice.example --name "Ada Okafor" --remote',
  ].filter((step) => step !== '')
  console.log(`\nLeft to do by hand:\n${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}`)
}

function parsed<Row>(json: string) {
  return JSON.parse(json) as Row[]
}

function failed(args: string[], wrong: string) {
  return new Refusal(
    `wrangler ${args.slice(0, 3).join(' ')} failed. What was made before stays; run this again to go on.\n${wrong.trim()}`
  )
}

/** What wrangler says; a failure ends the command unless it says what `unless` allows. */
function wrangler(args: string[], { input, unless }: { input?: string; unless?: RegExp } = {}) {
  const { status, said, wrong } = ask(args, input)
  if (status !== 0 && !unless?.test(wrong)) throw failed(args, wrong || said)
  return said
}

function ask(args: string[], input = '') {
  const { status, stdout, stderr, error } = spawnSync('wrangler', args, {
    encoding: 'utf8',
    input,
    env: {
      ...process.env,
      PATH: `${process.env.PATH}${delimiter}${join('node_modules', '.bin')}`,
      WRANGLER_SEND_METRICS: 'false',
    },
  })
  if (error) throw new Refusal(`wrangler could not be run: ${error.message}`)
  return { status, said: stripVTControlCharacters(stdout), wrong: stripVTControlCharacters(stderr) }
}
