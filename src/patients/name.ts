const letters: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' }

/** Words as people type them in a hurry: no case, no accents, "O’Brien-Díaz" as "obrien diaz". */
export const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\p{M}'’ʼ`]/gu, '')
    .toLowerCase()
    .replace(/[ßøłđæœ]/g, (letter) => letters[letter] ?? '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** What `patients.search_name` holds. */
export const searchName = (familyName: string, givenName: string) =>
  `${fold(familyName)} ${fold(givenName)}`.trim()

/** "Rosa Díaz", as people are called. */
export const fullName = ({ givenName, familyName }: { givenName: string; familyName: string }) =>
  `${givenName} ${familyName}`
