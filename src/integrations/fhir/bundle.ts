import { type Asked, askedBy, nothingAsked, numbersOf, numbersSought } from './identity.ts'
import { at, isNode, type Json, type Node, nodes, parseJson, text } from './json.ts'
import { otherRelease } from './release.ts'

/** A resource and the name it is kept under: `Observation/123`, the same each time the sender sends it. */
export type Resource = { type: string; id: string; body: Node; asked: Asked }
/** Nothing is filed. 400: not readable. 422: readable, and still not something to file. */
export type Refusal = { status: 400 | 422; why: string }
export type Bundle = {
  /** `Bundle:transaction`, `Observation`, `NDJSON`: as it calls itself. */
  kind: string
  /** Its sender may ask for an answer to each entry, or each line. */
  isInteraction: boolean
  /** The names of its entries, in their order; undefined for one that asks for a deletion. */
  entryNames: (string | undefined)[]
  resources: Resource[]
  find: (reference: string | null, from?: Resource) => Resource | undefined
  name: (reference: string | null, from?: Resource) => string | undefined
  /** The name of the patient that a Reference points at, by id or by number. */
  patient: (reference: Json | undefined, from: Resource) => string | undefined
  /** Whether no two of its resources bear a number. */
  bearsAlone: (number: string) => boolean
}

/** Resources in one message. */
const most = 20_000

const kinds = new Set(['transaction', 'batch', 'collection', 'searchset'])

/** Whether nothing tells it from the next of its type: it bears no id, no number and no address. */
export const isNameless = ({ type, id }: Resource) => id === `${type}/`

export const isRefusal = (result: object): result is Refusal => 'why' in result

/** Reads a Bundle, a resource, a list of resources, or lines of resources (NDJSON). */
export function readBundle(sent: string): Bundle | Refusal {
  const read = readEntries(sent)
  if (isRefusal(read)) return read
  for (const { body } of read.entries) {
    const why = otherRelease(body)
    if (why) return { status: 422, why }
  }
  return index(read)
}

type Entry = { body: Node; url: string | null; asked: Asked }
/** `places`: for each entry of a bundle where it stands in `entries`, or null where it holds nothing to file. */
type Read = { kind: string; entries: Entry[]; places: (number | null)[] }

function readEntries(sent: string): Read | Refusal {
  if (sent.trim() === '') return { status: 400, why: 'The body is empty.' }
  const json = parseJson(sent)
  if (json === undefined) return readLines(sent)
  if (Array.isArray(json)) return bare('list', json)
  if (!isNode(json)) return { status: 422, why: 'This is JSON, but not a FHIR resource.' }
  if (json.resourceType !== 'Bundle') return bare(text(json, 'resourceType') ?? '', [json])
  const kind = text(json, 'type') ?? 'unnamed'
  if (!kinds.has(kind))
    return {
      status: 422,
      why: `A Bundle of type "${kind.slice(0, 40)}" is not taken in; send ${[...kinds].join(', ')}.`,
    }
  const all = nodes(json, 'entry')
  const wanted = all.filter((entry) => text(entry, 'request', 'method') !== 'DELETE')
  const read = bare(
    `Bundle:${kind}`,
    wanted.map((entry) => entry.resource ?? null),
    wanted.map((entry) => ({ url: text(entry, 'fullUrl'), asked: askedBy(entry) }))
  )
  if (isRefusal(read)) return read
  const places = new Map(wanted.map((entry, place) => [entry, place]))
  return { ...read, places: all.map((entry) => places.get(entry) ?? null) }
}

const unasked = { url: null, asked: nothingAsked }

function bare(kind: string, list: Json[], places: Pick<Entry, 'url' | 'asked'>[] = []): Read | Refusal {
  const entries = list.flatMap((body, index) =>
    isNode(body) ? [{ body, ...(places[index] ?? unasked) }] : []
  )
  if (entries.length > most)
    return { status: 422, why: `It holds more than ${most} resources; send it in parts.` }
  if (
    entries.length < list.length ||
    entries.some(({ body }) => !/^[A-Z][A-Za-z]{1,60}$/.test(text(body, 'resourceType') ?? ''))
  )
    return { status: 422, why: 'Something in it is not a FHIR resource: it names no resourceType.' }
  return { kind, entries, places: entries.map((_, place) => place) }
}

