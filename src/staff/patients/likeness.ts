/** Letters to put in, take out, change or swap with their neighbour to make one word of another; `most` + 1 means "more". */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[j - 2] ?? 0) + 1 : most + 1
      )
    }
    before = above
    above = row
  }
  return Math.min(above[b.length] ?? 0, most + 1)
}

/** A slip of the finger in a short word, two in a long one. */
const slips = (word: string) => (word.length > 5 ? 2 : 1)

/** The words on file that were perhaps meant by one that nobody is called, the likeliest first. */
export const likely = (typed: string, words: string[]) =>
  words
    .map((word) => ({ word, away: distance(typed, word, slips(typed)) }))
    .filter(({ away }) => away > 0 && away <= slips(typed))
    .toSorted((a, b) => a.away - b.away || a.word.localeCompare(b.word))
    .slice(0, 3)
    .map(({ word }) => word)
