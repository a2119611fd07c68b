import type { observations } from '../../db/schema.ts'
import { kindOf } from '../kind.ts'
import { isJudged, judge, numberOf } from '../observation.ts'

type Row = typeof observations.$inferSelect

/** One result of a test, as its history needs it. */
export type Point = Pick<
  Row,
  | 'id'
  | 'reportId'
  | 'code'
  | 'name'
  | 'status'
  | 'value'
  | 'unit'
  | 'rangeLow'
  | 'rangeHigh'
  | 'rangeText'
  | 'flag'
  | 'method'
  | 'laboratory'
  | 'collectedAt'
  | 'correctedAt'
  | 'previousValue'
  | 'previousUnit'
>

/** Spellings of one unit: the number is the same in each, so they may share a line. Nothing is ever converted. */
const spellings = [
  '10*3/ul k/ul k/mm3 10*3/mm3 thou/ul thou/mm3 th/ul 10*9/l',
  '10*6/ul m/ul mil/ul m/mm3 10*6/mm3 10*12/l',
  'u/l iu/l units/l',
  'ng/ml ug/l mcg/l',
  'pg/ml ng/l',
  'miu/l uiu/ml mu/l uu/ml',
  'mg/dl mg/100ml',
].map((list) => list.split(' '))
const spelledAs = new Map(spellings.flatMap((list) => list.map((unit) => [unit, list[0] ?? unit] as const)))

/** A unit without the ways to write it. */
export function unitKey(unit: string | null) {
  const plain = (unit ?? '')
    .toLowerCase()
    .replace(/\s/g, '')
    .replace(/[µμ]/g, 'u')
    .replace(/^x(?=10)/, '')
    .replace(/^10(?:\^|\*\*|e|\((?=\d+\)))(\d+)\)?/, '10*$1')
  return spelledAs.get(plain) ?? plain
}

/** The bound of a value such as `<0.01` or `>=5000`; null when it is none. */
export function boundOf(value: string | null) {
  const [, number] = /^\s*(?:<=?|>=?|≤|≥)\s*(\S+)\s*$/.exec(value ?? '') ?? []
  return number === undefined ? null : numberOf(number)
}

const sameNumber = (text: string | null) => numberOf(text) ?? text ?? ''

/** Results of two laboratories are not on one line where each has an assay of its own. */
const isOwnAssay = ({ code, name }: Point) =>
  kindOf({ categories: [], codes: code ? [code] : [], title: name }) === 'tumor-marker'

/** What must be the same for two results to be joined. */
const seriesOf = (point: Point, byLaboratory: boolean) =>
  JSON.stringify([
    unitKey(point.unit),
    point.method ?? '',
    sameNumber(point.rangeLow),
    sameNumber(point.rangeHigh),
    point.rangeText ?? '',
    byLaboratory ? (point.laboratory ?? '') : '',
  ])

export type Mark = {
  point: Point
  /** Thousandths of the plot, from the left and from the top. */
  x: number
  y: number
  isOutside: boolean
  /** `<0.01` stands at its bound, as an open mark that no line meets. */
  isBound: boolean
}
export type Band = { x: number; y: number; width: number; height: number }
/** Results in one unit, on one scale. */
export type Panel = {
  unit: string | null
  marks: Mark[]
  /** Runs of results that may be joined; a result by itself is no run. */
  lines: Mark[][]
  bands: Band[]
  levels: { y: number; value: number }[]
  /** Results that stand for several near them, so that a long history stays readable. */
  isThinned: boolean
}
export type Span = { from: Date; to: Date }
export type Trend = { span: Span; panels: Panel[]; undrawn: number }

/** More marks than this cannot be told apart on a phone. */
export const mostMarks = 150

/** What is drawn of a history, oldest first. Results that are no numbers are counted and never drawn. */
export function trendOf(points: Point[], span: Span): Trend {
  const byLaboratory = points.some(isOwnAssay)
  const placed = points.map((point, place) => {
    const number = numberOf(point.value)
    const value = number ?? boundOf(point.value)
    return { point, place, value, isBound: number === null, series: seriesOf(point, byLaboratory) }
  })
  const drawn = placed.filter((one): one is Placed => one.value !== null)
  const groups = Map.groupBy(drawn, ({ point }) => unitKey(point.unit))
  // The unit used last comes first.
  const panels = [...groups.values()]
    .sort((a, b) => (b.at(-1)?.place ?? 0) - (a.at(-1)?.place ?? 0))
    .map((group) => panelOf(group, span))
  return { span, panels, undrawn: points.length - drawn.length }
}

/** `place` counts all results of the test, drawn or not. */
type Placed = { point: Point; place: number; value: number; isBound: boolean; series: string }

function panelOf(group: Placed[], { from, to }: Span): Panel {
  const scale = scaleOf(group)
  const length = Math.max(to.getTime() - from.getTime(), 1)
  const x = (at: Date) => Math.round(((at.getTime() - from.getTime()) / length) * 1000)
  const y = (value: number) => Math.round(((scale.top - value) / (scale.top - scale.bottom)) * 1000)
  const runs: Mark[][] = []
  let before = -2
  let series = ''
  const values = new Map<Mark, number>()
  const marks = group.map((one) => {
    const judgement = judge(one.point)
    const mark: Mark = {
      point: one.point,
      x: x(one.point.collectedAt),
      y: y(one.value),
      isOutside: isJudged(judgement) && judgement !== 'in-range',
      isBound: one.isBound,
    }
    values.set(mark, one.value)
    // Whatever came between two results, in other words, another unit or none at all, parts them.
    const isJoined = one.place === before + 1 && one.series === series && !one.isBound
    if (isJoined) runs.at(-1)?.push(mark)
    else if (!one.isBound) runs.push([mark])
    before = one.isBound ? -2 : one.place
    series = one.series
    return mark
  })
  const kept = thin(marks, values)
  return {
    unit: group.at(-1)?.point.unit ?? null,
    marks: marks.filter((mark) => kept.has(mark)),
    lines: runs.map((run) => run.filter((mark) => kept.has(mark))).filter((run) => run.length > 1),
    bands: bandsOf(marks, y),
    levels: scale.levels.map((value) => ({ value, y: y(value) })),
    isThinned: kept.size < marks.length,
  }
}

