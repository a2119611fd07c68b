import { expect, test } from 'vitest'
import { inviteRefusal, isEmail, maskedAddress } from '../../src/identity/invitation/invitation.ts'
import type { Patient } from '../../src/identity/visit.ts'

const now = new Date('2026-11-22T04:00:00Z') // November 21 in Chicago
const patient = {
  birthDate: '1944-09-30',
  email: 'otto@example.test',
  accountId: null,
  inactiveAt: null,
  deceasedAt: null,
} as Patient
const refusal = (facts: Partial<Patient>) => inviteRefusal({ ...patient, ...facts }, now, 'America/Chicago')

test('a patient with an address and a date of birth may be invited', () => {
  expect(refusal({})).toBeUndefined()
})

test.each<[Partial<Patient>, string]>([
  [{ email: null }, 'noEmail'],
  [{ email: '  ' }, 'noEmail'],
  [{ email: 'otto at example.test' }, 'badEmail'],
  [{ inactiveAt: now }, 'inactive'],
  [{ deceasedAt: now }, 'deceased'],
  [{ accountId: 'otto' }, 'active'],
  [{ birthDate: null }, 'noBirthDate'],
  [{ birthDate: '2008-11-22' }, 'minor'],
])('%o is refused: %s', (facts, reason) => {
  expect(refusal(facts)).toBe(reason)
})

test('the eighteenth birthday counts by the date of the practice', () => {
  expect(refusal({ birthDate: '2008-11-21' })).toBeUndefined()
  expect(inviteRefusal({ ...patient, birthDate: '2008-11-22' }, now, 'Europe/Berlin')).toBeUndefined()
})

test.each(['a@b.co', "o'neil+care@mail.example.org", 'x_y-z@sub.example.test'])(
  '%s is an address',
  (address) => {
    expect(isEmail(address)).toBe(true)
  }
)

test.each([
  '',
  'a',
  'a@b',
  '@b.co',
  'a@b..co',
  'a b@c.co',
  '.a@b.co',
  'a..b@c.co',
  'a@-b.co',
  'a@b.co, c@d.co',
  'ü@b.co',
])('"%s" is none', (address) => {
  expect(isEmail(address)).toBe(false)
})

test('a masked address shows its first letter and its host', () => {
  expect(maskedAddress('maria@example.com')).toBe('m***@example.com')
  expect(maskedAddress('x@example.com')).toBe('x***@example.com')
})
