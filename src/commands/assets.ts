import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { transform } from 'esbuild'
import { digest, listFiles, readIfThere, writeIfChanged } from './files.ts'

const output = 'dist/public'
const oldestBrowsers = ['safari15.4', 'chrome105', 'firefox121']

const forever = `  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
  Strict-Transport-Security: max-age=63072000; includeSubDomains; preload
  Cross-Origin-Resource-Policy: same-origin`

/** Makes the static files as served and tells the Worker their names. */
export async function buildAssets() {
  const styles = listFiles('static/css').filter((path) => path.endsWith('.css'))
  const entryStyles = styles.filter((path) => basename(path).startsWith('1-'))
  const [css, entryCss, js, island, session, passkey] = await Promise.all([
    minify('css', concatenate(styles)),
    minify('css', concatenate(entryStyles)),
    minify('js', readFileSync('static/app.js', 'utf8')),
    minify('js', readFileSync('static/island.js', 'utf8')),
    minify('js', readFileSync('static/session.js', 'utf8')),
    minify('js', readFileSync('static/passkey.js', 'utf8')),
  ])
  // Written into a style element as text, where JSX would escape these and the hash in the CSP would no longer fit.
  if (/[<>&"']/.test(entryCss))
    throw new Error('The entry CSS (static/css/1-*) must hold none of < > & " \'.')
  const htmx = readFileSync('node_modules/htmx.org/dist/htmx.min.js', 'utf8')

  const hashed = {
    css: named('app', 'css', css),
    js: named('app', 'js', js),
    island: named('island', 'js', island),
    session: named('session', 'js', session),
    passkey: named('passkey', 'js', passkey),
    htmx: named('htmx', 'js', htmx),
  }
  const files: Record<string, string> = {
    [hashed.css]: css,
    [hashed.js]: js,
    [hashed.island]: island,
    [hashed.session]: session,
    [hashed.passkey]: passkey,
    [hashed.htmx]: htmx,
    _headers: headers(Object.values(hashed)),
  }
  for (const name of readdirSync('static').filter((name) => name === 'robots.txt' || name.endsWith('.svg')))
    files[name] = readFileSync(`static/${name}`, 'utf8')

  mkdirSync(output, { recursive: true })
  for (const [name, contents] of Object.entries(files)) writeIfChanged(join(output, name), contents)
  for (const name of readdirSync(output))
    if (!(name in files)) rmSync(join(output, name), { recursive: true })

  writeIfChanged(
    generated,
    `export const assets = ${JSON.stringify(
      {
        css: `/${hashed.css}`,
        cssIntegrity: integrity(css),
        js: `/${hashed.js}`,
        jsIntegrity: integrity(js),
        island: `/${hashed.island}`,
        islandIntegrity: integrity(island),
        session: `/${hashed.session}`,
        sessionIntegrity: integrity(session),
        passkey: `/${hashed.passkey}`,
        passkeyIntegrity: integrity(passkey),
        htmx: `/${hashed.htmx}`,
        htmxIntegrity: integrity(htmx),
        entryCss,
        entryCssHash: `'sha256-${digest('sha256', 'base64', entryCss)}'`,
      },
      null,
      2
    )} as const\n\n/** What this build is made of, and the newest table it knows. */\nexport const built = ${JSON.stringify(
      {
        sources: fingerprint().slice(0, 12),
        schema: readdirSync('migrations').sort().at(-1),
      }
    )} as const\n`
  )
}

const generated = 'src/web/assets.generated.ts'

/** A digest of everything the bundle is made of. */
export const fingerprint = () =>
  digest(
    'sha256',
    'hex',
    [...listFiles('src'), ...listFiles('static'), 'wrangler.toml', 'package-lock.json']
      .filter((path) => path !== generated)
      .map((path) => `${path} ${digest('sha256', 'hex', readFileSync(path))}\n`)
      .join('')
  )

const concatenate = (paths: string[]) => paths.map((path) => readFileSync(path, 'utf8')).join('\n')

async function minify(loader: 'css' | 'js', source: string) {
  const { code } = await transform(source, {
    loader,
    minify: true,
    target: oldestBrowsers,
    legalComments: 'none',
  })
  return code.trim()
}

const named = (name: string, extension: string, contents: string) =>
  `${name}.${digest('sha256', 'hex', contents).slice(0, 10)}.${extension}`

const integrity = (contents: string) => `sha384-${digest('sha384', 'base64', contents)}`

const headers = (hashed: string[]) =>
  [readIfThere('static/_headers')?.trim(), ...hashed.map((name) => `/${name}\n${forever}`)]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n')

if (import.meta.main) {
  await buildAssets()
  console.log(`Static files are in ${output}.`)
}
