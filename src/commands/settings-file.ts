import { Refusal } from './refusal.ts'

/** Where a table of a TOML file begins and ends; '' is what stands before the first. */
function span(toml: string, table: string): [from: number, to: number] {
  const from = table === '' ? 0 : toml.search(new RegExp(`^${escaped(table)}\\s*$`, 'm'))
  if (from < 0) throw new Refusal(`There is no ${table} in the settings.`)
  const next = toml.slice(from + table.length).search(/^\s*\[/m)
  return [from, next < 0 ? toml.length : from + table.length + next]
}

const escaped = (text: string) => text.replace(/[[\].]/g, '\\$&')
const line = (key: string) => new RegExp(`^(${key}\\s*=\\s*)"([^"]*)"`, 'm')

/** The text that a key of a table holds. */
export function valueIn(toml: string, table: string, key: string) {
  const found = toml.slice(...span(toml, table)).match(line(key))?.[2]
  if (found === undefined) throw new Refusal(`There is no ${key} in ${table || 'the settings'}.`)
  return found
}

/** The same file with another text at one key; comments and everything else stay. */
export function withValue(toml: string, table: string, key: string, value: string) {
  const [from, to] = span(toml, table)
  const changed = toml.slice(from, to).replace(line(key), (_, before: string) => `${before}"${value}"`)
  return toml.slice(0, from) + changed + toml.slice(to)
}

/** An id that only keeps the place of a real one. */
export const isPlaceholder = (id: string) => /^0+1?$/.test(id.replaceAll('-', ''))
