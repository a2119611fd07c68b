import { mkdirSync, rmSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

/** Imports a source of the Worker into Node: JSX compiled, `.wasm` as a module, `cloudflare:*` empty. */
export async function importForNode<Module>(entry: string): Promise<Module> {
  const outfile = resolve('dist/node', `${basename(entry).replace(/\.tsx?$/, '')}.${process.pid}.mjs`)
  mkdirSync('dist/node', { recursive: true })
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [worker],
    logLevel: 'error',
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile)
  }
}

const worker: Plugin = {
  name: 'worker',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cloudflare:/ }, ({ path }) => ({ path, namespace: 'cloudflare' }))
    onLoad({ filter: /./, namespace: 'cloudflare' }, () => ({ contents: 'export const env = {}' }))
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: `import { readFileSync } from 'node:fs'
        export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}))`,
    }))
  },
}
