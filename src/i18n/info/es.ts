import { info } from '../es/info.ts'
import type { en } from './en.ts'

export const es = { info } satisfies typeof en
