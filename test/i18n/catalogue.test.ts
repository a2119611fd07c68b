import { describe, expect, test } from 'vitest'
import { en, es } from '../support/words.ts'

const raw = import.meta.glob<string>(
  ['../../src/**/*.{ts,tsx}', '!../../src/i18n/e*/**', '!**/*.generated.ts'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  }
)
const code = Object.values(raw).join('\n')

type Said = { key: string; text: string }

/** Every text of a dictionary with its key; what takes arguments is asked with numbers, names or a list, whichever it takes. */
function said(value: unknown, key: string): Said[] {
  if (typeof value === 'string') return [{ key, text: value }]
  if (typeof value === 'function') return said(answer(value as Speaks), key)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    said(inner, Array.isArray(value) ? key : `${key}.${name}`)
  )
}
type Speaks = (...given: unknown[]) => unknown
const examples = [[3, 3, 3, 3], ['Rosa', 'Rosa', 'Rosa', 'Rosa'], [['Rosa', 'Rosa']]]
function answer(speak: Speaks) {
  for (const given of examples)
    try {
      return speak(...given)
    } catch {}
  throw new Error(`No example suits ${speak}`)
}

const english = said(en, 'en')

describe('the catalogue', () => {
  test('has no key that no page or mail asks for', () => {
    const keys = english.flatMap(({ key }) => key.split('.').slice(1))
    // Codes of FHIR and of Resend, spelled as they send them.
    const ours = keys.filter((key) => /^[a-z][A-Za-z0-9]*$/.test(key))
    const unused = [...new Set(ours)].filter((key) => !new RegExp(`\\b${key}\\b`).test(code))
    expect(unused).toEqual([])
  })

  test('speaks Spanish in Spanish', () => {
    const spanish = new Set(said(es, 'es').map(({ text }) => text))
    const isSentence = (text: string) => /\p{L}{4}/u.test(text) && text.split(' ').length > 2
    expect(english.filter(({ text }) => isSentence(text) && spanish.has(text))).toEqual([])
  })

  test('can be read with six years of school', () => {
    const prose = english.filter(({ text }) => wordsOf(text).length >= 5)
    // What stands on one page, as far as keys tell: the formula says nothing about a sentence alone.
    const pages = Map.groupBy(prose, ({ key }) => key.split('.').slice(0, -1).slice(0, 3).join('.'))
    const grades = [...pages]
      .map(([page, texts]) => ({ page, texts: texts.map(({ text }) => text) }))
      .filter(({ texts }) => texts.flatMap(wordsOf).length >= 20)
      .map(({ page, texts }) => ({ page, grade: grade(texts) }))
    expect(grades.length).toBeGreaterThan(20)
    expect(grades.filter(({ grade }) => grade > 6)).toEqual([])
  })

  test('no sentence is long', () => {
    const long = [...patientsRead(en), ...patientsRead(es)].flatMap(({ key, text }) =>
      sentencesOf(text)
        .filter((sentence) => wordsOf(sentence).length > 22)
        .map((sentence) => ({ key, sentence }))
    )
    expect(long).toEqual([])
  })

  test('each text that patients read can be read by itself', () => {
    const hard = (texts: Said[], isHard: (text: string) => boolean) =>
      texts
        .filter(({ text }) => wordsOf(text).length >= 8 && !seed.some((words) => text.includes(words)))
        .filter(({ text }) => isHard(plain(text)))
    expect(hard(patientsRead(en), (text) => grade([text]) >= 6.5)).toEqual([])
    expect(hard(patientsRead(es), (text) => inflesz([text]) < 55)).toEqual([])
  })

  test('each page of patients is fairly easy in Spanish', () => {
    const prose = patientsRead(es).filter(({ text }) => wordsOf(text).length >= 5)
    const pages = [...Map.groupBy(prose, ({ key }) => key.split('.').slice(0, -1).slice(0, 3).join('.'))]
      .map(([page, texts]) => ({ page, texts: texts.map(({ text }) => plain(text)) }))
      .filter(({ texts }) => texts.flatMap(wordsOf).length >= 20)
      .map(({ page, texts }) => ({ page, ease: inflesz(texts) }))
    expect(pages.length).toBeGreaterThan(20)
    expect(pages.filter(({ ease }) => ease < 65)).toEqual([])
  })

  test('counts one thing as one', () => {
    // What the number is in these is never one, or it counts what comes after "of".
    const others = /\.(privacyNote|enough|foundMany|atDeskMany|many|codes\.left|bytes|told|counts|filing)$/
    const asOne = (value: unknown, key: string): Said[] => {
      if (typeof value === 'object' && value !== null)
        return Object.entries(value).flatMap(([name, inner]) => asOne(inner, `${key}.${name}`))
      try {
        return typeof value === 'function' ? said((value as Speaks)(1, 1, 1, 1), key) : []
      } catch {
        return [] // It takes a list.
      }
    }
    const counted = [...asOne(en, 'en'), ...asOne(es, 'es')]
    expect(counted.length).toBeGreaterThan(100)
    const wrong = counted.filter(
      ({ key, text }) =>
        !others.test(key) &&
        /\b1 (?!was\b|has\b|keeps\b|wants\b|waits\b|invites\b|signs\b|más\b|pasó)\p{L}+s\b/u.test(text)
    )
    expect(wrong).toEqual([])
  })

  test('is held to a formula that tells hard words from easy ones', () => {
    expect(grade(['Call us if your pain gets worse.'])).toBeLessThan(3)
    expect(
      grade(['Notify the administration immediately regarding deteriorating symptoms.'])
    ).toBeGreaterThan(15)
    expect(inflesz(['Llámenos si le duele más.'])).toBeGreaterThan(85)
    expect(
      inflesz([
        'Notifique inmediatamente a la administración cualquier deterioro sintomatológico significativo.',
      ])
    ).toBeLessThan(20)
    expect(
      ['mañana', 'quien', 'día', 'ciudad', 'guitarra', 'huevo', 'averigüe', 'muy', 'poeta'].map(silabas)
    ).toEqual([3, 1, 2, 2, 3, 2, 4, 1, 3])
  })
})

