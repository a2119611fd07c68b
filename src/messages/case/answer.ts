/** The text with what it is signed with, once, however often it is already there at its end. */
export function signed(body: string, signature: string) {
  const plain = signature.trim()
  return plain === '' || body.trimEnd().endsWith(plain) ? body : `${body.trimEnd()}\n\n${plain}`
}

/** What was typed, and a text put after it, unless it stands there already. */
export const joined = (typed: string, text: string) => {
  if (typed.includes(text)) return typed
  return typed.trim() === '' ? text : `${typed.trimEnd()}\n\n${text}`
}
