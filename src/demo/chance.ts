const characters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Random numbers in 0..1 that are the same for the same word (mulberry32). */
export function chance(word: string) {
  let state = 2166136261
  for (const character of word) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** An id as opaque as any other, and the same in every demo. */
export function idOf(word: string) {
  const next = chance(word)
  return Array.from({ length: 21 }, () => characters[Math.floor(next() * characters.length)]).join('')
}
