import type { appointments as en } from '../en/appointments.ts'

export const appointments = {} satisfies typeof en
