import type { Dictionary } from '../i18n/text.ts'
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
