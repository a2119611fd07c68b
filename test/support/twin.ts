import { env } from 'cloudflare:workers'

/** What stands in every free text of a record, so that it is known wherever it turns up. */
export const markOf = { rosa: 'ZZROSAZZ', ines: 'ZZINESZZ' } as const

const free = new Set([
  'subject',
  'body',
  'title',
  'name',
  'family_name',
  'place',
  'room',
  'clinician',
  'ordered_by',
  'laboratory',
  'comment',
  'note',
  'reason',
  'directions',
  'preparation',
  'method',
])
/** Named by others or by us once, and never twice. */
const unique = new Set([
  'submission_id',
  'source_id',
  'object_key',
  'token_hash',
  'filler_id',
  'placer_id',
  'uid',
])
/** Rosa's alone: who she is, and whom she let in. */
const notCopied = [
  'patients',
  'patient_search_words',
  'invitation_desk',
  'patient_identifiers',
  'grants',
  'invitations',
  'accounts',
  'record_views',
  'patient_merges',
]

type Row = Record<string, string | number | null>
const all = async <T = Row>(sql: string) => (await env.DB.prepare(sql).all<T>()).results

/**
 * Gives Ines one of everything that Rosa's record holds, under ids that begin with `i-`, and marks every free text of
 * both records as hers. Returns the ids of Rosa's that have a twin.
 */
export async function seedTwins() {
  const tables = (
    await all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'message\\_words%' ESCAPE '\\' AND name NOT LIKE 'audit\\_%' ESCAPE '\\'"
    )
  ).map(({ name }) => name)
  const contents = new Map<string, Row[]>()
  for (const table of tables) contents.set(table, await all(`SELECT * FROM ${table}`))

  const ids = new Set<string>(['rosa-chart'])
  const mine = new Map<string, Set<Row>>(tables.map((table) => [table, new Set()]))
  const refersTo = (row: Row) =>
    Object.entries(row).some(([column, value]) => column.endsWith('_id') && ids.has(String(value)))
  for (let before = -1; before < ids.size; ) {
    before = ids.size
    for (const [table, rows] of contents)
      for (const row of rows)
        if (refersTo(row) && !notCopied.includes(table)) {
          mine.get(table)?.add(row)
          if (typeof row.id === 'string') ids.add(row.id)
        }
  }

  const twinOf = (column: string, value: Row[string]) => {
    if (typeof value === 'string' && unique.has(column)) return `i-${value}`
    if (value === 'rosa-chart') return 'ines-chart'
    if (value === 'rosa') return 'ines'
    return typeof value === 'string' && ids.has(value) ? `i-${value}` : value
  }
  const marked = (column: string, value: Row[string], mark: string) =>
    free.has(column) && typeof value === 'string' ? `${value} ${mark}` : value
  const statements = [env.DB.prepare('PRAGMA defer_foreign_keys = on')]
  for (const [table, rows] of mine)
    for (const row of rows) {
      const columns = Object.keys(row)
      const twin = columns.map((column) => marked(column, twinOf(column, row[column] ?? null), markOf.ines))
      const places = columns.map(() => '?').join(', ')
      statements.push(
        env.DB.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).bind(...twin)
      )
      const telling = columns.filter((column) => free.has(column) && typeof row[column] === 'string')
      const keys = columns.filter((column) => column === 'id' || column === 'account_id')
      if (telling.length > 0)
        statements.push(
          env.DB.prepare(
            `UPDATE ${table} SET ${telling.map((column) => `${column} = ${column} || ' ${markOf.rosa}'`).join(', ')}
             WHERE ${keys.map((column) => `${column} IS ?`).join(' AND ')}`
          ).bind(...keys.map((column) => row[column] ?? null))
        )
    }
  for (const whose of ['rosa', 'ines'] as const)
    statements.push(
      env.DB.prepare("UPDATE patients SET family_name = family_name || ' ' || ? WHERE id = ?").bind(
        markOf[whose],
        `${whose}-chart`
      )
    )
  await env.DB.batch(statements)
  return ids
}
