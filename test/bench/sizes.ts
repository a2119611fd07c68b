import { readdirSync, readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { bundledModules } from '../../src/commands/build.ts'
import type { Portal } from '../../src/commands/portal.ts'
import { printTable, type Visit } from './visits.ts'

const publicFolder = 'dist/public'

/** Bytes on the wire: every page by brotli, entry pages with their headers, and what a first session downloads besides. */
export async function measureSizes({ url }: Portal, visits: Visit[]) {
  const pages: {
    page: string
    status: number
    html: number
    brotli: number
    headers: number
    limit: number
  }[] = []
  for (const { page, path, cookie, entry } of visits) {
    const response = await fetch(url + path, {
      redirect: 'manual',
      headers: cookie ? { Cookie: cookie } : {},
    })
    const html = await response.text()
    const headers = [...response.headers].reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      0
    )
    pages.push({
      page,
      status: response.status,
      html: html.length,
      brotli: brotliCompressSync(html).length + (entry ? headers : 0),
      headers,
      limit: 8192,
    })
  }
  printTable(pages)

  const files = readdirSync(publicFolder)
    .filter((name) => /\.(css|js|svg)$/.test(name))
    .map((name) => ({
      file: name,
      brotli: brotliCompressSync(readFileSync(`${publicFolder}/${name}`)).length,
    }))
  printTable(files)
  const worker = bundledModules().map((path) => ({
    module: path.split('/').at(-1) ?? path,
    gzip: gzipSync(readFileSync(path), { level: 9 }).length,
  }))
  printTable(worker)
  return { pages, files, worker }
}
