import { portalWords } from '../i18n/portal/words.ts'
import { reportFiles } from '../labs/files/routes.tsx'
import { labHistory } from '../labs/history/routes.tsx'
import { labs } from '../labs/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = { slices: [labs, labHistory, reportFiles], words: portalWords }
