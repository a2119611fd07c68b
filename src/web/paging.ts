import type { RequestContext } from '../env.ts'

/** The page of a list that `?page=` (or another name) asks for, counted from 1; what is no page number is the first. */
export function pageAsked(c: RequestContext, name = 'page') {
  const asked = c.req.query(name) ?? ''
  return /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 1
}

/** A count in words: "250+" once there are more than are worth counting. */
export const upTo = (count: number, most: number) => (count > most ? `${most}+` : String(count))
