import { words } from '../text.ts'
import { en } from './en.ts'

export const portalWords = words(en, async () => (await import('./es.ts')).es)
