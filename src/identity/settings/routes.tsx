import { isLanguage, keepLanguage } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import { flash } from '../../web/flash.ts'
import { readFields } from '../../web/form.ts'
import { Routes } from '../../web/routes.ts'
import { signedIn } from '../viewer.ts'
import { findSettings, saveLanguage } from './store.ts'
import { SettingsPage } from './views.tsx'

export const settings = new Routes()

settings.get(paths.settings, signedIn, async (c) => {
  const facts = await findSettings(c.var.db, c.var.viewer, c.var.now)
  return c.render(<SettingsPage viewer={c.var.viewer} facts={facts} />, {
    title: c.var.t.settings.title,
    island: true,
  })
})

settings.post(paths.language, signedIn, async (c) => {
  const { language } = await readFields(c)
  // The page offers one button; anything else did not come from it.
  if (isLanguage(language)) {
    await saveLanguage(c.var.db, c.var.viewer, language, c.var.requestId, c.var.now)
    keepLanguage(c, language)
    flash(c, 'languageSaved')
  }
  return c.redirect(paths.settings, 303)
})
