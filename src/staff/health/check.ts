/** How long something is asked before it counts as not answering (milliseconds). */
export const patience = 2000

/** An answer, or undefined from what does not answer in time or at all: a page about faults must not share them. */
export async function answerOf<T>(ask: () => Promise<T>): Promise<{ said: T } | undefined> {
  let bell: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    bell = setTimeout(() => resolve(undefined), patience)
  })
  try {
    return await Promise.race([ask().then((said) => ({ said })), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(bell)
  }
}
