import { type AuditEntry, audit } from '../audit/record.ts'
import type { RequestContext } from '../env.ts'
import { readUnsent } from '../identity/kept/keeping.ts'
import { renderRefused } from '../identity/kept/unsent.tsx'
import { may, type Permission } from '../identity/permissions.ts'
import { isConfirmed } from '../identity/session.ts'
import { refuse, toSignIn } from '../identity/viewer.ts'
import { loadVisit, type Patient, type Viewer, type Visit, type VisitRecord } from '../identity/visit.ts'
import { href, paths, withQuery } from '../paths.ts'
import { flash } from '../web/flash.ts'
import type { Access } from '../web/routes.ts'

export type Scope = 'record' | 'messages' | 'appointments' | 'labs' | 'sharing'
export type Via = VisitRecord['via']

/**
 * A patient's record, opened to be looked at for one purpose. Stores that only read take this; those that write take a
 * `Chart`, which this is only for those who may write.
 */
export class ReadableChart<S extends Scope> {
  readonly #scope: S
  readonly #requestId: string
  readonly viewer: Viewer
  readonly patient: Patient
  readonly patientId: string
  readonly via: Via
  /** What a caregiver is to the patient. */
  readonly relationship: string | null
  /** What a caregiver opened it by. */
  readonly grantId: string | null

  protected constructor(
    viewer: Viewer,
    { patient, via, relationship, grantId }: VisitRecord,
    scope: S,
    requestId: string
  ) {
    this.viewer = viewer
    this.patient = patient
    this.patientId = patient.id
    this.via = via
    this.relationship = relationship
    this.grantId = grantId
    this.#scope = scope
    this.#requestId = requestId
  }

  /** For the patient, for a caregiver with a live grant, and for staff who look at it as the patient sees it. */
  static openToRead<S extends Scope>(visit: Visit, scope: S, requestId: string) {
    const { viewer, record } = visit
    const isViewing = viewer && record?.via === 'view' && may(viewer.staffRole, 'view-as')
    return isViewing
      ? new ReadableChart(viewer, record, scope, requestId)
      : Chart.open(visit, scope, requestId)
  }

  /** The same record to write in. Undefined for who only looks. */
  get writable(): Chart<S> | undefined {
    return Chart.isIn(this) ? this : undefined
  }

  /** Whose marks of what was read are shown: who looks at it as the patient sees it, sees the patient's. */
  get readerId() {
    return this.via === 'view' ? (this.patient.accountId ?? '') : this.viewer.id
  }

  /** Whose unsent words are shown: nobody's to who only looks. */
  get writerId() {
    return this.writable?.viewer.id ?? ''
  }

  /** The audit entry for something the viewer did here. `subjectId` is the opaque id of what it was done to. */
  did(action: string, at: Date, subjectId: string | null = null): AuditEntry {
    const isStaff = this.via === 'staff' || this.via === 'view'
    return {
      at,
      accountId: this.viewer.id,
      actor: isStaff ? (this.viewer.staffRole ?? 'staff') : this.via,
      patientId: this.patientId,
      action: `${this.#scope}.${action}`,
      subjectId,
      requestId: this.#requestId,
    }
  }
}

/** A patient's record, opened to be read and written in. Stores take it, never a bare patient id. */
export class Chart<S extends Scope> extends ReadableChart<S> {
  // Without a field of its own a readable chart would pass for one.
  readonly #pen = true

  static isIn<S extends Scope>(opened: ReadableChart<S>): opened is Chart<S> {
    return #pen in opened
  }

  /** For the patient and for a caregiver with a live grant. Undefined for everyone else, staff included. */
  static open<S extends Scope>(visit: Visit, scope: S, requestId: string) {
    const { viewer, record } = visit
    if (!viewer || !record || record.via === 'staff' || record.via === 'view') return undefined
    return new Chart(viewer, record, scope, requestId)
  }

  /** For staff whose role holds the permission. Undefined for everyone else. */
  static openForStaff<S extends Scope>(visit: Visit, scope: S, permission: Permission, requestId: string) {
    const { viewer, record } = visit
    if (!viewer || !record || !may(viewer.staffRole, permission)) return undefined
    return new Chart(viewer, { ...record, via: 'staff', relationship: null, grantId: null }, scope, requestId)
  }
}

