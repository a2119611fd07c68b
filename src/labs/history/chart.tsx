import { useFormat, useText } from '../../i18n/text.ts'
import { isJudged, judge, numberOf } from '../observation.ts'
import type { Test } from './store.ts'
import type { Mark, Panel, Span, Trend } from './trend.ts'

const percent = (thousandths: number) => `${thousandths / 10}%`
/** Where the plot lies within the picture: room for numbers on its left and days below it. */
const plot = { x: '10%', y: '8%', width: '87%', height: '76%' }

const shapes = {
  in: { id: 'm-in', class: 'dot', path: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z' },
  out: { id: 'm-out', class: 'outr', path: 'M0-8 8 0 0 8-8 0z' },
}

/**
 * The history of a test as one picture a unit: the usual range behind it, a circle for a result in its range and a diamond
 * for one outside, an open mark for a bound such as `<0.01`, and no line where two results cannot be compared.
 */
export const Chart = ({ trend, treatments, words }: { trend: Trend; treatments: Date[]; words: string }) => (
  <figure class='flow'>
    <Shapes />
    {trend.panels.map((panel) => (
      <PanelPicture
        panel={panel}
        span={trend.span}
        treatments={treatments}
        words={words}
        isOne={trend.panels.length === 1}
      />
    ))}
    <Key trend={trend} hasTreatments={treatments.length > 0} />
  </figure>
)

/** Drawn once, placed many times. */
const Shapes = () => (
  <svg class='vh' aria-hidden='true'>
    <defs>
      {Object.values(shapes).map(({ id, path, class: look }) => (
        <>
          <path id={id} class={look} d={path} />
          <path id={`${id}-open`} class={`${look} open`} d={path} />
        </>
      ))}
      <path id='m-day' class='ln' d='M0 2v8' />
    </defs>
  </svg>
)

const shapeOf = ({ isOutside, isBound }: Pick<Mark, 'isOutside' | 'isBound'>) =>
  `#${shapes[isOutside ? 'out' : 'in'].id}${isBound ? '-open' : ''}`

type PanelProps = { panel: Panel; span: Span; treatments: Date[]; words: string; isOne: boolean }

const PanelPicture = ({ panel, span, treatments, words, isOne }: PanelProps) => {
  const t = useText().labs
  const { shortDate, number } = useFormat()
  const length = span.to.getTime() - span.from.getTime()
  const newest = panel.marks.at(-1)
  return (
    <>
      {!isOne && <p class='soft'>{t.trend.inUnit(panel.unit ?? t.trend.noUnit)}</p>}
      <svg
        class='chart'
        role='img'
        aria-label={isOne ? words : `${words} ${t.trend.inUnit(panel.unit ?? t.trend.noUnit)}`}
      >
        <svg {...plot} overflow='visible' aria-hidden='true'>
          {panel.bands.map((band) => (
            <rect
              class='band'
              x={percent(band.x)}
              y={percent(band.y)}
              width={percent(band.width)}
              height={percent(band.height)}
            />
          ))}
          {panel.levels.map(({ y, value }) => (
            <>
              <line class='grid' x2='100%' y1={percent(y)} y2={percent(y)} />
              <text x='-1%' y={percent(y)} dy='.35em' text-anchor='end'>
                {number(value)}
              </text>
            </>
          ))}
          <svg viewBox='0 0 1000 1000' preserveAspectRatio='none' overflow='visible' aria-hidden='true'>
            <path
              class='ln'
              vector-effect='non-scaling-stroke'
              d={panel.lines.map((run) => `M${run.map(({ x, y }) => `${x} ${y}`).join(' ')}`).join('')}
            />
          </svg>
          {treatments.map((at) => (
            <use
              href='#m-day'
              x={percent(Math.round(((at.getTime() - span.from.getTime()) / length) * 1000))}
              y='100%'
            />
          ))}
          {panel.marks.map((mark) => (
            <use href={shapeOf(mark)} x={percent(mark.x)} y={percent(mark.y)} />
          ))}
          {newest && (
            <text
              class='v'
              x={percent(newest.x)}
              y={percent(newest.y)}
              dx='.4em'
              dy='-.8em'
              text-anchor='end'
            >
              {newest.point.value}
            </text>
          )}
        </svg>
        <text x={plot.x} y='98%'>
          {shortDate(span.from)}
        </text>
        <text x='97%' y='98%' text-anchor='end'>
          {shortDate(span.to)}
        </text>
      </svg>
    </>
  )
}

/** What the marks mean, of those that are there. */
const Key = ({ trend, hasTreatments }: { trend: Trend; hasTreatments: boolean }) => {
  const t = useText().labs.trend
  const marks = trend.panels.flatMap((panel) => panel.marks)
  const parts: [isThere: boolean, href: string, words: string][] = [
    [marks.some(({ isOutside }) => !isOutside), '#m-in', t.inRange],
    [marks.some(({ isOutside }) => isOutside), '#m-out', t.outside],
    [marks.some(({ isBound }) => isBound), '#m-in-open', t.bound],
    [hasTreatments, '#m-day', t.treatment],
  ]
  return (
    <figcaption class='key soft'>
      {parts.map(
        ([isThere, href, words]) =>
          isThere && (
            <span>
              <svg class='ic' viewBox='-12 -12 24 24' width='24' height='24' aria-hidden='true'>
                <use href={href} />
              </svg>
              {words}
            </span>
          )
      )}
      {trend.panels.some(({ bands }) => bands.length > 0) && (
        <span>
          <svg class='ic' viewBox='0 0 24 24' width='24' height='24' aria-hidden='true'>
            <rect class='band' y='4' width='24' height='16' />
          </svg>
          {t.band}
        </span>
      )}
    </figcaption>
  )
}

/** A test in the list: its last numbers and its usual range, without a word. The words stand beside it. */
export const Spark = ({ test }: { test: Test }) => {
  const points = test.spark
  const [first, last] = [points[0], points.at(-1)]
  if (points.length < 2 || !first || !last) return null
  const bounds = [numberOf(test.rangeLow), numberOf(test.rangeHigh)]
  const numbers = [...points.map(([, number]) => number), ...bounds.flatMap((bound) => bound ?? [])]
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const round = (number: number) => Math.round(number * 10) / 10
  const x = (at: number) => round(5 + ((at - first[0]) / (last[0] - first[0] || 1)) * 78)
  const y = (number: number) => round(39 - ((number - least) / (most - least || 1)) * 34)
  const [low, high] = bounds
  const judgement = judge(test)
  const isOutside = isJudged(judgement) && judgement !== 'in-range'
  const [endX, endY] = [x(last[0]), y(last[1])]
  return (
    <svg class='spark' viewBox='0 0 88 44' width='88' height='44' aria-hidden='true'>
      {(low ?? high ?? null) !== null && (
        <rect
          class='band'
          width='88'
          y={high === null || high === undefined ? 0 : y(high)}
          height={Math.max(
            (low === null || low === undefined ? 44 : y(low)) -
              (high === null || high === undefined ? 0 : y(high)),
            1
          )}
        />
      )}
      <path class='ln' d={`M${points.map(([at, number]) => `${x(at)} ${y(number)}`).join(' ')}`} />
      {isOutside ? (
        <path class='outr' d={`M${endX} ${round(endY - 6)}l6 6-6 6-6-6z`} />
      ) : (
        <circle class='dot' cx={endX} cy={endY} r='4.5' />
      )}
    </svg>
  )
}
