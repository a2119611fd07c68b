import { accessHistory } from '../es/access-history.ts'
import { announcements } from '../es/announcements.ts'
import { desk } from '../es/desk.ts'
import { details } from '../es/details.ts'
import { feeds } from '../es/feeds.ts'
import { health } from '../es/health.ts'
import { invitation } from '../es/invitation.ts'
import { inviteDesk } from '../es/invite-desk.ts'
import { joining } from '../es/joining.ts'
import { labDesk } from '../es/lab-desk.ts'
import { mailDesk } from '../es/mail-desk.ts'
import { merges } from '../es/merges.ts'
import { practice } from '../es/practice.ts'
import { rosters } from '../es/rosters.ts'
import { rounds } from '../es/rounds.ts'
import { schedule } from '../es/schedule.ts'
import { secondStep } from '../es/second-step.ts'
import { staff } from '../es/staff.ts'
import { staffAccounts } from '../es/staff-accounts.ts'
import { staffLocks } from '../es/staff-locks.ts'
import { timing } from '../es/timing.ts'
import { unmatched } from '../es/unmatched.ts'
import { uploads } from '../es/uploads.ts'
import { users } from '../es/users.ts'
import type { en } from './en.ts'

export const es = {
  invitation,
  staff,
  practice,
  staffAccounts,
  staffLocks,
  mailDesk,
  inviteDesk,
  rosters,
  rounds,
  schedule,
  details,
  desk,
  labDesk,
  announcements,
  merges,
  unmatched,
  uploads,
  feeds,
  health,
  accessHistory,
  users,
  joining,
  timing,
  secondStep,
} satisfies typeof en
