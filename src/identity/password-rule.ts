import { commonPasswords } from './common-passwords.ts'
import { commonWords } from './common-words.ts'
import { fitsPassword } from './password-length.ts'

export type PasswordFault =
  | 'short'
  | 'long'
  | 'upper'
  | 'lower'
  | 'number'
  | 'special'
  | 'common'
  | 'personal'

/** What a password must not be built from. `birthDate` is `YYYY-MM-DD`. */
export type Personal = { names: string[]; email: string; birthDate: string | null }

// Nobody can see these, so they neither make a password longer nor are they its special character.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cs}]/gu

/**
 * Every rule a password breaks, in the order they are listed to people. The first five are the practice's (seed.md):
 * 8 characters with an upper case letter, a lower case letter, a number and a special character, which is anything that
 * is neither letter nor digit, a space included. The last two refuse what passes those and is guessed first.
 */
export function passwordFaults(typed: string, personal: Personal): PasswordFault[] {
  if (!fitsPassword(typed)) return ['long']
  const password = typed.normalize('NFC').replace(invisible, '')
  const faults: [PasswordFault, boolean][] = [
    ['short', [...password].length < 8],
    ['upper', !/\p{Lu}/u.test(password)],
    ['lower', !/\p{Ll}/u.test(password)],
    ['number', !/\p{Nd}/u.test(password)],
    ['special', !/[^\p{L}\p{N}\p{M}]/u.test(password)],
    ['common', isCommon(password)],
    ['personal', isPersonal(password, personal)],
  ]
  return faults.filter(([, broken]) => broken).map(([fault]) => fault)
}

// Letters that no decomposition takes apart.
const undecomposed: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i' }

/** As someone types who has no accents: NFKD also turns wide and ornate letters and digits into plain ones. */
const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[øłđßæœı]/g, (letter) => undecomposed[letter] ?? letter)

const lookalikes: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
  '+': 't',
  '8': 'b',
}
const unmasked = (text: string) =>
  plain(text).replace(/[@431!0$57+8]/g, (character) => lookalikes[character] ?? character)

/** The words people reach for first, alone or in a row, whatever digits and signs stand around or in them. */
const isCommon = (password: string) =>
  readings(plain(password)).some((letters) => letters.length > 0 && isMadeOfCommonWords(letters))

/** How many signs at either end are tried as letters: those of "Hol@" are some, those of "Hola@" are not. */
const mostMasked = 8

/** The letters of a text, as they stand and with lookalikes read as letters, from each sign at its ends on. */
function readings(text: string) {
  const letters = (read: string) => read.replace(/[^\p{L}]/gu, '')
  const before = /^[^\p{L}]*/u.exec(text)?.[0].length ?? 0
  const after = /[^\p{L}]*$/u.exec(text)?.[0].length ?? 0
  const found = [letters(text)]
  for (let from = Math.max(before - mostMasked, 0); from <= before; from++)
    for (let less = Math.max(after - mostMasked, 0); less <= after; less++)
      found.push(letters(unmasked(text.slice(from, text.length - less))))
  return found
}

function isMadeOfCommonWords(letters: string): boolean {
  if (/^(.)\1*$/.test(letters) || 'abcdefghijklmnopqrstuvwxyz'.includes(letters)) return true
  if (commonWords.has(letters) || commonPasswords.has(letters)) return true
  const half = letters.length / 2
  if (letters.slice(0, half) === letters.slice(half)) return isMadeOfCommonWords(letters.slice(0, half))
  for (let cut = 3; cut <= letters.length - 3; cut++)
    if (commonWords.has(letters.slice(0, cut)) && commonWords.has(letters.slice(cut))) return true
  return false
}

/** Names of 5 letters and more count wherever they stand; in a shorter one, such as Ana in "banana", only as a word. */
function isPersonal(password: string, { names, email, birthDate }: Personal) {
  const words = [...names, ...email.split(/\.(?!.*\.)/).slice(0, 1)].flatMap(wordsOf)
  const seen = [plain(password), unmasked(password)].map((text) => text.replace(/[^\p{L}\p{N}]/gu, ''))
  const stems = [plain, unmasked].flatMap((read) => read(spaced(password)).split(/[^\p{L}]+/u))
  const known = (word: string) => words.includes(word) || commonWords.has(word)
  const isOneOf = (stem: string, word: string) =>
    stem === word ||
    (stem.startsWith(word) && known(stem.slice(word.length))) ||
    (stem.endsWith(word) && known(stem.slice(0, -word.length)))
  return (
    words.some((word) => {
      if (isTelling(word)) return seen.some((text) => text.includes(word))
      if (/^\d+$/.test(word)) return false
      return word.length >= 3
        ? stems.some((stem) => isOneOf(stem, word))
        : word.length === 2 && plain(password).replace(/[^\p{L}]/gu, '') === word
    }) || holdsDate(password, birthDate)
  )
}

/** The words of a name or an address: "O’Brien-Díaz" is brien, obrien and diaz, "rosa52" also rosa. */
const wordsOf = (text: string) => [
  ...plain(text).split(/[^\p{L}\p{N}]+/u),
  ...plain(text)
    .replace(/['’ʼ`]/g, '')
    .split(/[^\p{L}]+/u),
]

/** One sign of such a script says as much as several letters. */
const isTelling = (word: string) => word.length >= 5 || /^\p{Lo}{2,}$/u.test(word)

/** "MyRosa" is two words. */
const spaced = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')

function holdsDate(password: string, birthDate: string | null) {
  const [year, month, day] = birthDate?.split('-') ?? []
  if (!year || !month || !day) return false
  const digits = digitsOf(password)
  const short = year.slice(2)
  const brief = Number(month) + String(Number(day)) + short
  return [year, month + day + short, day + month + short, short + month + day, brief].some((part) =>
    digits.includes(part)
  )
}

/** The digits of a text, whatever script they are written in. */
const digitsOf = (text: string) =>
  (text.normalize('NFKD').match(/\p{Nd}/gu) ?? []).map((digit) => digitValue(digit)).join('')

/** Unicode keeps the ten digits of a script in a row. */
function digitValue(digit: string) {
  const code = digit.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return value
}
