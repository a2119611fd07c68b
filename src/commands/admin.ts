import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { alphabet, generateRandomString } from 'oslo/crypto'
import { newId } from '../db/id.ts'
import { loadSettings, run } from './cli.ts'
import { importForNode } from './node-bundle.ts'
import { Refusal } from './refusal.ts'

type Passwords = typeof import('../identity/password.ts')
type Rule = typeof import('../identity/password-rule.ts')
type Invitations = typeof import('../identity/invitation/invitation.ts')

const file = 'dist/admin.sql'
const usage =
  'Say who: npm run admin -- --email ada@practice.org --name "Ada Okafor" [--remote | --local] [--env production]'

await run(async () => {
  const { values: options } = parseArgs({
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      remote: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      env: { type: 'string', default: 'production' },
    },
  })
  loadSettings()
  const { isEmail } = await importForNode<Invitations>('src/identity/invitation/invitation.ts')
  const email = options.email?.trim().normalize('NFC').toLowerCase() ?? ''
  const [givenName, ...others] = options.name?.trim().split(/\s+/) ?? []
  const familyName = others.join(' ')
  if (!isEmail(email)) throw new Refusal(`An address like name@practice.org is needed. ${usage}`)
  if (!givenName || !familyName) throw new Refusal(`A given and a family name are needed. ${usage}`)
  if (options.remote && options.local) throw new Refusal('Choose one: --remote or --local.')

  const person = { id: newId(), email, givenName, familyName }
  const password = await newPassword(person)
  const { hashPassword } = await importForNode<Passwords>('src/identity/password.ts')
  const sql = statements(person, await hashPassword(password))
  mkdirSync('dist', { recursive: true })
  writeFileSync(file, sql, { mode: 0o600 })

  const database = [
    'd1',
    'execute',
    'DB',
    ...(options.local ? ['--local'] : ['--env', options.env, '--remote']),
  ]
  if (!options.remote && !options.local) {
    console.log(`Nothing is written yet. This makes the account (kept in ${file}):\n\n${sql}`)
    console.log(`Run it with\n\n  npx wrangler ${database.join(' ')} --file ${file}\n`)
    console.log('An account that has this address already stays as it is, and the password below is void.\n')
  } else {
    try {
      wrangler([...database, '--yes', '--file', file])
      const answer = wrangler([
        ...database,
        '--json',
        '--command',
        `SELECT id FROM accounts WHERE email = ${quoted(email)}`,
      ])
      if (!answer.includes(person.id))
        throw new Refusal(`Someone signs in with ${email} already; nothing was changed.`)
    } finally {
      rmSync(file, { force: true })
    }
    console.log(`${givenName} ${familyName} runs this portal now.\n`)
  }
  console.log(`Sign in as ${email} with this password. It is shown once:\n\n  ${password}\n`)
  console.log('The first sign-in asks to set up an authenticator app.')
})

/** Twenty characters in four groups: easy to copy by hand, and within the rule for every password. */
async function newPassword({
  email,
  givenName,
  familyName,
}: {
  email: string
  givenName: string
  familyName: string
}) {
  const { passwordFaults } = await importForNode<Rule>('src/identity/password-rule.ts')
  // Without the letters and digits people mix up.
  const characters = alphabet('A-Z', 'a-z', '0-9').replace(/[01IOl]/g, '')
  for (;;) {
    const password = Array.from({ length: 4 }, () => generateRandomString(5, characters)).join('-')
    if (passwordFaults(password, { names: [givenName, familyName], email, birthDate: null }).length === 0)
      return password
  }
}

/** The account and its line in the audit trail; neither, when the address is taken. */
function statements(
  { id, email, givenName, familyName }: { id: string; email: string; givenName: string; familyName: string },
  passwordHash: string
) {
  const now = Date.now()
  const values = [id, email, givenName, familyName, 'admin', passwordHash].map(quoted).join(', ')
  return `INSERT INTO accounts (id, email, given_name, family_name, staff_role, password_hash, created_at)
VALUES (${values}, ${now})
ON CONFLICT (email) DO NOTHING;
INSERT INTO audit_entries (at, actor, action, subject_id)
SELECT ${now}, 'command', 'staff.admin-created', id FROM accounts WHERE id = ${quoted(id)};
`
}

function quoted(text: string) {
  return `'${text.replaceAll("'", "''")}'`
}

function wrangler(args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/wrangler/bin/wrangler.js', ...args],
    { encoding: 'utf8' }
  )
  if (status !== 0) throw new Refusal(`wrangler ${args[0]} ${args[1]} failed:\n${stderr || stdout}`)
  return stdout
}
