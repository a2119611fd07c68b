import type { RequestContext } from '../env.ts'
import type { Dictionary } from '../i18n/text.ts'
import { isBreached } from './breached-passwords.ts'
import { type Personal, passwordFaults } from './password-rule.ts'

const needs = ['short', 'upper', 'lower', 'number', 'special'] as const

/** Every rule a new password does not meet, in one message; undefined when it may be used. */
export function newPasswordProblem(password: string, personal: Personal, t: Dictionary['newPassword']) {
  if (password === '') return t.missing
  const faults = passwordFaults(password, personal)
  if (faults.length === 0) return undefined
  const missing = needs.filter((need) => faults.includes(need)).map((need) => t.needs[need])
  return [
    ...(missing.length > 0 ? [t.mustHave(missing)] : []),
    ...(faults.includes('long') ? [t.long] : []),
    ...(faults.includes('common') ? [t.common] : []),
    ...(faults.includes('personal') ? [t.personal] : []),
  ].join(' ')
}

/**
 * The same, and then whether it is known from a breach, which costs a call elsewhere where that is set up: the last word
 * on a password, for someone who has proved that they may choose one. It must not be built from anything in `personal`.
 */
export async function refuseNewPassword(c: RequestContext, password: string, ...personal: Personal[]) {
  const t = c.var.t.newPassword
  for (const each of personal) {
    const problem = newPasswordProblem(password, each, t)
    if (problem) return problem
  }
  return (await isBreached(c.env, password)) ? t.common : undefined
}
