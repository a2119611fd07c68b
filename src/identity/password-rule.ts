import { commonWords } from './common-words.ts'

/** Code points; longer ones are refused before they are hashed. */
export const longestPassword = 256

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

/**
 * Every rule a password breaks, in the order they are listed to people. The first five are the practice's (seed.md):
 * 8 characters with an upper case letter, a lower case letter, a number and a special character, which is anything that
 * is neither letter nor digit, a space included. The last two refuse what passes those and is guessed first.
 */
export function passwordFaults(typed: string, personal: Personal): PasswordFault[] {
  const password = typed.normalize('NFC')
  const length = [...password].length
  const faults: [PasswordFault, boolean][] = [
    ['short', length < 8],
    ['long', length > longestPassword],
    ['upper', !/\p{Lu}/u.test(password)],
    ['lower', !/\p{Ll}/u.test(password)],
    ['number', !/\p{Nd}/u.test(password)],
    ['special', !/[^\p{L}\p{N}\p{M}]/u.test(password)],
    ['common', length <= longestPassword && isCommon(password)],
    ['personal', length <= longestPassword && isPersonal(password, personal)],
  ]
  return faults.filter(([, broken]) => broken).map(([fault]) => fault)
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

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
function isCommon(password: string) {
  const trimmed = plain(password).replace(/^[^a-z]+|[^a-z]+$/g, '')
  return [plain(password), unmasked(trimmed), unmasked(password)]
    .map((text) => text.replace(/[^a-z]/g, ''))
    .some((letters) => letters.length > 0 && isMadeOfCommonWords(letters))
}

function isMadeOfCommonWords(letters: string): boolean {
  if (/^(.)\1*$/.test(letters) || 'abcdefghijklmnopqrstuvwxyz'.includes(letters)) return true
  if (commonWords.has(letters)) return true
  const half = letters.length / 2
  if (letters.slice(0, half) === letters.slice(half)) return isMadeOfCommonWords(letters.slice(0, half))
  for (let cut = 3; cut <= letters.length - 3; cut++)
    if (commonWords.has(letters.slice(0, cut)) && commonWords.has(letters.slice(cut))) return true
  return false
}

function isPersonal(password: string, { names, email, birthDate }: Personal) {
  const seen = [plain(password), unmasked(password)].map((text) => text.replace(/[^a-z0-9]/g, ''))
  const digits = password.replace(/\D/g, '')
  const words = [
    ...names.flatMap((name) => plain(name).split(/[^a-z0-9]+/)),
    ...plain(email)
      .split(/[^a-z0-9]+/)
      .slice(0, -1),
  ]
  if (
    words.some((word) => word.length >= 3 && !/^\d+$/.test(word) && seen.some((text) => text.includes(word)))
  )
    return true

  const [year, month, day] = birthDate?.split('-') ?? []
  if (!year || !month || !day) return false
  const short = year.slice(2)
  return [year, month + day + short, day + month + short, short + month + day].some((part) =>
    digits.includes(part)
  )
}