/** The patient, or a caregiver with a live grant. To anyone else the page does not exist. */
export const chart = <S extends Scope>(scope: S): Access<{ chart: Chart<S> }> => ({
  label: `chart:${scope}`,
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer) return toSignIn(c, visit)
    const opened = Chart.open(visit, scope, c.var.requestId)
    if (!opened) return refused(c, visit.viewer, scope)
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/**
 * The same, and staff who look at it as the patient sees it: pages that show the record and change nothing. Who looked
 * for as long as one may is asked for a reason again.
 */
export const readableChart = <S extends Scope>(scope: S): Access<{ chart: ReadableChart<S> }> => ({
  label: `readable chart:${scope}`,
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer) return toSignIn(c, visit)
    const opened = ReadableChart.openToRead(visit, scope, c.var.requestId)
    if (!opened && visit.view && visit.may('view-as')) {
      flash(c, 'viewOver')
      return c.redirect(href(paths.adminView, { patientId: visit.view.patientId }), 303)
    }
    if (!opened) return refused(c, visit.viewer, scope)
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/**
 * The same, once the password or a passkey was given a moment ago: what leaves the portal is not for whoever finds a
 * session open. Everyone else gives it once more and comes to the page that offers the files.
 */
export const confirmedChart = <S extends Scope>(scope: S): Access<{ chart: Chart<S> }> => ({
  label: `confirmed chart:${scope}`,
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer || !visit.session) return toSignIn(c, visit)
    const opened = Chart.open(visit, scope, c.var.requestId)
    if (!opened) return refused(c, visit.viewer, scope)
    if (!isConfirmed(visit.session, c.var.now)) {
      const next = href(paths.record, { patientId: opened.patientId })
      return c.redirect(withQuery(paths.confirm, { next }), 303)
    }
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/** The patient alone, for what nobody decides for them. To a caregiver the page does not exist. */
export const ownChart = <S extends Scope>(scope: S): Access<{ chart: Chart<S> }> => ({
  label: `own chart:${scope}`,
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer) return toSignIn(c, visit)
    const opened = Chart.open(visit, scope, c.var.requestId)
    if (opened?.via !== 'patient') return refused(c, visit.viewer, scope)
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/**
 * A caregiver alone, at the record of someone they help. `after` may know why it is closed to someone, and what to
 * answer them.
 */
export const caregiverChart = (
  after?: (c: RequestContext, viewer: Viewer) => Promise<Response | undefined>
): Access<{ chart: Chart<'record'> }> => ({
  label: 'caregiver chart',
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer) return toSignIn(c, visit)
    const opened = Chart.open(visit, 'record', c.var.requestId)
    if (opened?.via !== 'caregiver')
      return (await after?.(c, visit.viewer)) ?? refused(c, visit.viewer, 'record')
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/** Staff whose role holds the permission, at one patient's record. */
export const staffChart = <S extends Scope>(
  scope: S,
  permission: Permission
): Access<{ chart: Chart<S> }> => ({
  label: `staff chart:${scope}:${permission}`,
  async enter(c, next) {
    const visit = await loadVisit(c, c.req.param('patientId'))
    if (!visit.viewer) return toSignIn(c, visit)
    const opened = Chart.openForStaff(visit, scope, permission, c.var.requestId)
    if (!opened) return refused(c, visit.viewer, scope)
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
})

/**
 * Staff at one conversation, or a file of one: who answers every one, and the front desk at those in its queues. To
 * others, and in another queue, it does not exist.
 */
export const staffThread: Access<{ chart: Chart<'messages'> }> = {
  label: 'staff thread',
  async enter(c, next) {
    const { patientId = null, ...named } = c.req.param() as Record<string, string>
    const visit = await loadVisit(c, patientId, named)
    if (!visit.viewer) return toSignIn(c, visit)
    const permission = visit.answeredBy === 'front-desk' ? 'desk-messages' : 'messages'
    const opened = Chart.openForStaff(visit, 'messages', permission, c.var.requestId)
    if (!opened) return refused(c, visit.viewer, 'messages')
    recordOpening(c, opened)
    c.set('chart', opened)
    await next()
  },
}

/** No log, no read: the entry rides in the batch that reads what the page shows. */
function recordOpening(c: RequestContext, opened: ReadableChart<Scope>) {
  const { patientId: _, ...params } = c.req.param() as Record<string, string>
  c.var.db.alongside(
    audit(c.var.db, opened.did('read', c.var.now, Object.values(params)[0]?.slice(0, 40) ?? null))
  )
}

/** How long a closed door waits for a body that does not end, in milliseconds. */
const patience = 5000

/** Access may have ended while they wrote: what they typed is theirs, and is given back to be copied. */
async function refused(c: RequestContext, viewer: Viewer, scope: Scope) {
  const { record } = c.var.visit
  if (c.req.method === 'GET' && record?.via === 'view' && c.var.visit.may('view-as')) {
    flash(c, 'viewOnly')
    return c.redirect(href(paths.home, { patientId: record.patient.id }), 303)
  }
  refuse(c, viewer, record?.patient.id ?? null, scope)
  const tired = new Promise<undefined>((resolve) => setTimeout(resolve, patience))
  const unsent = c.req.method === 'POST' ? await Promise.race([readUnsent(c), tired]) : undefined
  return unsent ? renderRefused(c, unsent) : c.notFound()
}
