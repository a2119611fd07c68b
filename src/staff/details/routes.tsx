import type { RequestContext } from '../../env.ts'
import { readBirthDate } from '../../identity/registration/birth-date.ts'
import { sha256 } from '../../identity/secret.ts'
import { href, paths } from '../../paths.ts'
import { type Chart, staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { again, blank, type Form, readForm } from '../../web/form.ts'
import { renderInvalid } from '../../web/page.tsx'
import { Routes } from '../../web/routes.ts'
import { portalStatus } from '../patient/status.ts'
import { DetailsForm, detailsOf, typedDetails } from './details.ts'
import { correctDetails, findCorrections } from './store.ts'
import { DetailsPage } from './views.tsx'

export const staffDetails = new Routes()

const door = staffChart('record', 'patients')
type Context = RequestContext & { var: { chart: Chart<'record'> } }

const head = (c: RequestContext) => ({ title: c.var.t.details.title, tab: 'patients' }) as const

/** What the page was made from: if that is no longer on file, somebody else was quicker. */
const seenOf = ({ var: { chart } }: Context) => sha256(JSON.stringify(detailsOf(chart.patient)))

async function pageWith(c: Context, form: Form) {
  const { chart, db, now, visit } = c.var
  const found = await findCorrections(db, chart)
  const typed = { ...form.typed, seen: await seenOf(c) }
  return (
    <DetailsPage
      {...found}
      patient={chart.patient}
      isLocked={portalStatus(chart.patient, found.newest, now) === 'locked'}
      mayInvite={visit.may('invitations')}
      form={{ ...form, typed }}
    />
  )
}

staffDetails.get(paths.adminPatientDetails, door, async (c) =>
  c.render(await pageWith(c, blank(typedDetails(detailsOf(c.var.chart.patient)))), head(c))
)

staffDetails.post(paths.adminPatientDetails, door, async (c) => {
  const { chart, db, now, t, visit } = c.var
  const { errors: words } = t.details
  const refuse = async (form: Form) => renderInvalid(c, await pageWith(c, form), head(c))
  const form = await readForm(c, DetailsForm, words)
  const { month = '', day = '', year = '' } = form.typed
  const isLeftOut = !chart.patient.birthDate && !`${month}${day}${year}`.trim()
  const born = isLeftOut
    ? { ok: true as const, date: null }
    : readBirthDate({ month, day, year }, now, visit.practice.timeZone)
  const wrongDate = born.ok ? {} : { [born.field]: t.invitation.birthDate[born.fault] }
  if (!form.ok || !born.ok) {
    const found: Form['errors'] = { ...(form.ok ? {} : form.form.errors), ...wrongDate }
    const asAsked = Object.keys(DetailsForm.entries).filter((field) => found[field])
    return refuse({
      typed: form.typed,
      errors: Object.fromEntries(asAsked.map((field) => [field, found[field] ?? ''])),
    })
  }

  const { seen, reason, givenName, familyName, phone, language } = form.value
  const becomes = { givenName, familyName, birthDate: born.date, phone, language }
  if (seen !== (await seenOf(c)) || !(await correctDetails(db, chart, becomes, reason, now)))
    return refuse(again(form.typed, words.changed))
  flash(c, 'saved')
  const { newest } = await findCorrections(db, chart)
  const isLocked = visit.may('invitations') && portalStatus(chart.patient, newest, now) === 'locked'
  const next = isLocked ? paths.adminInvitation : paths.adminPatient
  return c.redirect(href(next, { patientId: chart.patientId }), 303)
})
