/** Code points; longer ones are refused before they are hashed. */
export const longestPassword = 256

/** Whether a typed password is short enough to be looked at. A keyboard's one character can be several units of UTF-16. */
export const fitsPassword = (typed: string) =>
  typed.length <= 4 * longestPassword && [...typed.normalize('NFC')].length <= longestPassword
