import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestPassword, type PasswordFault, passwordFaults } from '../../src/identity/password-rule.ts'

const maria = {
  names: ['María', 'Álvarez-Ruiz', 'Hillside Cancer Care'],
  email: 'mar.alv@example.com',
  birthDate: '1948-03-27',
}
const faults = (password: string) => passwordFaults(password, maria)

test.each([
  'Blue-Kettle-42',
  'Ñandú!47xq',
  'Two words 9',
  'Zz9~zzQk',
  'Пароль!Дом7',
  'Kp7!\u{1F511}wRm',
  `Aq7 ${'xkcd'.repeat(40)}`,
])('"%s" is accepted', (password) => {
  expect(faults(password)).toEqual([])
})

test.each<[string, PasswordFault[]]>([
  ['', ['short', 'upper', 'lower', 'number', 'special']],
  ['kettle', ['short', 'upper', 'number', 'special']],
  ['BLUE-KETTLE-42', ['lower']],
  ['blue-kettle-42', ['upper']],
  ['Blue-Kettle', ['number']],
  ['BlueKettle42', ['special']],
  ['Bk4-tle', ['short']],
])('"%s" lacks all of: %s', (password, expected) => {
  expect(faults(password)).toEqual(expected)
})

test.each(['Password1!', 'P@ssw0rd!', 'Welcome123!', 'Qwerty12!', 'Letmein1!', 'Aaaaaaa1!', 'Abcdefg1!'])(
  '"%s" meets the rule and is refused all the same, because everyone tries it',
  (password) => {
    expect(faults(password)).toContain('common')
  }
)

test.each(['Alvarez#2xq9', 'xqMARIA-77k', 'Hillside!88x', 'Zq!1948zzk', 'k-032748-Qz', 'M@r1a-zzk99'])(
  '"%s" is built from the person or the practice',
  (password) => {
    expect(faults(password)).toContain('personal')
  }
)

test('256 characters are accepted and 257 are not', () => {
  const filler = 'qzxkvw'.repeat(50)
  expect(faults(`Aq7!${filler}`.slice(0, longestPassword))).toEqual([])
  expect(faults(`Aq7!${filler}`.slice(0, longestPassword + 1))).toEqual(['long'])
})

test('however a keyboard composes a letter, it counts the same', () => {
  for (const password of ['Ñandú!47xq', 'Blue-Kettlé-42'])
    expect(faults(password.normalize('NFD'))).toEqual(faults(password.normalize('NFC')))
})

test('no input breaks the rule', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => Array.isArray(faults(text))))
})
