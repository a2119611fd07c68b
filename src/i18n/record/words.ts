import { portalWords } from '../portal/words.ts'
import { words } from '../text.ts'
import { en } from './en.ts'

export const recordWords = words(en, async () => (await import('./es.ts')).es, portalWords)
