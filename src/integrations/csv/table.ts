import Papa from 'papaparse'

/** Rows of one file; a year of a practice's laboratory has fewer. */
const mostRows = 20_000
const mostColumns = 200

/** A file as a table: the names of its columns, and its rows with the number that a spreadsheet gives them. */
export type Table = { names: string[]; rows: { number: number; cells: string[] }[] }
export type Unreadable = 'empty' | 'many-rows' | 'many-columns' | 'no-table'

/** UTF-8 with or without its mark, UTF-16 with one, else Windows-1252, as spreadsheets write in the United States. */
function decode(bytes: ArrayBuffer) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Cells as they stand in the file, leading zeros and all; without the line ends and spaces around them. */
export function readTable(bytes: ArrayBuffer): Table | Unreadable {
  const text = decode(bytes).replaceAll('\0', '')
  if (text.trim() === '') return 'empty'
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: false, preview: mostRows + 2 })
  const all = data
    .map((cells, index) => ({ number: index + 1, cells: cells.map((cell) => cell.trim().toWellFormed()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const [head, ...rows] = all
  if (!head || rows.length === 0) return 'empty'
  if (head.cells.length < 2) return 'no-table'
  if (head.cells.length > mostColumns) return 'many-columns'
  return rows.length > mostRows ? 'many-rows' : { names: head.cells, rows }
}
