import { listMerges, separateRecords } from '../../integrations/merging/store.ts'
import { href, paths } from '../../paths.ts'
import { staffChart } from '../../patients/chart.ts'
import { flash } from '../../web/flash.ts'
import { Routes } from '../../web/routes.ts'
import { SeparationPage } from './views.tsx'

export const staffMerges = new Routes()

staffMerges.get(paths.adminMergeSeparation, staffChart('record', 'patients'), async (c) => {
  const { db, chart, t } = c.var
  const [merges] = await db.batch([listMerges(db, chart)])
  const merge = merges.find(
    ({ id, survivorId }) => id === c.req.param('mergeId') && survivorId === chart.patientId
  )
  if (!merge) return c.notFound()
  return c.render(<SeparationPage merge={merge} patient={chart.patient} />, {
    title: t.merges.separateTitle,
    tab: 'patients',
  })
})

staffMerges.post(paths.adminMergeSeparation, staffChart('record', 'patients'), async (c) => {
  const { db, now, chart } = c.var
  if (!(await separateRecords(db, chart, c.req.param('mergeId'), now))) return c.notFound()
  flash(c, 'separated')
  return c.redirect(href(paths.adminPatient, { patientId: chart.patientId }), 303)
})