function readLines(sent: string): Read | Refusal {
  const lines = sent
    .split('\n')
    .flatMap((line, index) => (line.trim() ? [{ number: index + 1, json: parseJson(line) }] : []))
  const wrong = lines.find(({ json }) => !isNode(json))
  if (lines.length > 1 && isNode(lines[0]?.json) && wrong)
    return { status: 400, why: `Line ${wrong.number} is not a JSON object: the file is damaged or cut off.` }
  if (wrong) return { status: 400, why: 'This is not JSON: it is damaged or cut off.' }
  return bare(
    'NDJSON',
    lines.map(({ json = null }) => json)
  )
}

/** Gives every resource its name and finds what refers to what, within the bundle. */
function index({ kind, entries, places }: Read): Bundle {
  const names: string[] = []
  const byName = new Map<string, Resource>()
  const byUrl = new Map<string, Resource>()
  /** Undefined for a number that two of them bear. */
  const byNumber = new Map<string, Resource | undefined>()
  for (const { body, url, asked } of entries) {
    const type = text(body, 'resourceType') ?? ''
    const resource = { type, id: `${type}/${keyOf(body, url, asked)}`, body, asked }
    names.push(resource.id)
    const known = byName.get(resource.id)
    const newest = known && versionOf(known) > versionOf(resource) ? known : resource
    byName.set(resource.id, newest)
    if (url) byUrl.set(url, newest)
    // Lists without fullUrl still refer to each other as a bundle would.
    const uuid = `urn:uuid:${text(body, 'id')}`
    if (!byUrl.has(uuid)) byUrl.set(uuid, newest)
    for (const number of numbersOf(type, newest.body))
      byNumber.set(
        number,
        byNumber.get(number)?.id === newest.id || !byNumber.has(number) ? newest : undefined
      )
    for (const inner of nodes(body, 'contained')) {
      const name = `${resource.id}#${text(inner, 'id')}`
      byName.set(name, {
        type: text(inner, 'resourceType') ?? '',
        id: name,
        body: inner,
        asked: nothingAsked,
      })
    }
  }
  const name = (reference: string | null, from?: Resource) => {
    if (!reference) return undefined
    if (byName.has(reference)) return reference
    if (reference.startsWith('#')) return from && `${from.id.split('#')[0]}${reference}`
    return byUrl.get(reference)?.id ?? nameIn(reference) ?? nameByNumber(reference)
  }
  /** `Patient?identifier=system|value`: a conditional reference. */
  const nameByNumber = (reference: string) => {
    const [, type = '', search = ''] = reference.match(/^([A-Z][A-Za-z]+)\?(.+)$/) ?? []
    const [number] = numbersSought(type, search)
    return number && (byNumber.get(number)?.id ?? number)
  }
  return {
    kind: kind.slice(0, 40),
    isInteraction: ['Bundle:transaction', 'Bundle:batch', 'NDJSON', 'list'].includes(kind),
    entryNames: places.map((place) => (place === null ? undefined : names[place])),
    resources: [...byName.values()].filter(({ id }) => !id.includes('#')),
    name,
    find: (reference, from) => byName.get(name(reference, from) ?? ''),
    patient: (reference, from) =>
      name(text(reference, 'reference'), from) ?? name(numbersOf('Patient', reference)[0] ?? null),
    bearsAlone: (number) => byNumber.get(number) !== undefined,
  }
}

const nameIn = (reference: string) => {
  const [, type, id] =
    reference.match(/(?:^|\/)([A-Z][A-Za-z]+)\/([\w.-]{1,64})(?:\/_history\/[\w.-]+)?$/) ?? []
  return type && id ? `${type}/${id}` : undefined
}

function keyOf(body: Node, url: string | null, asked: Asked) {
  const identifier = nodes(body, 'identifier').find((each) => text(each, 'value'))
  const named = identifier && `${text(identifier, 'system') ?? ''}|${text(identifier, 'value')}`
  const sought = asked.numbers[0]?.split('?identifier=')[1]
  return (text(body, 'id') ?? asked.id ?? named ?? sought ?? url ?? '').replaceAll('#', '%23').slice(0, 300)
}

const versionOf = ({ body }: Resource) => text(at(body, 'meta'), 'lastUpdated') ?? ''
