/** A spreadsheet must not run what someone wrote: what could begin a formula begins with an apostrophe instead. */
const cell = (text: string | null) => {
  const said = text ?? ''
  return `"${(/^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(said) ? `'${said}` : said).replaceAll('"', '""')}"`
}

/** One line of a table in CSV, ended by CRLF. */
export const csvLine = (cells: (string | null)[]) => `${cells.map(cell).join(',')}\r\n`

/** UTF-8 with the mark that spreadsheets ask for. */
export const csvMark = '\uFEFF'
