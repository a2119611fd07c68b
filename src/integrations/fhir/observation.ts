import { observationStatuses } from '../../db/schema.ts'
import { gravest, isFlag } from '../../labs/observation.ts'
import { numberOf, type SentObservation } from '../filing/observation.ts'
import type { Bundle, Resource } from './bundle.ts'
import { nameOf } from './encounter.ts'
import { codeIn, codesOf, type Json, moment, type Node, nodes, text, wordsOf } from './json.ts'

const loinc = 'http://loinc.org'

/** One value, with everything exactly as it was sent. */
export function readObservation(resource: Resource, bundle: Bundle): SentObservation {
  const { id, body } = resource
  const status = observationStatuses.find((known) => known === text(body, 'status')) ?? 'unknown'
  const issuedAt = moment(body, 'issued')
  const collectedAt =
    moment(body, 'effectiveDateTime') ??
    moment(body, 'effectiveInstant') ??
    moment(body, 'effectivePeriod', 'start')
  const { value, unit } = readResult(body)
  const categories = codesOf(nodes(body, 'category'))
  const isLaboratory = categories.some((code) => code === 'laboratory' || code === 'LAB')
  return {
    sourceId: id,
    subject: bundle.patient(body.subject, resource),
    isLaboratory,
    isOther: categories.length > 0 && !isLaboratory,
    members: nodes(body, 'hasMember').flatMap(
      (member) => bundle.name(text(member, 'reference'), resource) ?? []
    ),
    code: codeIn(body.code, loinc),
    name: wordsOf(body.code) ?? 'Result',
    status,
    value,
    valueNumber: numberOf(value),
    unit,
    ...readRange(body, unit),
    flag: readFlag(body),
    absentReason: text(body, 'dataAbsentReason', 'coding', 'code') ?? text(body, 'dataAbsentReason', 'text'),
    comment: joined(
      nodes(body, 'note').map((note) => text(note, 'text')),
      '\n'
    ),
    collectedAt: collectedAt ?? issuedAt,
    issuedAt,
    correctedAt:
      status === 'corrected' || status === 'amended'
        ? (issuedAt ?? moment(body, 'meta', 'lastUpdated') ?? collectedAt)
        : null,
    versionAt: moment(body, 'meta', 'lastUpdated') ?? issuedAt,
    method: wordsOf(body.method),
    laboratory: nameOf(nodes(body, 'performer')[0], resource, bundle),
  }
}

type Result = { value: string | null; unit: string | null }

/** A value of its own, and the values of its parts (a blood pressure, a panel in one observation) as text. */
function readResult(body: Node): Result {
  const own = readValue(body)
  const parts = nodes(body, 'component').map((component) => {
    const { value, unit } = readValue(component)
    const said = value ?? wordsOf(component.dataAbsentReason)
    return said && `${wordsOf(component.code) ?? ''}: ${[said, unit].filter(Boolean).join(' ')}`
  })
  const told = joined(parts, '; ')
  if (!told) return own
  return {
    value: joined([own.value && [own.value, own.unit].filter(Boolean).join(' '), told], '; '),
    unit: null,
  }
}

function readValue(node: Node): Result {
  if (node.valueQuantity !== undefined)
    return { value: quantity(node.valueQuantity), unit: unitOf(node.valueQuantity) }
  const range = ends(node.valueRange, '–')
  if (range) return { value: range, unit: unitOf(node.valueRange, 'low') ?? unitOf(node.valueRange, 'high') }
  if (node.valueRatio !== undefined)
    return {
      value: joined([quantity(node.valueRatio, 'numerator'), quantity(node.valueRatio, 'denominator')], ':'),
      unit: null,
    }
  const plain = ['valueString', 'valueInteger', 'valueBoolean', 'valueDateTime', 'valueTime'].map((key) =>
    text(node, key)
  )
  return {
    value:
      plain.find(Boolean) ??
      wordsOf(node.valueCodeableConcept) ??
      joined([text(node, 'valuePeriod', 'start'), text(node, 'valuePeriod', 'end')], '–'),
    unit: null,
  }
}

/** `<` and the number as sent: a comparator is part of the value. */
function quantity(json: Json | undefined, ...path: string[]) {
  const number = text(json, ...path, 'value')
  return number && `${text(json, ...path, 'comparator') ?? ''}${number}`
}

const unitOf = (json: Json | undefined, ...path: string[]) =>
  text(json, ...path, 'unit') ?? text(json, ...path, 'code')

const ends = (json: Json | undefined, between: string) =>
  joined([quantity(json, 'low'), quantity(json, 'high')], between)

type Range = Pick<SentObservation, 'rangeLow' | 'rangeHigh' | 'rangeText'>

/** Bounds only when there is one usual range in the value's own unit; several (by age or sex) are told in words. */
function readRange(body: Node, unit: string | null): Range {
  const all = nodes(body, 'referenceRange')
  const usual = all.filter(
    (range) => range.type === undefined || codesOf(nodes(range, 'type')).includes('normal')
  )
  const [only, ...more] = usual.length > 0 ? usual : all
  if (!only) return { rangeLow: null, rangeHigh: null, rangeText: null }
  const units = [unitOf(only, 'low'), unitOf(only, 'high')].filter((each) => each !== null)
  const isOne =
    more.length === 0 &&
    usual.length > 0 &&
    units.every((each) => each === unit || each === text(body, 'valueQuantity', 'code'))
  if (isOne)
    return {
      rangeLow: quantity(only, 'low'),
      rangeHigh: quantity(only, 'high'),
      rangeText: text(only, 'text'),
    }
  return { rangeLow: null, rangeHigh: null, rangeText: joined([only, ...more].map(rangeWords), '; ') }
}

function rangeWords(range: Node) {
  const [low, high] = [quantity(range, 'low'), quantity(range, 'high')]
  const bounds = low && high ? `${low}–${high}` : low ? `≥${low}` : high && `≤${high}`
  const said = text(range, 'text') ?? joined([bounds, unitOf(range, 'low') ?? unitOf(range, 'high')], ' ')
  const whom = joined([wordsOf(range.type), ...nodes(range, 'appliesTo').map(wordsOf)], ', ')
  return said && (whom ? `${said} (${whom})` : said)
}

const flagWords: Record<string, string> = {
  low: 'L',
  high: 'H',
  normal: 'N',
  abnormal: 'A',
  'critical low': 'LL',
  'critical high': 'HH',
  critical: 'AA',
  'critical abnormal': 'AA',
}

/** The gravest of the laboratory's own flags; words count where it gave no code. */
function readFlag(body: Node) {
  const flags = nodes(body, 'interpretation').flatMap((concept) => {
    // Codings of one concept are one flag in several languages.
    const all = codesOf([concept])
    const code = all.find(isFlag) ?? all[0]
    return code?.slice(0, 20) ?? flagWords[wordsOf(concept)?.toLowerCase() ?? ''] ?? []
  })
  return gravest(flags)
}

const joined = (parts: (string | null | undefined)[], between: string) =>
  parts.filter(Boolean).join(between) || null