/** Of results that lie close together, the lowest and the highest: nothing that stands out is lost. */
function thin(marks: Mark[], values: Map<Mark, number>) {
  if (marks.length <= mostMarks) return new Set(marks)
  const columns = mostMarks / 2 - 1
  const measured = (mark: Mark) => values.get(mark) ?? 0
  const near = Map.groupBy(marks, ({ x }) => Math.floor((Math.min(Math.max(x, 0), 1000) * columns) / 1001))
  const kept = [...near.values()].flatMap((group) => [
    // By value, not by where it is drawn: two values may share a pixel.
    group.reduce((low, mark) => (measured(mark) < measured(low) ? mark : low)),
    group.reduce((high, mark) => (measured(mark) > measured(high) ? mark : high)),
  ])
  return new Set([...kept, ...marks.slice(0, 1), ...marks.slice(-1)])
}

/** The usual range behind the results it came with; where it changes, the change lies half way. */
function bandsOf(marks: Mark[], y: (value: number) => number): Band[] {
  const runs: Mark[][] = []
  for (const mark of marks) {
    const last = runs.at(-1)?.at(-1)
    if (last && rangeKey(last.point) === rangeKey(mark.point)) runs.at(-1)?.push(mark)
    else runs.push([mark])
  }
  return runs.flatMap((run, index) => {
    const [first, last] = [run[0] as Mark, run.at(-1) as Mark]
    const before = runs[index - 1]?.at(-1)
    const after = runs[index + 1]?.[0]
    const [low, high] = [numberOf(first.point.rangeLow), numberOf(first.point.rangeHigh)]
    const isUnread = (low === null && first.point.rangeLow) || (high === null && first.point.rangeHigh)
    if ((low === null && high === null) || isUnread) return []
    const left = before ? Math.round((before.x + first.x) / 2) : 0
    const right = after ? Math.round((after.x + last.x) / 2) : 1000
    const top = high === null ? 0 : y(high)
    const bottom = low === null ? 1000 : y(low)
    return [{ x: left, width: Math.max(right - left, 1), y: top, height: Math.max(bottom - top, 1) }]
  })
}

const rangeKey = ({ rangeLow, rangeHigh }: Point) => `${sameNumber(rangeLow)} ${sameNumber(rangeHigh)}`

/** Round numbers for the side of the chart; the usual range always lies on it, so that a small change looks small. */
function scaleOf(group: Placed[]) {
  const numbers = group.flatMap(({ value, point }) =>
    [value, numberOf(point.rangeLow), numberOf(point.rangeHigh)].flatMap((number) => number ?? [])
  )
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const room = (most - least || Math.abs(most) || 1) * 0.08
  const [bottom, top] = [least - room, most + room]
  const rough = (top - bottom) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5].find((each) => each * power >= rough) ?? 10) * power
  const levels = Array.from({ length: Math.floor(top / step) - Math.ceil(bottom / step) + 1 }, (_, index) =>
    Number(((Math.ceil(bottom / step) + index) * step).toPrecision(12))
  )
  return { bottom, top, levels }
}

/** What the sentences under a chart say, of results oldest first. Lowest and highest are of one unit only. */
export function summaryOf(points: Point[]) {
  const newest = points.at(-1)
  const judged = points.map(judge).filter(isJudged)
  const comparable = points.filter(
    (point) => newest && numberOf(point.value) !== null && unitKey(point.unit) === unitKey(newest.unit)
  )
  const by = (isBetter: (one: number, other: number) => boolean) =>
    comparable.reduce<Point | undefined>(
      (best, point) => (!best || isBetter(Number(point.value), Number(best.value)) ? point : best),
      undefined
    )
  return {
    count: points.length,
    first: points[0],
    newest,
    previous: points.at(-2),
    // Of equal ones the newest.
    lowest: by((one, other) => one <= other),
    highest: by((one, other) => one >= other),
    compared: comparable.length,
    judged: judged.length,
    outside: judged.filter((said) => said !== 'in-range').length,
  }
}
export type Summary = ReturnType<typeof summaryOf>

export const times = ['3-months', '1-year', 'all'] as const
export type Time = (typeof times)[number]

const day = 86_400_000
const length: Record<Exclude<Time, 'all'>, number> = { '3-months': 92 * day, '1-year': 366 * day }

/** The results of a time, and the stretch that is drawn for it. Without a choice: a year, or all where there was nothing in it. */
export function within(points: Point[], asked: string | undefined, now: Date) {
  const since = (time: Exclude<Time, 'all'>) =>
    points.filter(({ collectedAt }) => collectedAt.getTime() > now.getTime() - length[time])
  const chosen = times.find((time) => time === asked)
  const time = chosen ?? (since('1-year').length > 0 ? '1-year' : 'all')
  if (time !== 'all')
    return {
      time,
      points: since(time),
      span: { from: new Date(now.getTime() - length[time]), to: now },
    }
  const [first, last] = [points[0]?.collectedAt ?? now, points.at(-1)?.collectedAt ?? now]
  const pad = Math.max((last.getTime() - first.getTime()) * 0.02, day)
  return {
    time,
    points,
    span: { from: new Date(first.getTime() - pad), to: new Date(last.getTime() + pad) },
  }
}
