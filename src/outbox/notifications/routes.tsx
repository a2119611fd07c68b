import { signedIn } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { fieldOf, notificationKinds, recordsIn } from './notification.ts'
import { findUnwanted, saveWanted } from './store.ts'
import { NotificationsPage } from './views.tsx'

export const notifications = new Routes()

notifications.get(paths.notifications, signedIn, async (c) => {
  const { db, viewer, t } = c.var
  return c.render(<NotificationsPage records={await findUnwanted(db, viewer)} />, {
    title: t.notifications.title,
  })
})

// A box that is not ticked is not sent: what does not come is not wanted.
notifications.post(paths.notifications, signedIn, async (c) => {
  const { db, viewer, now, requestId } = c.var
  const fields = await readFields(c)
  const wanted = recordsIn(fields).map((patientId) => ({
    patientId,
    kinds: notificationKinds.filter((kind) => fields[fieldOf(patientId, kind)] === 'yes'),
  }))
  await saveWanted(db, viewer, wanted, requestId, now)
  flash(c, 'notificationsSaved')
  return c.redirect(paths.notifications, 303)
})
