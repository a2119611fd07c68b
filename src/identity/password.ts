import Argon2, { Argon2Type } from '@phi-ag/argon2'
import wasm from '@phi-ag/argon2/argon2.wasm'

/** OWASP's first choice: Argon2id, 19 MiB, two passes, one lane. Stored with each hash, so raising it later is possible. */
const cost = { type: Argon2Type.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 }

let instance: Promise<Argon2> | undefined
const argon2 = () => {
  instance ??= WebAssembly.instantiate(wasm).then((made) => new Argon2(made))
  return instance
}

/** A PHC string; the password is compared in NFC, so that every keyboard writes it the same. */
export async function hashPassword(password: string) {
  return (await argon2()).hash(password.normalize('NFC'), {
    ...cost,
    salt: crypto.getRandomValues(new Uint8Array(16)),
  }).encoded
}

/** False also for a damaged hash. */
export async function verifyPassword(hash: string, password: string) {
  return (await argon2()).tryVerify(hash, password.normalize('NFC'), cost.type).success
}

/** The password hashed at today's cost, where the stored hash was made at a lower one. */
export const strongerHash = async (hash: string, password: string) =>
  isCheap(hash) ? hashPassword(password) : undefined

function isCheap(hash: string) {
  const [, m = 0, t = 0] = (/\$m=(\d+),t=(\d+),/.exec(hash) ?? []).map(Number)
  return m < cost.memoryCost || t < cost.timeCost
}

/** A hash of nothing anyone knows: an unknown address costs the same time as a wrong password. */
export const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5c2FsdG5vYm9keQ$Z6yiDiK26AuLR9AoRpQ8O8ay0fo8cbTVr+v9/w/8weM'
