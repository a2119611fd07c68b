import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** Answers as wrangler does, from a file instead of an account, and writes down what it was asked. */
const fake = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs')
const file = process.env.FAKE_ACCOUNT
const account = JSON.parse(readFileSync(file, 'utf8'))
const args = process.argv.slice(2)
const input = readFileSync(0, 'utf8')
account.calls.push({ args, input })
const end = (code, out = '', wrong = '') => {
  writeFileSync(file, JSON.stringify(account))
  process.stdout.write(out)
  process.stderr.write(wrong)
  process.exit(code)
}
const plain = args.filter((arg, i) => !arg.startsWith('--') && !/^--(env|config)$/.test(args[i - 1] ?? ''))
const asked = plain.join(' ')
if (account.failOnce && asked.startsWith(account.failOnce)) {
  account.failOnce = ''
  end(1, '', '\\u001b[31m✘ \\u001b[41m[ERROR]\\u001b[0m A request to the Cloudflare API failed. [code: 10000]\\n')
}
const name = plain.at(-1)
if (asked === 'whoami')
  account.accounts.length === 0
    ? end(1, JSON.stringify({ loggedIn: false }))
    : end(0, JSON.stringify({ loggedIn: true, authType: 'OAuth Token', accounts: account.accounts }))
else if (asked === 'd1 list') end(0, JSON.stringify(account.databases, null, 2))
else if (asked.startsWith('d1 create')) {
  account.databases.push({ uuid: 'd1-' + account.databases.length, name, created_at: 'now' })
  end(0, "✅ Successfully created DB '" + name + "' in region ENAM\\n")
} else if (asked === 'kv namespace list') end(0, JSON.stringify(account.namespaces, null, '  '))
else if (asked.startsWith('kv namespace create')) {
  const env = args.includes('--env') ? args[args.indexOf('--env') + 1] + '-' : ''
  account.namespaces.push({ id: 'kv-' + account.namespaces.length, title: env + name, supports_url_encoding: true })
  end(0, '🌀 Creating namespace with title "' + env + name + '"\\n✨ Success!\\n')
} else if (asked === 'r2 bucket list')
  end(0, 'Listing buckets...\\n' + account.buckets.slice(0, account.listed).map((each) => '\\u001b[37mname:\\u001b[39m           \\u001b[90m' + each + '\\u001b[39m\\ncreation_date:  now').join('\\n\\n') + '\\n')
else if (asked.startsWith('r2 bucket create')) {
  if (account.buckets.includes(name))
    end(1, '', '✘ [ERROR] The bucket you tried to create already exists, and you own it. [code: 10004]\\n')
  account.buckets.push(name)
  end(0, "✅ Created bucket '" + name + "'\\n")
} else if (asked.startsWith('queues info'))
  account.queues.includes(name)
    ? end(0, 'Queue Name: ' + name + '\\n')
    : end(1, '', '✘ [ERROR] Queue "' + name + '" does not exist. To create it, run: wrangler queues create ' + name + '\\n')
else if (asked.startsWith('queues create')) {
  account.queues.push(name)
  end(0, "🌀 Creating queue '" + name + "'\\n✅ Created queue '" + name + "'\\n")
} else if (asked.startsWith('d1 migrations list'))
  end(0, account.migrated ? '✅ No migrations to apply!\\n' : 'Migrations to be applied:\\n│ 0001_first_schema.sql │\\n')
else if (asked.startsWith('d1 migrations apply')) {
  account.migrated = true
  end(0, '🌀 Executing on remote database DB\\n')
} else if (asked === 'secret list')
  account.isDeployed
    ? end(0, JSON.stringify(account.secrets.map((each) => ({ name: each, type: 'secret_text' }))))
    : end(1, '', '✘ [ERROR] Worker "carespace-production" (env: production) not found.\\n\\nIf this is a new Worker, run wrangler deploy first to create it.\\n')
