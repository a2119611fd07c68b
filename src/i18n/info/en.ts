import { info } from '../en/info.ts'

export const en = { info }
