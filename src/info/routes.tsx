import { anyone, machineProbe } from '../identity/viewer.ts'
import { paths } from '../paths.ts'
import { Routes } from '../web/routes.ts'
import { HelpPage, PartsPage } from './views.tsx'

export const info = new Routes()

info.get(paths.health, machineProbe, (c) => c.text('ok'))

info.get(paths.help, anyone, (c) =>
  c.render(<HelpPage practice={c.var.visit.practice} />, { title: c.var.t.info.help.title })
)

info.get(paths.accessibility, anyone, (c) => {
  const { title, parts } = c.var.t.info.accessibility
  const { name, phone } = c.var.visit.practice
  return c.render(<PartsPage title={title} parts={parts(name, phone)} listed />, { title })
})

info.get(paths.terms, anyone, (c) => {
  const { title, version, parts } = c.var.t.info.terms
  const { practice } = c.var.visit
  return c.render(
    <PartsPage title={title} intro={version(practice.termsVersion)} parts={parts(practice.name)} />,
    { title }
  )
})

info.get(paths.privacy, anyone, (c) => {
  const { title, parts } = c.var.t.info.privacy
  return c.render(<PartsPage title={title} parts={parts(c.var.visit.practice.name)} />, { title })
})