else if (asked.startsWith('secret put')) {
  account.isDeployed = true
  account.secrets.push(name)
  end(0, '✨ Success! Uploaded secret ' + name + '\\n')
} else end(1, '', 'The stand-in does not know: ' + asked + '\\n')
`

let folder: string
let config: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carespace-'))
  config = join(folder, 'wrangler.toml')
  copyFileSync('wrangler.toml', config)
  writeFileSync(join(folder, 'wrangler'), fake)
  chmodSync(join(folder, 'wrangler'), 0o755)
  open({})
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Account = {
  calls: { args: string[]; input: string }[]
  databases: { uuid: string; name: string }[]
  namespaces: { id: string; title: string }[]
  buckets: string[]
  queues: string[]
  secrets: string[]
  [more: string]: unknown
}
const accountFile = () => join(folder, 'account.json')
const account = () => JSON.parse(readFileSync(accountFile(), 'utf8')) as Account
function open(facts: Partial<Account>) {
  const empty = {
    accounts: [{ id: 'a1', name: 'Hillside' }],
    calls: [],
    databases: [],
    namespaces: [],
    buckets: [],
    listed: 20,
    queues: [],
    secrets: [],
  }
  writeFileSync(accountFile(), JSON.stringify({ ...empty, ...facts }))
}
const amend = (facts: Partial<Account>) =>
  writeFileSync(accountFile(), JSON.stringify({ ...account(), calls: [], ...facts }))

function setUp(args: string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['src/commands/bootstrap.mjs', 'setup-cloudflare', '--config', config, ...args],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        CLOUDFLARE_ACCOUNT_ID: '',
        RESEND_API_KEY: '',
        RESEND_WEBHOOK_SECRET: '',
        ...env,
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        FAKE_ACCOUNT: accountFile(),
      },
    }
  )
  return { status, said: stdout, wrong: stderr }
}

/** What was asked that changes something. */
const changes = () =>
  account()
    .calls.map(({ args }) => args.join(' '))
    .filter((call) => /create|apply|put/.test(call))
const settings = () => readFileSync(config, 'utf8')

test('makes everything, writes the ids down and says what is left', () => {
  const { status, said, wrong } = setUp()
  expect([status, wrong]).toEqual([0, ''])
  const made = account()
  expect(made.databases.map(({ name }) => name)).toEqual(['carespace-production'])
  expect(made.namespaces.map(({ title }) => title)).toEqual(['carespace-production-invitations'])
  expect(made.buckets).toEqual(['carespace-production-files'])
  expect(made.queues).toEqual(['carespace-production-outbox', 'carespace-production-outbox-dead'])
  expect(made.migrated).toBe(true)
  expect(made.secrets).toEqual(['TOKEN_KEY'])

  const before = readFileSync('wrangler.toml', 'utf8')
  expect(settings()).toBe(
    before
      .replace('"00000000-0000-0000-0000-000000000001"', '"d1-0"')
      .replace('"00000000000000000000000000000001"', '"kv-0"')
  )
  for (const words of ['Resend', 'RESEND_API_KEY', 'APP_ORIGIN', 'wrangler deploy', 'npm run admin'])
    expect(said).toContain(words)
})

test('the key it makes is shown once, and is the one that was put', () => {
  const { said } = setUp()
  const put = account().calls.find(({ args }) => args.includes('TOKEN_KEY'))
  expect(put?.input).toMatch(/^[\w+/]{43}=$/)
  expect(said).toContain(put?.input)
  expect(account().calls.filter(({ args }) => args.join(' ').includes(String(put?.input)))).toEqual([])
})

test('the address of the hourly mail is asked for until there is one', () => {
  const asked = 'CANARY_ADDRESS, where a mail goes each hour'
  expect(setUp().said).toContain(asked)
  writeFileSync(
    config,
    settings().replace('CANARY_ADDRESS = ""', 'CANARY_ADDRESS = "mail-check@practice.example"')
  )
  expect(setUp().said).not.toContain(asked)
})

test('a second run changes nothing', () => {
  setUp()
  amend({})
  const before = settings()
  const { status, said } = setUp()
  expect(status).toBe(0)
  expect(changes()).toEqual([])
  expect(settings()).toBe(before)
  expect(said).toContain('Everything is there already; nothing was changed.')
})

test('a look only looks', () => {
  const { status, said } = setUp(['--dry-run'])
  expect(status).toBe(0)
  expect(changes()).toEqual([])
  expect(settings()).toBe(readFileSync('wrangler.toml', 'utf8'))
  for (const words of [
    'Would make the database carespace-production.',
    'Would make the namespace carespace-production-invitations.',
    'Would make the bucket carespace-production-files.',
    'Would make the queue carespace-production-outbox-dead.',
    'Would apply the migrations.',
    'Would make the secret TOKEN_KEY.',
  ])
    expect(said).toContain(words)
})

describe('cut off half-way, it goes on from there', () => {
  test.each(['d1 list', 'kv namespace create', 'queues info', 'secret put'])('at %s', (step) => {
    open({ failOnce: step })
    const first = setUp()
    expect(first.status).toBe(1)
    expect(first.wrong).toContain('What was made before stays; run this again to go on.')
    expect(first.wrong).toContain('[code: 10000]')
    const { status } = setUp()
    expect(status).toBe(0)
    const made = account()
    expect(made.databases).toHaveLength(1)
    expect(made.namespaces).toHaveLength(1)
    expect(made.buckets).toHaveLength(1)
    expect(made.queues).toHaveLength(2)
    expect(made.secrets).toEqual(['TOKEN_KEY'])
    expect(settings()).toContain('"d1-0"')
    expect(settings()).toContain('"kv-0"')
  })
})

describe('what is there already', () => {
  test('is found by its name, and its id written down', () => {
    open({ databases: [{ uuid: 'mine', name: 'carespace-production' }] })
    setUp()
    expect(account().databases).toHaveLength(1)
    expect(settings()).toContain('database_id = "mine"')
    expect(settings()).toContain('database_id = "00000000-0000-0000-0000-000000000000"')
  })

  test('a key is never made anew', () => {
    open({ isDeployed: true, secrets: ['TOKEN_KEY'] })
    setUp()
    expect(account().secrets).toEqual(['TOKEN_KEY'])
  })

  test('a bucket that the list leaves out is left as it is', () => {
    open({ listed: 0, buckets: ['carespace-production-files'] })
    expect(setUp().status).toBe(0)
    expect(account().buckets).toHaveLength(1)
  })

  test('under an id of another account is not touched', () => {
    setUp()
    open({})
    const { status, wrong } = setUp()
    expect(status).toBe(1)
    expect(wrong).toContain('Is it the right account?')
    expect(changes()).toEqual([])
  })
})

test('secrets that are set here are put there, once, and never shown', () => {
  const env = { RESEND_API_KEY: 're_secret', RESEND_WEBHOOK_SECRET: 'whsec_secret' }
  const { said } = setUp([], env)
  expect(account().secrets).toEqual(['TOKEN_KEY', 'RESEND_API_KEY', 'RESEND_WEBHOOK_SECRET'])
  expect(account().calls.find(({ args }) => args.includes('RESEND_API_KEY'))?.input).toBe('re_secret')
  expect(said).not.toMatch(/re_secret|whsec_secret|secret put/)
  amend({})
  setUp([], env)
  expect(changes()).toEqual([])
})

describe('is refused in one line', () => {
  test('to who is not signed in', () => {
    open({ accounts: [] })
    expect(setUp()).toEqual({
      status: 1,
      said: '',
      wrong: 'Sign in to Cloudflare first: npx wrangler login\n',
    })
  })

  test('to who has several accounts and names none', () => {
    const accounts = [
      { id: 'a1', name: 'Hillside' },
      { id: 'a2', name: 'Valley' },
    ]
    open({ accounts })
    const { status, wrong } = setUp()
    expect([status, wrong.trim().split('\n').length]).toEqual([1, 1])
    expect(wrong).toContain('a2 (Valley)')
    expect(changes()).toEqual([])
    expect(setUp([], { CLOUDFLARE_ACCOUNT_ID: 'a2' }).status).toBe(0)
  })

  test('to who mistypes', () => {
    const { status, wrong } = setUp(['--dry'])
    expect([status, wrong.trim().split('\n').length]).toEqual([1, 1])
  })
})
