import type { info as en } from '../en/info.ts'

export const info = {} satisfies typeof en
