export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** A clock that stands still until a test moves it. */
export class Clock {
  #at: number

  constructor(start = Date.now()) {
    this.#at = start
  }

  readonly now = () => new Date(this.#at)

  pass(milliseconds: number) {
    this.#at += milliseconds
    return this.now()
  }
}
