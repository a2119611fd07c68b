import { staff } from '../../identity/viewer.ts'
import { paths } from '../../paths.ts'
import { Routes } from '../../web/routes.ts'
import { readFigures } from './store.ts'
import { FiguresPage } from './views.tsx'

export const messageFigures = new Routes()

messageFigures.get(paths.adminFigures, staff('messages'), async (c) => {
  const figures = await readFigures(c.var.db, c.var.now)
  return c.render(<FiguresPage figures={figures} />, {
    title: c.var.t.desk.figures.title,
    tab: 'messages',
  })
})
