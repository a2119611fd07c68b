import { describe, expect, test } from 'vitest'
import { en } from '../../src/i18n/en.ts'
import { es } from '../../src/i18n/es.ts'

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

  test('is held to a formula that tells hard words from easy ones', () => {
    expect(grade(['Call us if your pain gets worse.'])).toBeLessThan(3)
    expect(
      grade(['Notify the administration immediately regarding deteriorating symptoms.'])
    ).toBeGreaterThan(15)
  })
})

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
