/**
 * Ways to reach a record past the door, each of which must not compile. Nothing here runs: `tsc --noEmit` is the test,
 * and it fails when one of them starts to work.
 */
import { Hono } from 'hono'
import type { Db } from '../src/db/client.ts'
import { anyone, signedIn } from '../src/identity/viewer.ts'
import { addReply, findThread } from '../src/messages/store.ts'
import type { Part } from '../src/parts/part.ts'
import { href, paths } from '../src/paths.ts'
import { Chart, chart, readableChart, staffChart } from '../src/patients/chart.ts'
import { Routes } from '../src/web/routes.ts'

declare const db: Db
declare const reply: Parameters<typeof addReply>[3]
declare const work: Parameters<typeof addReply>[4]
declare const part: Part
const routes = new Routes()

// @ts-expect-error 1: a route that names no access
routes.get('/x', (c) => c.text('x'))

// @ts-expect-error 2: a handler that wants a chart its door does not grant
routes.get('/x', anyone, (c) => c.text(c.var.chart.patientId))

// @ts-expect-error 3: a patient's id instead of a chart
findThread(db, 'rosa-chart', 'refill')

// 4: everything one can see of a chart, made by hand
declare const forged: Pick<Chart<'messages'>, keyof Chart<'messages'>>
// @ts-expect-error the key itself cannot be made by hand
findThread(db, forged, 'refill')

// @ts-expect-error 5: a chart made by its constructor
new Chart('vera', 'rosa-chart', 'patient', null, 'labs', 'request')

// @ts-expect-error 6: another Hono application among the slices
part.slices.push(new Hono())

// @ts-expect-error 7: a parameter the path does not have
routes.get('/p/:patientId', chart('labs'), (c) => c.text(c.req.param('patentId').length))

routes.get('/p/:patientId', chart('appointments'), async (c) =>
  // @ts-expect-error 8: a chart opened for appointments that reads messages
  c.json(await findThread(c.var.db, c.var.chart, 'refill'))
)

// @ts-expect-error 9: a staff page without the permission it needs
staffChart('messages')

// @ts-expect-error 10: a signed-in account is not a chart
routes.get('/x', signedIn, async (c) => c.json(await findThread(c.var.db, c.var.viewer, 'refill')))

// @ts-expect-error 11: a link that leaves its parameter out
href(paths.thread, { patientId: 'rosa-chart' })

routes.get('/p/:patientId', readableChart('messages'), async (c) =>
  // @ts-expect-error 12: someone who only looks, and writes
  c.json(await addReply(c.var.db, c.var.chart, 'refill', reply, work, 'en', new Date()))
)
