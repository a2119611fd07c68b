import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { preliminaryRules, releaseTimings, reportKinds, reportStatuses } from '../../src/db/schema.ts'
import { isCalm, kindOf } from '../../src/labs/kind.ts'
import {
  type Choice,
  type Hold,
  mostDays,
  type ReleaseRules,
  type ReportFacts,
  releaseOf,
  type StateHours,
} from '../../src/labs/release.ts'

const now = new Date('2026-11-20T15:00:00Z')
const hour = 3_600_000
const day = 24 * hour
const inHours = (hours: number) => new Date(now.getTime() + hours * hour)

const fresh: ReportFacts = {
  status: 'final',
  kind: 'lab',
  collectedAt: inHours(-6),
  issuedAt: inHours(-2),
  finalizedAt: inHours(-2),
  commentedAt: null,
  askedForAt: null,
  askAt: null,
  releasedAt: null,
}
const afterComment: Choice = { kind: 'lab', timing: 'after-comment', days: 5 }
const askFirst: Choice = { kind: 'lab', timing: 'ask-first', days: null }
const rules = (
  releaseHours: StateHours = {},
  preliminaryResults: ReleaseRules['preliminaryResults'] = 'shown'
): ReleaseRules => ({ releaseHours, preliminaryResults })
const hold: Hold = { heldUntil: inHours(30), liftedAt: null }

describe('when a report may be seen', () => {
  test.each<[string, Partial<ReportFacts>, Choice[], Hold[], StateHours, Date | null, string]>([
    ['at once by default', {}, [], [], {}, now, 'at-once'],
    ['early results too', { status: 'preliminary', finalizedAt: null }, [], [], {}, now, 'at-once'],
    ['nothing that its laboratory has not vouched for', { status: 'partial' }, [], [], {}, null, 'no-result'],
    ['nothing that is not begun', { status: 'registered' }, [], [], {}, null, 'no-result'],
    ['nothing that was cancelled', { status: 'cancelled' }, [], [], {}, null, 'no-result'],
    ['nothing that was taken back', { status: 'entered-in-error' }, [], [], {}, null, 'taken-back'],
    ['the hours of the law after it was final', {}, [], [], { lab: 72 }, inHours(70), 'law'],
    ['not by the law of another kind', {}, [], [], { pathology: 72 }, now, 'at-once'],
    ['law that is over', { finalizedAt: inHours(-80) }, [], [], { lab: 72 }, now, 'at-once'],
    [
      'law that has not begun to count',
      { status: 'preliminary', finalizedAt: null },
      [],
      [],
      { lab: 72 },
      null,
      'law-not-final',
    ],
    ['an exception of the staff', {}, [], [hold], {}, inHours(30), 'held'],
    ['an exception that was lifted', {}, [], [{ ...hold, liftedAt: now }], {}, now, 'at-once'],
    ['an exception that ran out', {}, [], [{ ...hold, heldUntil: inHours(-1) }], {}, now, 'at-once'],
    ['N days for a comment', {}, [afterComment], [], {}, inHours(5 * 24 - 2), 'waits-for-comment'],
    ['at once when it is commented', { commentedAt: now }, [afterComment], [], {}, now, 'at-once'],
    ['the later of law and comment', {}, [afterComment], [], { lab: 240 }, inHours(238), 'law'],
    ['not the choice for another kind', { kind: 'imaging' }, [afterComment], [], {}, now, 'at-once'],
    ['when the patient says yes', {}, [askFirst], [], {}, null, 'asks-first'],
    ['at once when the patient said yes', { askedForAt: now }, [askFirst], [], {}, now, 'at-once'],
  ])('%s', (_, facts, choices, holds, hours, at, because) => {
    const release = releaseOf({ ...fresh, ...facts }, choices, holds, rules(hours), now)
    expect(release).toMatchObject({ at, because })
  })

  test('an early report waits for its final version where the practice has it so', () => {
    const early = { ...fresh, status: 'preliminary', finalizedAt: null } as const
    const onceFinal = rules({}, 'once-final')
    const never = { at: null, askAt: null, because: 'not-final' }
    expect(releaseOf(early, [], [], onceFinal, now)).toEqual(never)
    expect(releaseOf({ ...early, askAt: inHours(-1) }, [askFirst], [], onceFinal, now)).toEqual(never)
    expect(releaseOf({ ...early, releasedAt: inHours(9) }, [], [], onceFinal, now)).toEqual(never)
    expect(releaseOf(early, [], [], rules({ lab: 72 }, 'once-final'), now).because).toBe('law-not-final')
    for (const status of ['final', 'amended', 'corrected', 'appended'] as const)
      expect(releaseOf({ ...fresh, status }, [], [], onceFinal, now)).toMatchObject({
        at: now,
        because: 'at-once',
      })
    expect(releaseOf({ ...early, releasedAt: inHours(-1) }, [], [], onceFinal, now)).toMatchObject({
      at: inHours(-1),
      because: 'visible',
    })
  })

  test('a patient who is asked first is asked once law and staff allow it', () => {
    expect(releaseOf(fresh, [askFirst], [], rules(), now).askAt).toEqual(now)
    expect(releaseOf(fresh, [askFirst], [hold], rules(), now)).toEqual({
      at: null,
      askAt: inHours(30),
      because: 'held',
    })
    const asked = { ...fresh, askAt: inHours(-9) }
    expect(releaseOf(asked, [askFirst], [], rules(), now).askAt).toEqual(inHours(-9))
  })

  test('a day that was set and has not come is worked out again', () => {
    const waiting = { ...fresh, releasedAt: inHours(30) }
    expect(releaseOf(waiting, [], [], rules(), now)).toMatchObject({ at: now, because: 'at-once' })
  })
})

