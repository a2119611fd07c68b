import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { base32 } from 'oslo/encoding'
import { TOTPController } from 'oslo/otp'
import { readIfThere } from './files.ts'
import { importForNode } from './node-bundle.ts'
import type { Portal } from './portal.ts'

type Demo = typeof import('../demo/seed.ts')
export type SignIn = { name: string; role: string; address: string; password: string; totpSecret?: string }

/** Fills an empty portal with the demo practice; answers whether it did. */
export async function seedIfEmpty({ db, files, secrets, state }: Portal) {
  if (await db.prepare('select 1 from accounts limit 1').first()) return false
  const { seedDemo } = await importForNode<Demo>('src/demo/seed.ts')
  const signIns: SignIn[] = await seedDemo({
    db,
    files,
    now: new Date(),
    tokenKey: secrets.TOKEN_KEY,
    feedKey: secrets.FEED_KEY,
  })
  writeFileSync(signInsFile(state), JSON.stringify(signIns, null, 2), { mode: 0o600 })
  return true
}

/** The sign-ins that were seeded into a state folder. */
export const readSignIns = (state: string): SignIn[] => JSON.parse(readIfThere(signInsFile(state)) ?? '[]')

export async function describeSignIns(signIns: SignIn[]) {
  const rows = await Promise.all(
    signIns.map(async ({ name, role, address, password, totpSecret }) => ({
      name,
      role,
      address,
      password,
      code: totpSecret ? await currentCode(totpSecret) : '',
      secret: totpSecret ?? '',
    }))
  )
  const columns = ['name', 'role', 'address', 'password', 'code', 'secret'] as const
  const head = Object.fromEntries(columns.map((column) => [column, column])) as (typeof rows)[number]
  const width = (column: (typeof columns)[number]) =>
    Math.max(...[head, ...rows].map((row) => row[column].length))
  return [head, ...rows]
    .map((row) => `  ${columns.map((column) => row[column].padEnd(width(column))).join('  ')}`.trimEnd())
    .join('\n')
}

const signInsFile = (state: string) => join(state, 'sign-ins.json')

const currentCode = (secret: string) =>
  new TOTPController().generate(base32.decode(secret, { strict: false }))
