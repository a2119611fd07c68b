export type Range = { rangeLow: string | null; rangeHigh: string | null; rangeText: string | null }

const number = String.raw`([<>]?=?\s*-?\d+(?:\.\d+)?)`
const between = new RegExp(String.raw`^\(?\s*${number}\s*(?:-|–|to)\s*${number}\s*\)?$`)

/** Two bounds only where there are plainly two numbers; all else in the laboratory's words. */
export function readRange(sent: string | null): Range {
  const text = sent?.replace(/^\[\s*\]$/, '').trim() || null
  const [, low, high] = between.exec(text ?? '') ?? []
  if (low && high && !/[<>]/.test(low + high) && Number(low) <= Number(high))
    return { rangeLow: low, rangeHigh: high, rangeText: null }
  return { rangeLow: null, rangeHigh: null, rangeText: text }
}

/** A laboratory's flag as it sent it; some systems write what is no flag into its place. */
export const flagOf = (sent: string | null) =>
  sent && sent.length <= 20 && !/^(N\/A|NA|NONE|-)$/i.test(sent) ? sent : null
