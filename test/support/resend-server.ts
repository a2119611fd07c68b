import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { Script, SentMail } from './resend-script.ts'

/** What one API key, which is one test, has asked and been told. */
type Desk = { script: Script[]; calls: SentMail[]; byKey: Map<string, { body: string; id: string }> }

const desks = new Map<string, Desk>()
const deskOf = (key: string) => {
  let desk = desks.get(key)
  if (!desk) {
    desk = { script: [], calls: [], byKey: new Map() }
    desks.set(key, desk)
  }
  return desk
}

/**
 * A server that follows Resend's published API for `POST /emails`: Bearer keys, idempotency keys, its errors by name.
 * A test scripts the next answers for its own API key at `/test/<key>` and reads there what arrived.
 */
export default async function setup(project: TestProject) {
  const server = createServer(async (request, response) => {
    const body = await read(request)
    const url = new URL(request.url ?? '/', 'http://resend.test')
    if (url.pathname.startsWith('/test/')) return control(request, response, url.pathname.slice(6), body)
    if (request.method !== 'POST' || url.pathname !== '/emails')
      return error(response, 404, 'not_found', 'The requested endpoint does not exist')
    const key = /^Bearer (re_\w+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!key) return error(response, 401, 'missing_api_key', 'Missing API key in the authorization header')
    take(request, response, deskOf(key), body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  project.provide('resendUrl', `http://127.0.0.1:${port}`)
  return () => {
    server.closeAllConnections()
    server.close()
  }
}

function take(request: IncomingMessage, response: ServerResponse, desk: Desk, body: string) {
  const script = desk.script.shift() ?? 'ok'
  const idempotencyKey = String(request.headers['idempotency-key'] ?? '')
  const mail = JSON.parse(body) as SentMail['mail']
  const call: SentMail = { idempotencyKey, mail, answer: script, accepted: false }
  desk.calls.push(call)

  if (script === 'limit' || (typeof script === 'object' && 'retryAfter' in script)) {
    const seconds = typeof script === 'object' ? script.retryAfter : 1
    return error(response, 429, 'rate_limit_exceeded', 'Too many requests', {
      'retry-after': String(seconds),
    })
  }
  if (script === 'quota') return error(response, 429, 'daily_quota_exceeded', 'Daily quota exceeded')
  if (script === 'bad key') return error(response, 403, 'invalid_api_key', 'API key is invalid')
  if (script === 'invalid') return error(response, 422, 'validation_error', 'Invalid `to` field')
  if (script === 'broken') return error(response, 500, 'application_error', 'An unexpected error occurred')
  if (script === 'proxy') {
    response.writeHead(502, { 'content-type': 'text/html' })
    return response.end('<h1>Bad gateway</h1>')
  }
  if (script === 'empty error') {
    response.writeHead(500, { 'content-type': 'application/json' })
    return response.end('null')
  }
  if (script === 'busy')
    return error(response, 409, 'concurrent_idempotent_requests', 'Same key, request in progress')
  if (script === 'elsewhere') {
    response.writeHead(307, { location: '/emails' })
    return response.end()
  }
  if (script === 'garbled') {
    response.writeHead(409, { 'content-type': 'text/html' })
    return response.end('<h1>Conflict</h1>')
  }
  if (script === 'reset before') return request.socket.destroy()
  if (script === 'never') return

  const known = desk.byKey.get(idempotencyKey)
  if (known && known.body !== body)
    return error(response, 409, 'invalid_idempotent_request', 'Same key used with a different payload')
  const id = known?.id ?? (typeof script === 'object' ? script.id : crypto.randomUUID())
  if (!known) {
    call.accepted = true
    desk.byKey.set(idempotencyKey, { body, id })
  }
  if (script === 'reset after') return request.socket.destroy()
  if (script === 'silent after') return
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ id }))
}

function control(request: IncomingMessage, response: ServerResponse, key: string, body: string) {
  const desk = deskOf(key)
  if (request.method === 'PUT') desk.script = JSON.parse(body)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(desk.calls))
}

function error(
  response: ServerResponse,
  statusCode: number,
  name: string,
  message: string,
  headers: Record<string, string> = {}
) {
  response.writeHead(statusCode, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ statusCode, name, message }))
}

async function read(request: IncomingMessage) {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
