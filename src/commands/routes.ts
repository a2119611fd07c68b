import { parseArgs } from 'node:util'
import { buildAssets } from './assets.ts'
import { run } from './cli.ts'
import { importForNode } from './node-bundle.ts'

type Route = { method: string; path: string; access: unknown }

await run(async () => {
  const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
  await buildAssets()
  const { slices } = await importForNode<{ slices: { table: Route[] }[] }>('src/app.tsx')
  const routes = slices.flatMap(({ table }) => table)

  if (options.json) console.log(JSON.stringify(routes, null, 2))
  else {
    const width = Math.max(...routes.map(({ path }) => path.length))
    for (const { method, path, access } of routes)
      console.log(
        `${method.padEnd(4)}  ${path.padEnd(width)}  ${typeof access === 'string' ? access : JSON.stringify(access)}`
      )
  }
})
