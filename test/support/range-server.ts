import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { RangeAnswer, RangeCall } from './range.ts'

declare module 'vitest' {
  interface ProvidedContext {
    rangeUrl: string
  }
}

/** What one test has listed, and what it was asked. */
type Desk = { answer: RangeAnswer; calls: RangeCall[] }

/**
 * A server that follows the range API of Have I Been Pwned: `GET /<desk>/<five hex digits>` lists `SUFFIX:COUNT`. A test
 * says at `/test/<desk>` how it answers, and reads there what it was asked.
 */
export default async function setup(project: TestProject) {
  const desks = new Map<string, Desk>()
  const server = createServer(async (request, response) => {
    const [, first = '', second = ''] = (request.url ?? '').split('/')
    const name = first === 'test' ? second : first
    const desk = desks.get(name) ?? { answer: { kind: 'list', lines: [] }, calls: [] }
    desks.set(name, desk)
    let body = ''
    for await (const chunk of request) body += chunk
    if (first === 'test') {
      if (request.method === 'PUT') desk.answer = JSON.parse(body)
      return response.end(JSON.stringify(desk.calls))
    }
    desk.calls.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    const { answer } = desk
    if (answer.kind === 'list') return response.end(answer.lines.join('\r\n'))
    if (answer.kind === 'status') {
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {})
      return response.end(answer.lines.join('\r\n'))
    }
    if (answer.kind === 'broken') return request.socket.destroy()
    if (answer.kind === 'half') response.write(answer.lines.join('\r\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.provide('rangeUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return () => {
    server.closeAllConnections()
    server.close()
  }
}
