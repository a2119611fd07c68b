import type { SentAppointment } from './appointment.ts'
import type { SentEncounter } from './encounter.ts'
import type { SentObservation } from './observation.ts'
import type { SentPatient } from './patient.ts'
import type { SentReport } from './report.ts'

/** What a bundle asks to be filed, before anyone knows what is on file already. */
export type Draft = {
  patients: SentPatient[]
  encounters: SentEncounter[]
  appointments: SentAppointment[]
  reports: SentReport[]
  /** By name; each stands in at most one report. */
  observations: Map<string, SentObservation>
  skipped: Skips
}

/** What was left out and why, counted: no names, no values. */
export class Skips {
  readonly #counts = new Map<string, { what: string; why: string; count: number }>()

  add(what: string, why: string) {
    const key = `${what} ${why}`
    const known = this.#counts.get(key)
    if (known) known.count++
    else this.#counts.set(key, { what, why, count: 1 })
  }

  copy() {
    const same = new Skips()
    for (const [key, skip] of this.#counts) same.#counts.set(key, { ...skip })
    return same
  }

  get list() {
    return [...this.#counts.values()]
  }
}
