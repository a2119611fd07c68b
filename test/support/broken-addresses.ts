/** The parts of e-mail addresses on a page that are cut between two letters. A part ends where the address may go on below. */
export const brokenAddresses = `[...document.querySelectorAll('main .whole')].flatMap((each) =>
  [...each.childNodes].flatMap((part) => {
    if (part.nodeType !== Node.TEXT_NODE || !each.checkVisibility()) return []
    const range = document.createRange()
    range.selectNodeContents(part)
    const lines = new Set([...range.getClientRects()].map(({ top }) => top))
    return lines.size > 1 ? [part.data] : []
  })
)`
