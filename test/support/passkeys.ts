import { passkeys } from '../../src/db/schema.ts'
import { db, minutesAgo } from './people.ts'

/** A passkey of Rosa's that was never used, and that no authenticator here has. */
export const seedPasskey = () =>
  db()
    .insert(passkeys)
    .values({
      id: 'rosa-passkey',
      accountId: 'rosa',
      credentialId: 'AAAAAAAAAAAAAAAAAAAAAA',
      publicKey: 'AAAA',
      algorithm: 'ES256',
      counter: 0,
      transports: ['internal'],
      name: 'Rosa’s phone',
      createdAt: minutesAgo(600),
    })