const moment = fc.integer({ min: -60 * 24, max: 60 * 24 }).map(inHours)
const maybe = fc.option(moment)
const facts: fc.Arbitrary<ReportFacts> = fc.record({
  status: fc.constantFrom(...reportStatuses),
  kind: fc.constantFrom(...reportKinds),
  collectedAt: moment,
  issuedAt: maybe,
  finalizedAt: maybe,
  commentedAt: maybe,
  askedForAt: maybe,
  askAt: maybe,
  releasedAt: maybe,
})
const choices = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom(...reportKinds),
    timing: fc.constantFrom(...releaseTimings),
    days: fc.option(fc.integer({ min: 1, max: mostDays })),
  }),
  { selector: ({ kind }) => kind }
)
const holds = fc.array(fc.record({ heldUntil: moment, liftedAt: maybe }), { maxLength: 3 })
const hours: fc.Arbitrary<StateHours> = fc.dictionary(
  fc.constantFrom(...reportKinds),
  fc.integer({ min: 0, max: 30 * 24 })
)
const practiceRules: fc.Arbitrary<ReleaseRules> = fc.record({
  releaseHours: hours,
  preliminaryResults: fc.constantFrom(...preliminaryRules),
})
const property = (check: (...given: Parameters<typeof releaseOf>) => void) =>
  fc.assert(
    fc.property(facts, choices, holds, practiceRules, (report, chosen, held, rule) =>
      check(report, chosen, held, rule, now)
    ),
    { numRuns: 2000 }
  )
const shown = ['preliminary', 'final', 'amended', 'corrected', 'appended']

