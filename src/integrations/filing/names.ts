import type { Named } from './draft.ts'

/** A record, and the name it was first filed under. */
type Filed = { id: string; patientId: string; sourceId: string | null }
/** `records`: all that are called so. */
type Call = { name: string; recordId: string; records: Set<string> }

/**
 * What a sender calls its records. Its name for one is the resource and its id; some give new ids at every export, and are
 * known by the numbers that stay the same (R4: "conditional on identifier"). A number alone is not believed: orders,
 * specimens and series lend theirs to several.
 */
export class Names {
  readonly #said: Map<string, Named>
  readonly #known: Map<string, Set<string>>
  readonly #taken = new Set<string>()
  /** Names that are new. */
  readonly learnt: Call[] = []

  /** `known`: our ids of the records that were called so before. */
  constructor(said: Map<string, Named>, known: Map<string, Set<string>>) {
    this.#said = said
    this.#known = new Map([...known].map(([name, records]) => [name, new Set(records)]))
  }

  /**
   * The record of a patient that was filed under another name. `isSame`: whether it could be, by what it says; not asked
   * where its sender asks for the one with a number, and one alone has it.
   */
  find<R extends Filed>(name: string, patientId: string, rows: R[], isSame: (row: R) => boolean) {
    const { numbers = [], asked = [] } = this.#said.get(name) ?? {}
    const called = (names: string[]) =>
      rows.filter(
        (row) => row.patientId === patientId && names.some((each) => this.#known.get(each)?.has(row.id))
      )
    const wanted = called(asked)
    const sure = [...called([name]), ...(wanted.length === 1 ? wanted : [])]
    return this.take(sure, () => true) ?? this.take([...wanted, ...called(numbers)], isSame)
  }

  /** The first that could be it. No record is two things of one message. */
  take<R extends Filed>(rows: R[], isSame: (row: R) => boolean) {
    const found = rows.find((row) => !this.#taken.has(row.id) && isSame(row))
    if (found) this.#taken.add(found.id)
    return found
  }

  /** Whether its sender wants nothing done where it is on file. */
  isOnlyNew(name: string) {
    return this.#said.get(name)?.onlyNew === true
  }

  /** Notes what else a record is called. */
  learn(name: string, { id, sourceId }: { id: string; sourceId: string | null }) {
    const { numbers = [], asked = [] } = this.#said.get(name) ?? {}
    for (const each of new Set([...(name === sourceId ? [] : [name]), ...numbers, ...asked])) {
      const records = this.#known.get(each) ?? new Set()
      if (!records.has(id)) this.learnt.push({ name: each, recordId: id, records })
      this.#known.set(each, records.add(id))
    }
  }

  /** The one record that is called so, whatever it says. */
  only(name: string) {
    const [id, ...more] = this.#known.get(name) ?? []
    return more.length === 0 ? id : undefined
  }
}
