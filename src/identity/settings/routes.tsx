import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { signedIn } from '../viewer.ts'
import { findSettings } from './store.ts'
import { SettingsPage } from './views.tsx'

export const settings = new Routes()

settings.get(paths.settings, signedIn, async (c) => {
  const facts = await findSettings(c.var.db, c.var.viewer.id, c.var.now)
  return c.render(<SettingsPage viewer={c.var.viewer} facts={facts} />, {
    title: c.var.t.settings.title,
    island: true,
  })
})
