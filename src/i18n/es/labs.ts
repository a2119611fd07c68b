import type { labs as en } from '../en/labs.ts'

export const labs = {} satisfies typeof en
