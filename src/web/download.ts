import type { RequestContext } from '../env.ts'
import { logError } from './log.ts'

type Kind = { name: string; type: string }

/**
 * A file that is written while it is taken: what nobody has asked for yet is neither read nor in memory. One that breaks
 * off is cut, so that no browser takes it for a whole one.
 */
export function download(c: RequestContext, { name, type }: Kind, portions: AsyncIterable<string>) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  // Whoever takes no more of it has done nothing wrong.
  const give = (portion: string) =>
    writer.write(encoder.encode(portion)).then(
      () => true,
      () => false
    )
  const write = async () => {
    try {
      for await (const portion of portions) if (!(await give(portion))) return
      await writer.close()
    } catch (error) {
      logError({ requestId: c.var.requestId, what: 'a download broke off' }, error)
      await writer.abort(error).catch(() => undefined)
    }
  }
  void write()
  return c.body(readable, 200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}"`,
  })
}