describe('of every report', () => {
  test('what could be seen stays to be seen, whatever is held', () =>
    property((report, ...rest) => {
      if (!report.releasedAt || report.releasedAt > now) return
      expect(releaseOf(report, ...rest).at).toEqual(report.releasedAt)
    }))

  test('what is early is not to be seen or asked about where the practice waits for what is final', () =>
    property((report, chosen, held, rule) => {
      if (report.status !== 'preliminary' || (report.releasedAt && report.releasedAt <= now)) return
      const waits = { ...rule, preliminaryResults: 'once-final' } as const
      expect(releaseOf(report, chosen, held, waits, now)).toMatchObject({ at: null, askAt: null })
    }))

  test('what is not early is to be seen when it would be, whatever the practice does with early results', () =>
    property((report, chosen, held, rule) => {
      if (report.status === 'preliminary') return
      const [one, other] = preliminaryRules.map((preliminaryResults) =>
        releaseOf(report, chosen, held, { ...rule, preliminaryResults }, now)
      )
      expect(one).toEqual(other)
    }))

  test('without law, choice and exception, a result is to be seen at once', () =>
    property((report) => {
      if (!shown.includes(report.status)) return
      expect(releaseOf(report, [], [], rules(), now).at?.getTime()).toBeLessThanOrEqual(now.getTime())
    }))

  test('what was never seen and is no result is not to be seen', () =>
    property((report, ...rest) => {
      if (shown.includes(report.status) || (report.releasedAt && report.releasedAt <= now)) return
      expect(releaseOf(report, ...rest)).toMatchObject({ at: null, askAt: null })
    }))

  test('never before the law, a live exception or the patient’s word allow it, and never later than the last of them', () =>
    property((report, chosen, held, rule) => {
      if (!shown.includes(report.status) || (report.releasedAt && report.releasedAt <= now)) return
      if (report.status === 'preliminary' && rule.preliminaryResults === 'once-final') return
      const { at, askAt, because } = releaseOf(report, chosen, held, rule, now)
      const law = rule.releaseHours
      const lawHours = law[report.kind] ?? 0
      const choice = chosen.find(({ kind }) => kind === report.kind)
      const live = held.filter(({ liftedAt }) => !liftedAt).map(({ heldUntil }) => heldUntil.getTime())
      const asks = choice?.timing === 'ask-first' && !report.askedForAt
      if (lawHours > 0 && !report.finalizedAt) expect(because).toBe('law-not-final')
      if (asks) expect(at).toBeNull()
      const from = at ?? (asks && askAt && askAt > now ? askAt : null)
      if (!from) return
      const ready = report.finalizedAt ?? report.issuedAt ?? report.collectedAt
      const ends = [
        ...live,
        lawHours > 0 && report.finalizedAt ? report.finalizedAt.getTime() + lawHours * hour : 0,
        choice?.timing === 'after-comment' && !report.commentedAt
          ? ready.getTime() + (choice.days ?? mostDays) * day
          : 0,
      ]
      expect(from.getTime()).toBe(Math.max(now.getTime(), ...ends))
    }))

  test('asked again a moment later it is no later', () =>
    property((report, ...given) => {
      const { at, askAt } = releaseOf(report, ...given)
      const [chosen, held, rule] = given
      const later = inHours(0.1)
      const again = releaseOf({ ...report, releasedAt: at, askAt }, chosen, held, rule, later)
      if (at && at <= later) expect(again.at).toEqual(at)
      else expect(again.at?.getTime()).toBe(at?.getTime())
    }))
})

describe('what kind of report it is', () => {
  test.each([
    ['lab', { title: 'Complete blood count', codes: ['58410-2', '718-7'], categories: ['LAB', 'HM'] }],
    ['lab', { title: 'Chlamydia trachomatis (CT) and NG', codes: [], categories: ['MB'] }],
    ['lab', { title: 'Biopsychosocial', codes: [], categories: ['CH'] }],
    ['pathology', { title: 'Surgical pathology report', codes: ['11529-5'], categories: [] }],
    ['pathology', { title: 'Left breast, core needle', codes: [], categories: ['SP'] }],
    ['pathology', { title: 'Biopsia de mama', codes: [], categories: [] }],
    ['imaging', { title: 'CT of the chest and abdomen', codes: [], categories: [] }],
    ['imaging', { title: 'Mamografía', codes: [], categories: [] }],
    ['imaging', { title: 'Chest', codes: [], categories: ['LAB', 'RAD'] }],
    ['genetics', { title: 'BRCA1 and BRCA2', codes: [], categories: [] }],
    ['genetics', { title: 'Panel', codes: [], categories: ['CG'] }],
    ['tumor-marker', { title: 'CA 125', codes: [], categories: ['CH'] }],
    ['tumor-marker', { title: 'Chemistry', codes: ['2345-7', '2039-6'], categories: ['CH'] }],
    ['tumor-marker', { title: 'Marcadores tumorales', codes: [], categories: [] }],
  ] as const)('%s: %o', (kind, told) => {
    expect(kindOf(told)).toBe(kind)
    expect(isCalm(kind)).toBe(kind !== 'lab')
  })

  test('is one of the kinds for any words and codes', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.string(), (categories, codes, title) => {
        expect(reportKinds).toContain(kindOf({ categories, codes, title }))
      })
    ))
})
