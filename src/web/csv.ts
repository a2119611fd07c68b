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

type Portion = { lines: (string | null)[][]; more: boolean }

/** A table that is asked for as it is taken, to its end: a long one never stands in memory whole. */
export function csvStream(columns: readonly string[], ask: () => Promise<Portion>) {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(csvMark + csvLine(columns))),
    async pull(controller) {
      const { lines, more } = await ask()
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.map(csvLine).join('')))
      if (!more) controller.close()
    },
  })
}
