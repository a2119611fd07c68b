import type { SentAppointment } from './appointment.ts'
import type { SentEncounter } from './encounter.ts'
import type { SentObservation } from './observation.ts'
import type { SentMerge, SentPatient } from './patient.ts'
import type { SentReport } from './report.ts'

/** What a bundle asks to be filed, before anyone knows what is on file already. */
export type Draft = {
  patients: SentPatient[]
  merges: SentMerge[]
  encounters: SentEncounter[]
  appointments: SentAppointment[]
  reports: SentReport[]
  /** By name; each stands in at most one report. */
  observations: Map<string, SentObservation>
  /** What else its sender says of who or what a record is, by the record's name. */
  named: Map<string, Named>
  skipped: Skips
  /** Whether a patient nobody knows is taken into the files: a roster does that, a result does not. */
  mayRegister: boolean
  /**
   * What makes one version of a result newer than another. FHIR says when each was last changed; HL7 v2 sends old ones
   * again under a new time, so that there a correction beats what was final, whenever it comes.
   */
  newest: 'by-time' | 'by-status'
}

/** `numbers`: what it bears, as names. `asked`: by which its sender wants it found. `onlyNew`: what is on file stays as it is. */
export type Named = { numbers: string[]; asked: string[]; onlyNew: boolean }

/** A draft with nothing in it yet. */
export const emptyDraft = (kind: Pick<Draft, 'mayRegister' | 'newest'>): Draft => ({
  patients: [],
  merges: [],
  encounters: [],
  appointments: [],
  reports: [],
  observations: new Map(),
  named: new Map(),
  skipped: new Skips(),
  ...kind,
})

/** What was left out and why, counted: no names, no values. */
export class Skips {
  readonly reasons = new Map<string, string>()
  readonly #counts = new Map<string, { what: string; why: string; count: number }>()

  /** `name`: which one, where the sender gets an answer for each. */
  add(what: string, why: string, name?: string) {
    if (name) this.reasons.set(name, why)
    const key = `${what} ${why}`
    const known = this.#counts.get(key)
    if (known) known.count++
    else this.#counts.set(key, { what, why, count: 1 })
  }

  copy() {
    const same = new Skips()
    for (const [key, skip] of this.#counts) same.#counts.set(key, { ...skip })
    for (const [name, why] of this.reasons) same.reasons.set(name, why)
    return same
  }

  get list() {
    return [...this.#counts.values()]
  }
}

/** The same draft, with what comes under the name of a merged record under that of its survivor. */
export function renameSubjects(draft: Draft, survivors: Map<string, string>): Draft {
  const rename = (name: string) => {
    let renamed = survivors.get(name) ?? name
    for (const [old, now] of survivors) renamed = renamed.replace(`|${old}|`, `|${now}|`)
    return renamed
  }
  const renamed = <Sent extends { subject: string | undefined; sourceId: string }>(sent: Sent): Sent => ({
    ...sent,
    subject: sent.subject && rename(sent.subject),
    sourceId: rename(sent.sourceId),
  })
  return {
    ...draft,
    patients: draft.patients.map((sent) => ({ ...sent, sourceId: rename(sent.sourceId) })),
    encounters: draft.encounters.map(renamed),
    appointments: draft.appointments.map(renamed),
    reports: draft.reports.map((sent) => ({ ...renamed(sent), results: sent.results.map(rename) })),
    observations: new Map([...draft.observations].map(([name, sent]) => [rename(name), renamed(sent)])),
    named: new Map([...draft.named].map(([name, said]) => [rename(name), said])),
  }
}
