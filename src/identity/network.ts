import type { RequestContext } from '../env.ts'

/** The client's network address as Cloudflare saw it; never a header the client could write. */
export const networkAddress = (c: RequestContext) => c.req.header('CF-Connecting-IP') ?? 'local'

/** What tries are counted by. One IPv6 customer holds a whole /64, so the last half of such an address is left out. */
export function network(c: RequestContext) {
  const address = networkAddress(c)
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const [first, last] = [head, tail].map((part) => (part === '' ? [] : part.split(':'))) as [
    string[],
    string[],
  ]
  const zeros = Array.from({ length: Math.max(8 - first.length - last.length, 0) }, () => '0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}

/** Roughly where a request comes from, as Cloudflare places its address: "Fayetteville, Arkansas". Null where it cannot say. */
export function placeOf(c: RequestContext) {
  const { city, region, country } = (c.req.raw.cf ?? {}) as Partial<
    Record<'city' | 'region' | 'country', string>
  >
  return [city, region ?? country].filter(Boolean).join(', ').slice(0, 100) || null
}
