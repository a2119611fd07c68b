/** JSON as it arrived: numbers stay the text they were sent as, because `7.20` is not `7.2` to a laboratory. */
export type Json = string | boolean | null | Json[] | Node
export type Node = { [key: string]: Json }

type Reviver = (key: string, value: unknown) => unknown

const keepNumbers = ((_key: string, value: unknown, { source }: { source?: string }) =>
  typeof value === 'number' ? source : value) as Reviver

/** Undefined when the text is not JSON, or nested deeper than any record is. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, keepNumbers)
  } catch {
    return undefined
  }
}

export const isNode = (json: Json | undefined): json is Node =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** What lies at a path; a list stands for its first element. Wrong shapes are simply not there. */
export function at(json: Json | undefined, ...path: string[]): Json | undefined {
  let here = json
  for (const key of path) {
    if (Array.isArray(here)) here = here[0]
    if (!isNode(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

/** The objects in a list, or the one object where a list should be. */
export function nodes(json: Json | undefined, ...path: string[]): Node[] {
  const found = at(json, ...path)
  return (Array.isArray(found) ? found : [found]).filter(isNode)
}

/** Text at a path as sent, without the characters a database cannot keep; null when there is none. */
export function text(json: Json | undefined, ...path: string[]): string | null {
  const found = at(json, ...path)
  const first = Array.isArray(found) ? found[0] : found
  if (typeof first === 'boolean') return String(first)
  if (typeof first !== 'string') return null
  const clean = first.replaceAll('\0', '').toWellFormed().trim()
  return clean === '' ? null : clean
}

/** The words of a CodeableConcept: the sender's own text first. */
export const wordsOf = (concept: Json | undefined) =>
  text(concept, 'text') ??
  nodes(concept, 'coding').reduce<string | null>((found, coding) => found ?? text(coding, 'display'), null) ??
  text(concept, 'coding', 'code')

/** The code of a concept in one code system. */
export const codeIn = (concept: Json | undefined, system: string) =>
  text(
    nodes(concept, 'coding').find((coding) => text(coding, 'system') === system),
    'code'
  )

/** Every code of every concept in a list. */
export const codesOf = (concepts: Node[]) =>
  concepts.flatMap((concept) => nodes(concept, 'coding').flatMap((coding) => text(coding, 'code') ?? []))

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const wholeDate = /^\d{4}-\d\d-\d\d$/

/**
 * A FHIR dateTime or instant. A bare day is taken at 18:00 UTC: the same day on every wall in the United States.
 * A time without a zone is no moment (R4: "SHALL be populated"), and neither is a bare month or year.
 */
export function moment(json: Json | undefined, ...path: string[]): Date | null {
  const sent = text(json, ...path) ?? ''
  if (!instant.test(sent) && !wholeDate.test(sent)) return null
  const made = new Date(wholeDate.test(sent) ? `${sent}T18:00:00Z` : sent)
  return Number.isNaN(made.getTime()) ? null : made
}

/** A calendar date, which must be a whole and a real one. */
export function calendarDate(json: Json | undefined, ...path: string[]) {
  const sent = text(json, ...path) ?? ''
  if (!wholeDate.test(sent)) return null
  const made = new Date(`${sent}T00:00:00Z`)
  return !Number.isNaN(made.getTime()) && made.toISOString().startsWith(sent) ? sent : null
}
