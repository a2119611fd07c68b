import { home } from '../home/routes.tsx'
import { portalWords } from '../i18n/portal/words.ts'
import { confirm } from '../identity/confirm/routes.tsx'
import { kept } from '../identity/kept/routes.tsx'
import { signIn } from '../identity/sign-in/routes.tsx'
import { messageFiles } from '../messages/files/routes.tsx'
import { messages } from '../messages/routes.tsx'
import { messageSearch } from '../messages/search/routes.tsx'
import { withdrawal } from '../messages/withdrawal/routes.ts'
import { writing } from '../messages/writing/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [signIn, confirm, kept, messageFiles, writing, withdrawal, messageSearch, messages, home],
  words: portalWords,
}
