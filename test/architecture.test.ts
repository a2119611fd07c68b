import { expect, test } from 'vitest'
import { allPlaces, placeOf } from '../src/parts/loading.ts'
import { paths } from '../src/paths.ts'
import { fill, table } from './support/site.ts'
import { en } from './support/words.ts'

const raw = import.meta.glob<string>('../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const sources = Object.entries(raw)
  .map(([file, code]) => ({ file: file.replace('../src/', ''), code }))
  .filter(({ file }) => !file.endsWith('.generated.ts'))

/** Lower rings never import higher ones; two features never import each other. */
const ring: Record<string, number> = {
  web: 0,
  db: 0,
  design: 0,
  i18n: 0,
  audit: 1,
  outbox: 1,
  identity: 1,
  practice: 1,
  jobs: 1,
  patients: 1,
  messages: 2,
  appointments: 2,
  labs: 2,
  resources: 2,
  home: 3,
  record: 3,
  staff: 3,
  info: 3,
  dev: 3,
  integrations: 3,
  parts: 4,
  demo: 4,
  commands: 4,
}
const features = Object.keys(ring).filter((name) => ring[name] === 2)
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : 'root')
const isOf = (path: RegExp) => (file: string) => path.test(file)

/** `import type` is gone at run time: the kit may say what a visit looks like without depending on it. */
const imports = sources.flatMap(({ file, code }) =>
  [...code.matchAll(/^(?:import|export)(?! type )[^'"]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)].map(
    ([, still, lazy]) => {
      const path = new URL(still ?? lazy ?? '', `file:///${file}`).pathname.slice(1)
      return { file, path, isAtOnce: still !== undefined, from: folderOf(file), to: folderOf(path) }
    }
  )
)

/** Files that say something they should not, with the words. */
const speakers = (words: RegExp, may: (file: string) => boolean = () => false) =>
  sources
    .filter(({ file }) => !may(file))
    .flatMap(({ file, code }) =>
      [...withoutComments(code).matchAll(words)].map(([said]) => `${file}: ${said}`)
    )

const withoutComments = (code: string) =>
  code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')

test('of what comes twice in a query the first is read', () => {
  expect(speakers(/\breq\.queries\b|\bsearchParams\.getAll\b/g)).toEqual([])
})

test('every folder has its ring', () => {
  const folders = new Set(sources.map(({ file }) => folderOf(file)).filter((name) => name !== 'root'))
  expect([...folders].filter((name) => !(name in ring))).toEqual([])
})

test('imports point downwards', () => {
  const wrong = imports.filter(({ from, to }) => (ring[to] ?? 0) > (ring[from] ?? 9))
  expect(wrong).toEqual([])
})

test('two features never import each other', () => {
  const wrong = imports.filter(
    ({ from, to }) => from !== to && features.includes(from) && features.includes(to)
  )
  expect(wrong).toEqual([])
})

test('only stores and the foundations’ own files speak SQL', () => {
  const may = isOf(
    /(^|\/)store\.ts$|^db\/|^audit\/|^outbox\/(queue|deliver)\.ts$|^patients\/(chart|grant)\.ts$|^identity\/(session|throttle|visit|feed)\.ts$|^(commands|demo)\//
  )
  expect(speakers(/from 'drizzle-orm.*|\.prepare\(/g, may)).toEqual([])
})

test('slices add URLs through Routes, never through Hono', () => {
  expect([...new Set(speakers(/new Hono\b/g).map((line) => line.split(':')[0]))]).toEqual(['app.tsx'])
  // A gate put on a whole application leaks to every slice mounted beside it.
  expect(speakers(/\.use\(/g, isOf(/^app\.tsx$/))).toEqual([])
})

test('the time is a parameter', () => {
  // A body that takes its time is dated when all of it is there.
  const may = isOf(/^(app\.tsx|index\.ts|web\/routes\.ts)$|^(commands|demo)\//)
  expect(speakers(/new Date\(\)|Date\.now\(\)|performance\.now\(\)/g, may)).toEqual([])
})

test('what must not be guessed is drawn from the system’s own chance', () => {
  expect(speakers(/Math\.random|crypto\.pseudoRandom\w*/g)).toEqual([])
})

test('nothing becomes markup without being escaped, and no script or style stands in a page', () => {
  const may = isOf(/^(commands|demo)\//)
  expect(
    speakers(
      /(?<![.\w])raw\(|innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|hx-on|\bjs:|\bstyle=|\son[a-z]+=|\bhtml`|\beval\(/g,
      may
    )
  ).toEqual([])
})

test('only components look for the request around them', () => {
  // Everything else is handed its context, so that a reader sees what it depends on.
  const may = isOf(/^design\/|(^|\/)views\.tsx$|^i18n\/text\.ts$/)
  expect(speakers(/\bgetContext\b/g, may)).toEqual([])
})

test('handlers never mention htmx', () => {
  const may = isOf(/^web\/page\.tsx$|^design\/|^identity\/(viewer|visit)\.ts$|^(commands|demo)\//)
  expect(speakers(/['"]hx-request[^'"]*['"]/gi, may)).toEqual([])
})

test('no slice asks for more than one trip where one is enough', () => {
  // `Promise.all` of two queries is two trips that look like one.
  const stores = sources.filter(({ file }) => /(^|\/)(store|routes)\.tsx?$/.test(file))
  expect(stores.filter(({ code }) => /Promise\.all\(\[?\s*(db|c\.var\.db)\./.test(code))).toEqual([])
})

test('URLs stand in paths.ts alone', () => {
  const may = isOf(/^paths\.ts$|^(commands|demo)\//)
  const ours = /(['"`])\/(?!\/|\*)[a-z][\w/:.$${}-]*\1/g
  // The icon is a file, not a page.
  expect(speakers(ours, may).filter((line) => !line.includes('/favicon.svg'))).toEqual([])
})

test('every path has a route and every route a path', () => {
  const known = Object.values(paths) as string[]
  const routed = new Set(table.map(({ path }) => path))
  expect(known.filter((path) => !routed.has(path))).toEqual([])
  expect([...routed].filter((path) => !known.includes(path))).toEqual([])
})

test('no route hides another', () => {
  const order = table.map(({ method, path }) => `${method} ${path}`)
  expect(order.filter((line, i) => order.indexOf(line) !== i)).toEqual([])
  const hidden = table.flatMap((route, i) =>
    table
      .slice(0, i)
      .filter(
        (earlier) =>
          earlier.method === route.method &&
          earlier.path !== route.path &&
          new RegExp(`^${earlier.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(route.path)
      )
      .map((earlier) => `${earlier.path} hides ${route.path}`)
  )
  expect(hidden).toEqual([])
})

const parts = await Promise.all(allPlaces.map(async (place) => ({ place, ...(await place.load()) }))).then(
  (all) => all.map(({ place, part }) => ({ place, part, routes: part.slices.flatMap(({ table }) => table) }))
)

test('a part is loaded for each of its paths, and for no path of another', () => {
  for (const { place, routes } of parts)
    for (const { path } of routes) {
      expect.soft(placeOf(fill(path)), path).toBe(place)
      expect.soft(allPlaces.filter(({ holds }) => holds(fill(path))).length, path).toBeLessThanOrEqual(2)
    }
  // Parts come onto the router in the order in which they are asked for.
  const matches = (pattern: string, path: string) =>
    new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path)
  const crossing = parts.flatMap(({ routes }) =>
    parts
      .filter((other) => other.routes !== routes)
      .flatMap((other) => other.routes)
      .flatMap(({ path }) =>
        routes.filter((route) => matches(route.path, path)).map((route) => [route.path, path])
      )
  )
  expect(crossing).toEqual([])
})

/** What a file reads at once, and what that reads. */
function readWith(entry: string) {
  const read = new Set<string>()
  const waiting = [entry]
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (read.has(file)) continue
    read.add(file)
    waiting.push(...imports.filter((each) => each.file === file && each.isAtOnce).map(({ path }) => path))
  }
  return read
}

/** The words of the dictionary that a file asks for, by their first key. */
function asksFor(code: string) {
  const isWhole = /\bt\b[^{}]*\} = (c|getContext<Env>\(\))\.var\b|\bt: Dictionary\b/.test(code)
  const named = [
    ...code.matchAll(/(?:useText\(\)|c\.var\.t)\.(\w+)/g),
    ...(isWhole ? code.matchAll(/(?<![\w.])t\.(\w+)/g) : []),
  ].map(([, key]) => key ?? '')
  const taken = [
    ...code.matchAll(/\{([^{}]*)\} = (?:useText\(\)|c\.var\.t|t)\n|\{([^{}]*)\}: Dictionary\b/g),
  ].flatMap(([, one, other]) =>
    (one ?? other ?? '').split(',').map((name) => name.split(':')[0]?.trim() ?? '')
  )
  return [...named, ...taken].filter((key) => key in en)
}

test('pages have the words they ask for', async () => {
  const missing: string[] = []
  for (const { place, part } of parts) {
    const entry = String(place.load).match(/parts\/(\w+)\.ts|\.\/(\w+)\.ts/)
    const known = await part.words('en')
    const name = entry?.[1] ?? entry?.[2] ?? 'portal'
    for (const file of readWith(`parts/${name}.ts`)) {
      const code = sources.find((source) => source.file === file)?.code ?? ''
      for (const key of code.split(/\n(?=(?:export )?(?:const|async function|function) )/).flatMap(asksFor))
        if (!(key in known)) missing.push(`${name}: ${file} asks for ${key}`)
    }
  }
  expect(missing).toEqual([])
})

test('features log nothing by themselves', () => {
  const may = isOf(/^app\.tsx$|^web\/log\.ts$|^outbox\/|^index\.ts$|^(commands|demo)\//)
  expect(speakers(/console\.\w+\(/g, may)).toEqual([])
})

test('no file is a drawer for anything', () => {
  expect(
    sources
      .map(({ file }) => file)
      .filter((file) => /(^|\/)(utils?|helpers?|misc|lib)\b|.\/index\./.test(file))
  ).toEqual([])
})
