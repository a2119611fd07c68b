/** What a spreadsheet takes for a number is one, whatever sign it begins with. */
const isNumber = (text: string) => /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(text)
const beginsFormula = (text: string) =>
  /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !isNumber(text)

/** A spreadsheet must not run what someone wrote: what could begin a formula begins with an apostrophe instead. */
const cell = (text: string | null) => {
  const said = text ?? ''
  return `"${(beginsFormula(said) ? `'${said}` : said).replaceAll('"', '""')}"`
}

/** One line of a table in CSV, ended by CRLF. */
export const csvLine = (cells: readonly (string | null)[]) => `${cells.map(cell).join(',')}\r\n`

/** UTF-8 with the mark that spreadsheets ask for. */
export const csvMark = '\uFEFF'
