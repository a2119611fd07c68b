import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBundle } from '../../../src/integrations/fhir/bundle.ts'
import { parseJson } from '../../../src/integrations/fhir/json.ts'
import { readObservation } from '../../../src/integrations/fhir/observation.ts'
import { hemoglobin } from './feed.ts'

/** Reads one observation from JSON text. */
function read(json: string) {
  const bundle = readBundle(json)
  if ('why' in bundle) throw new Error(bundle.why)
  const [resource] = bundle.resources
  if (!resource) throw new Error('nothing read')
  return readObservation(resource, bundle)
}
const observe = (rest: object) => read(JSON.stringify(hemoglobin({ valueQuantity: undefined, ...rest })))
const withNumber = (number: string) =>
  read(
    JSON.stringify(hemoglobin({ valueQuantity: { value: 'HERE', unit: 'g/dL' } })).replace('"HERE"', number)
  )

test.each(['7.20', '0.0', '-0.10', '5.460662791219653', '12345678901234567890.5', '1e3', '1.0E-2', '100'])(
  'the number %s is kept as it was written',
  (number) => expect(withNumber(number).value).toBe(number)
)

test('any decimal survives to the last digit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.stringMatching(/^[0-9]{1,20}$/),
      (whole, decimals) => {
        expect(withNumber(`${whole}.${decimals}`).value).toBe(`${whole}.${decimals}`)
      }
    )
  )
})

test('a comparator is part of the value, and such a value draws no trend', () => {
  expect(observe({ valueQuantity: { value: 0.01, comparator: '<', unit: 'ng/mL' } })).toMatchObject({
    value: '<0.01',
    valueNumber: null,
    unit: 'ng/mL',
  })
})

test.each([
  ['text', { valueString: ' NOT DETECTED ' }, 'NOT DETECTED', null],
  [
    'a concept',
    { valueCodeableConcept: { coding: [{ code: '260385009', display: 'Negative' }] } },
    'Negative',
    null,
  ],
  [
    'a range',
    { valueRange: { low: { value: 1, unit: 'cells' }, high: { value: 5, unit: 'cells' } } },
    '1–5',
    'cells',
  ],
  ['a titer', { valueRatio: { numerator: { value: 1 }, denominator: { value: 80 } } }, '1:80', null],
  ['a truth', { valueBoolean: true }, 'true', null],
  ['a whole number', { valueInteger: 3 }, '3', null],
  [
    'parts',
    {
      component: [
        { code: { text: 'Systolic' }, valueQuantity: { value: 120, unit: 'mm[Hg]' } },
        { code: { text: 'Diastolic' }, valueQuantity: { value: 80, unit: 'mm[Hg]' } },
      ],
    },
    'Systolic: 120 mm[Hg]; Diastolic: 80 mm[Hg]',
    null,
  ],
  ['nothing', {}, null, null],
])('a value given as %s', (_, sent, value, unit) => expect(observe(sent)).toMatchObject({ value, unit }))

test('a missing value says why', () =>
  expect(observe({ dataAbsentReason: { coding: [{ code: 'not-performed' }] } })).toMatchObject({
    value: null,
    absentReason: 'not-performed',
  }))

describe('usual ranges', () => {
  const value = { valueQuantity: { value: 5, unit: 'g/dL' } }
  test('one range keeps its bounds as sent', () =>
    expect(
      read(
        JSON.stringify(
          hemoglobin({ referenceRange: [{ low: { value: 'LOW', unit: 'g/dL' }, high: { value: 15.5 } }] })
        ).replace('"LOW"', '12.0')
      )
    ).toMatchObject({ rangeLow: '12.0', rangeHigh: '15.5', rangeText: null }))

  test('ranges for different people are told in words, not chosen from', () =>
    expect(
      observe({
        ...value,
        referenceRange: [
          { low: { value: 12 }, high: { value: 15 }, appliesTo: [{ text: 'women' }] },
          { low: { value: 13 }, high: { value: 17 }, appliesTo: [{ text: 'men' }] },
        ],
      })
    ).toMatchObject({ rangeLow: null, rangeHigh: null, rangeText: '12–15 (women); 13–17 (men)' }))

  test('a range in another unit is not compared', () =>
    expect(observe({ ...value, referenceRange: [{ low: { value: 120, unit: 'g/L' } }] })).toMatchObject({
      rangeLow: null,
      rangeText: '≥120 g/L',
    }))

  test('without a range and a flag nothing is said', () =>
    expect(observe(value)).toMatchObject({ rangeLow: null, rangeHigh: null, rangeText: null, flag: null }))
})

test('the laboratory’s flag is kept, and its words count where it gave no code', () => {
  expect(observe({ interpretation: [{ coding: [{ code: 'HH' }] }] }).flag).toBe('HH')
  expect(observe({ interpretation: [{ text: 'High' }] }).flag).toBe('H')
  expect(observe({ interpretation: [{ text: 'peculiar' }] }).flag).toBe(null)
  // Of several the gravest; codings of one concept are one flag in several languages.
  const [abnormal, low] = [{ coding: [{ code: 'A' }] }, { coding: [{ code: 'LL' }] }]
  for (const interpretation of [
    [abnormal, low],
    [low, abnormal],
  ])
    expect(observe({ interpretation }).flag).toBe('LL')
  expect(observe({ interpretation: [{ coding: [{ code: '37' }, { code: 'N' }] }] }).flag).toBe('N')
})

test('a time without a zone is no moment; a bare day stays that day in every American zone', () => {
  expect(observe({ effectiveDateTime: '2026-10-01T08:30:00' }).collectedAt).toBe(null)
  expect(observe({ effectiveDateTime: '2026-10-01' }).collectedAt?.toISOString()).toBe(
    '2026-10-01T18:00:00.000Z'
  )
})

test('whatever shape it has, reading ends without an exception', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.constantFrom('Patient', 'Observation', 'DiagnosticReport'),
      (json, resourceType) => {
        const sent = parseJson(json)
        const body = {
          resourceType,
          id: 'x',
          code: sent,
          category: sent,
          valueQuantity: sent,
          referenceRange: sent,
          name: sent,
          status: sent,
          interpretation: sent,
          component: sent,
        }
        expect(typeof readBundle(JSON.stringify(body))).toBe('object')
        const bundle = readBundle(JSON.stringify(body))
        const [resource] = 'why' in bundle ? [] : bundle.resources
        if (resource && !('why' in bundle)) expect(readObservation(resource, bundle).sourceId).toContain('/x')
      }
    )
  )
})
