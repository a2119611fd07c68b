import { signedIn } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { notificationKinds } from './notification.ts'
import { findUnwanted, saveWanted } from './store.ts'
import { NotificationsPage } from './views.tsx'

export const notifications = new Routes()

notifications.get(paths.notifications, signedIn, async (c) => {
  const { db, viewer, t } = c.var
  const unwanted = await findUnwanted(db, viewer)
  return c.render(<NotificationsPage unwanted={unwanted} />, { title: t.notifications.title })
})

// A box that is not ticked is not sent: what does not come is not wanted.
notifications.post(paths.notifications, signedIn, async (c) => {
  const { db, viewer, now, requestId } = c.var
  const fields = await readFields(c)
  const wanted = notificationKinds.filter((kind) => fields[kind] === 'yes')
  await saveWanted(db, viewer, wanted, requestId, now)
  flash(c, 'notificationsSaved')
  return c.redirect(paths.notifications, 303)
})
