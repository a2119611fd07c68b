import { parseArgs } from 'node:util'
import { buildAssets } from './assets.ts'
import { run } from './cli.ts'
import { importForNode } from './node-bundle.ts'

type Loading = typeof import('../parts/loading.ts')

await run(async () => {
  const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
  await buildAssets()
  const { allSlices } = await importForNode<Loading>('src/parts/loading.ts')
  const routes = (await allSlices()).flatMap(({ table }) => table)

  if (options.json) console.log(JSON.stringify(routes, null, 2))
  else {
    const width = Math.max(...routes.map(({ path }) => path.length))
    for (const { method, path, access } of routes)
      console.log(
        `${method.padEnd(4)}  ${path.padEnd(width)}  ${typeof access === 'string' ? access : JSON.stringify(access)}`
      )
  }
})
