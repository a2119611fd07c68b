import { anyone } from '../identity/viewer.ts'
import { paths } from '../paths.ts'
import { Routes } from '../web/routes.ts'
import { listResources } from './store.ts'
import { ResourcesPage } from './views.tsx'

export const resources = new Routes().get(paths.resources, anyone, async (c) => {
  const rows = await listResources(c.var.db)
  return c.render(<ResourcesPage resources={rows} language={c.var.language} />, {
    title: c.var.t.info.resources.title,
    tab: 'resources',
  })
})
