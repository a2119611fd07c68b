export const longestSearch = 100
const mostWords = 8

/** Between what was found and the text around it, where neither can stand in a message anyone reads. */
export const marks = { from: '\u{e000}', to: '\u{e001}' }

/**
 * What was typed as a query of SQLite's FTS5 over subjects and bodies: every word must occur, each as the beginning of
 * one. Quoted, so that no sign in it means anything. Undefined when there is no word in it.
 */
export function queryFor(typed: string) {
  const words = typed
    .slice(0, longestSearch)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, mostWords)
  return words.length > 0
    ? words.map((word) => `{subject body}:"${word.replaceAll('"', '""')}"*`).join(' AND ')
    : undefined
}

/** A text with its marks, cut into what was found and what was not. */
export function pieces(text: string): { text: string; isFound: boolean }[] {
  return text.split(new RegExp(`(${marks.from}[^${marks.to}]*${marks.to})`, 'u')).flatMap((piece) => {
    const isFound = piece.startsWith(marks.from)
    const plain = piece.replaceAll(marks.from, '').replaceAll(marks.to, '')
    return plain ? [{ text: plain, isFound }] : []
  })
}
