import { tellingIdentifiers } from '../filing/matching.ts'
import type { Identifier } from '../filing/patient.ts'
import { codesOf, type Json, type Node, nodes, text } from './json.ts'

/** What the sender of an entry asks beside filing it: http.html#ccreate, #cond-update and #concurrency of R4. */
export type Asked = {
  /** Its id, where the address it is put at says it. */
  id: string | null
  /** Numbers by which it is to be found. */
  numbers: string[]
  /** What is on file already stays as it is. */
  onlyNew: boolean
  /** Only if a version of ours is still the newest; a feed hands out none. */
  needsVersion: boolean
}
export const nothingAsked: Asked = { id: null, numbers: [], onlyNew: false, needsVersion: false }

/** Reads the request of an entry of a bundle. A search for anything but numbers finds nothing here. */
export function askedBy(entry: Node): Asked {
  const type = text(entry, 'resource', 'resourceType') ?? ''
  const ifNoneExist = text(entry, 'request', 'ifNoneExist')
  const url = text(entry, 'request', 'method') === 'PUT' ? (text(entry, 'request', 'url') ?? '') : ''
  const [address = '', search = ''] = url.split('?')
  return {
    id: address.match(/(?:^|\/)[A-Z][A-Za-z]+\/([\w.-]{1,64})$/)?.[1] ?? null,
    numbers: [search, ifNoneExist?.split('?').at(-1) ?? ''].flatMap((each) => numbersSought(type, each)),
    onlyNew: ifNoneExist !== null || text(entry, 'request', 'ifNoneMatch') === '*',
    needsVersion: text(entry, 'request', 'ifMatch') !== null,
  }
}

/** The names of numbers that a search (`identifier=system|value&…`) asks for. */
export const numbersSought = (type: string, search: string) =>
  new URLSearchParams(search).getAll('identifier').flatMap((token) => {
    const [, system = '', value] = token.match(/^(?:([^|]*)\|)?(.+)$/) ?? []
    return value ? [nameOfNumber(type, { authority: system, value })] : []
  })

/** What stands for a resource that is named by a number instead of an id. */
const nameOfNumber = (type: string, { authority, value }: Pick<Identifier, 'authority' | 'value'>) =>
  `${type}?identifier=${authority ?? ''}|${value}`.slice(0, 300)

/** Numbers of orders, specimens and visits (HL7 table 0203), which several results share. */
const shared = new Set(['PLAC', 'PLACER', 'ACSN', 'VN', 'AN'])

/** The numbers by which a resource may be told from others of its type, as names. */
export const numbersOf = (type: string, body: Json | undefined) => {
  const identifiers = identifiersIn(body)
  const telling =
    type === 'Patient'
      ? tellingIdentifiers({ identifiers })
      : identifiers.filter((each) => !shared.has(each.type ?? ''))
  return telling.map((each) => nameOfNumber(type, each))
}

/** Numbers in use, each under the system that gives it out. */
export const identifiersIn = (body: Json | undefined): Identifier[] =>
  nodes(body, 'identifier').flatMap((each) => {
    const value = text(each, 'value')
    const isOver = text(each, 'period', 'end') || text(each, 'use') === 'old'
    const [type = null] = codesOf(nodes(each, 'type'))
    // A type in words alone could be any number of theirs.
    const isTold = type !== null || each.type === undefined
    return value && !isOver && isTold ? [{ authority: text(each, 'system'), value, type }] : []
  })
