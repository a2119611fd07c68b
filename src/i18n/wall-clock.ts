const day = 86_400_000

/**
 * The moment a clock on the wall of the zone shows a time. A time that comes twice means the first; one the spring
 * change skips means as long after the change.
 */
export function instant(date: string, time: string, timeZone: string) {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const before = wall - offset(wall - day, timeZone)
  if (before + offset(before, timeZone) === wall) return before
  const after = wall - offset(wall + day, timeZone)
  return after + offset(after, timeZone) === wall ? after : before
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds the zone's clocks are ahead of UTC at that moment. */
function offset(at: number, timeZone: string) {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    clocks.set(timeZone, clock)
  }
  const shown = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const wall = Date.parse(`${shown.year}-${shown.month}-${shown.day}T${shown.hour}:${shown.minute}:00Z`)
  return wall - Math.floor(at / 60_000) * 60_000
}
