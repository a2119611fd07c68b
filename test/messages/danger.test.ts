import { describe, expect, test } from 'vitest'
import { dangerWords, speaksOfDanger } from '../../src/messages/danger.ts'
import { everyday, urgent } from './danger-corpus.ts'

const speaks = (text: string) => speaksOfDanger(text, dangerWords)

describe('what speaks of danger', () => {
  test.each([
    'I have a fever of 101.5',
    'FEVER and CHILLS since last night!!',
    'My chest hurts when I walk',
    'There is some chest\npain on the left',
    'I can’t breathe well',
    "I can't breathe",
    'short of breath on the stairs',
    'My gums are bleeding',
    'I noticed blood in my urine',
    'I think it is an allergic reaction: hives all over',
    'Dad seems confused today',
    'He passed out in the kitchen',
    'Some days I want to die.',
    'thinking about suicide',
    'Tengo fiebre desde ayer',
    'escalofríos y calentura',
    'ESCALOFRIOS',
    'Me duele el pecho',
    'no puedo respirar bien',
    'Me sangran las encías',
    'una reacción alérgica',
    'Está muy confundida y se desmayó',
    'quiero morir',
    'My temp is 101.4 this morning',
    'temperature of 102',
    'cant breath good',
    'Nosebleed that will not stop',
    'there was blood in the toilet',
    'Her lips are swelling after the infusion',
    'He is not making sense',
    'I dont want to live like this',
    'Mi temperatura es de 39 grados',
    'Sangre en la orina',
    'Vomité con sangre',
    'me ahogo al subir la escalera',
    'Se le hincha la cara',
    'Ya no quiero vivir',
  ])('%s', (text) => expect(speaks(text)).toBe(true))

  test('in the subject line alone, between invisible marks and emoji', () => {
    expect(speaks('😟fever😟')).toBe(true)
    expect(speaks('\u2066fever\u2069')).toBe(true)
  })

  test('every entry of the list finds itself', () => {
    for (const entry of [...dangerWords.en, ...dangerWords.es])
      expect([entry, speaks(`So, ${entry.replaceAll('*', '').replaceAll('...', 'so')}.`)]).toEqual([
        entry,
        true,
      ])
  })

  describe.each(['en', 'es'] as const)('as people write it (%s)', (language) => {
    test.each(urgent[language])('%s', (text) => expect(speaks(text)).toBe(true))
    test.each(everyday[language])('and not: %s', (text) => expect(speaks(text)).toBe(false))
  })
})

test.each([
  'May I have a refill of ondansetron?',
  'Can I move my visit to Monday?',
  'The hiveshop sent a bill',
  'I do not like the new strokes of paint',
  '¿Puedo cambiar mi cita?',
  'La factura llegó tarde',
  '¿A qué hora es mi análisis de sangre?',
  'Prueba de sangre en ayunas',
  'When is my blood test?',
  '',
  '👍',
])('nothing of it in: %s', (text) => expect(speaks(text)).toBe(false))

test.each([
  ['chest ... tight', 'My chest feels so very tight', true],
  ['chest … tight', 'My chest is tight', true],
  ['chest ... tight', 'chest tight', true],
  ['chest ... tight', 'My chest is fine, but the shoes are tight', false],
  ['chest ... tight', 'A tight chest', false],
  ['chest ... tight', 'My chest has a tightness', false],
  ['chest ... tight*', 'My chest has a tightness', true],
  ['swell* ... lip*', 'swelling on both lips', true],
  ['... port', 'My port', true],
])('“%s” in “%s”: %s', (entry, text, found) =>
  expect(speaksOfDanger(text, { en: [entry], es: [] })).toBe(found)
)

test('the longest list over the longest message is looked through at once', () => {
  const entry = Array.from({ length: 10 }, () => 'a').join(' ... ')
  const own = { en: Array.from({ length: 200 }, () => `${entry} b`), es: [] }
  const started = performance.now()
  expect(speaksOfDanger('a '.repeat(4000), own)).toBe(false)
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a practice’s own list counts, and an empty entry does not', () => {
  expect(speaksOfDanger('My port is red', { en: ['port is red', '', '*'], es: [] })).toBe(true)
  expect(speaksOfDanger('All is well', { en: ['', ' ', '*'], es: [''] })).toBe(false)
})
