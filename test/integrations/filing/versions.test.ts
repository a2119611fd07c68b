import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOutdated } from '../../../src/integrations/filing/versions.ts'

const statuses = [
  'registered',
  'preliminary',
  'unknown',
  'final',
  'cancelled',
  'corrected',
  'amended',
  'entered-in-error',
] as const
const version = fc.record({
  status: fc.constantFrom(...statuses),
  versionAt: fc.integer({ min: 1, max: 9 }).map((day) => new Date(Date.UTC(2026, 9, day))),
})
const newest = fc.constantFrom('by-status' as const, 'by-time' as const)

test('of two versions at most one is the older, and nothing makes a result preliminary again', () => {
  fc.assert(
    fc.property(version, version, newest, (one, other, by) => {
      expect(isOutdated(one, other, by) && isOutdated(other, one, by)).toBe(false)
      if (one.status === 'preliminary' && other.status === 'final')
        expect(isOutdated(one, other, by)).toBe(true)
    })
  )
})

test('in HL7 v2 the time decides between final and cancelled, and no time undoes a correction or withdrawal', () => {
  fc.assert(
    fc.property(
      version,
      version,
      fc.constantFrom('final' as const, 'cancelled' as const),
      fc.constantFrom('final' as const, 'cancelled' as const),
      fc.constantFrom('corrected' as const, 'amended' as const, 'entered-in-error' as const),
      ({ versionAt: a }, { versionAt: b }, one, other, revised) => {
        const sent = { status: one, versionAt: a }
        expect(isOutdated(sent, { status: other, versionAt: b }, 'by-status')).toBe(a < b)
        expect(isOutdated(sent, { status: revised, versionAt: b }, 'by-status')).toBe(true)
        expect(isOutdated({ status: revised, versionAt: b }, sent, 'by-status')).toBe(false)
      }
    )
  )
})