/** What staff alone read is held to the page, not to the sentence. */
const staffOnly = new Set([
  'announcements',
  'desk',
  'details',
  'feeds',
  'health',
  'inviteDesk',
  'joining',
  'labDesk',
  'mailDesk',
  'merges',
  'practice',
  'rosters',
  'rounds',
  'schedule',
  'staff',
  'staffAccounts',
  'staffLocks',
  'unmatched',
  'uploads',
  'viewing',
])
const patientsRead = (words: typeof en | typeof es) =>
  said(words, '').filter(({ key }) => !staffOnly.has(key.split('.')[1] ?? ''))

/** The practice’s own sentences stay as they are. */
const seed = [
  'non-urgent secure messages',
  'normal business hours',
  'one uppercase letter',
  'One uppercase letter',
  'una letra mayúscula',
  'will have full access to your portal',
]

/** Names, and words of illness and of this portal for which there is no easier one: they count as a short word. */
const names =
  /\S+@\S+|\b(CareSpace|CancerCare|Cloudflare|Resend|JavaScript|WCAG|National|Institute|American|Society|(medical )?emergency|medical|appointments?|invitations?|registration|physician’s|authenticator|caregivers?|immediately|recovery|hemoglobin|thyroid|hormone|prostate|ovary|pancreas|allergies|parasites|emergencia( médica)?|contraseñas?|laboratorios?|correos? electrónicos?|recuperación|autenticadora|invitación|expediente|consultorio|Configuración|dispositivos?|aplicación|glóbulos|alergias|parásitos|proteínas?|células|plasmáticas|vitamina|orina)\b/giu
const plain = (text: string) => text.replace(names, 'so')

const sentencesOf = (text: string) => text.split(/[.!?:;](?:\s|$)|\n/).filter((part) => /\p{L}/u.test(part))

/** How easy a Spanish text is, from 0 to 100 (Szigriszt-Pazos; INFLESZ calls 55 to 65 normal and 65 to 80 fairly easy). */
function inflesz(texts: string[]) {
  const words = texts.flatMap(wordsOf)
  const syllables = words.reduce((sum, word) => sum + silabas(word), 0)
  return 206.835 - (62.3 * syllables) / words.length - words.length / texts.flatMap(sentencesOf).length
}

const silabas = (word: string) => {
  const spoken = word
    .toLowerCase()
    .replace(/qu(?=[eéií])/g, 'q')
    .replace(/gu(?=[eéií])/g, 'g')
    .replace(/y$/, 'i')
    .replace(/[^a-záéíóúüñ]/g, '')
  return Math.max(1, spoken.match(/[iuü]?[aeoáéó][iuy]?(?![áéíóú])|[íú]|[iuü]{1,2}|[aeoáéó]/g)?.length ?? 1)
}

const wordsOf = (text: string) => text.match(/[\p{L}\d][\p{L}\d’'-]*/gu) ?? []

/** School years it takes to read a text: Flesch and Kincaid's formula. */
function grade(sentences: string[]) {
  const words = sentences.flatMap(wordsOf)
  const parts = sentences
    .flatMap((text) => text.split(/[.!?:](?:\s|$)/))
    .filter((part) => /\p{L}/u.test(part))
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0)
  return (0.39 * words.length) / parts.length + (11.8 * syllables) / words.length - 15.59
}

const syllablesOf = (word: string) => {
  const spoken = word.toLowerCase().replace(/[^a-z]/g, '')
  const vowels = spoken
    .replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, '')
    .replace(/^y/, '')
    .match(/[aeiouy]{1,2}/g)
  return Math.max(1, vowels?.length ?? 1)
}
