import { createHmac } from 'node:crypto'
import { base64 } from 'oslo/encoding'

// Stands in for fast-sha256 and @stablelib/base64, of which standardwebhooks calls these three: the runtime has them.
export const hmac = (key: Uint8Array, data: Uint8Array) =>
  new Uint8Array(createHmac('sha256', key).update(data).digest())
export const encode = (bytes: Uint8Array) => base64.encode(bytes)
export const decode = (text: string) => base64.decode(text)
