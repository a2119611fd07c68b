import { accessHistory } from '../en/access-history.ts'
import { announcements } from '../en/announcements.ts'
import { desk } from '../en/desk.ts'
import { details } from '../en/details.ts'
import { feeds } from '../en/feeds.ts'
import { health } from '../en/health.ts'
import { invitation } from '../en/invitation.ts'
import { inviteDesk } from '../en/invite-desk.ts'
import { joining } from '../en/joining.ts'
import { labDesk } from '../en/lab-desk.ts'
import { mailDesk } from '../en/mail-desk.ts'
import { merges } from '../en/merges.ts'
import { practice } from '../en/practice.ts'
import { rosters } from '../en/rosters.ts'
import { rounds } from '../en/rounds.ts'
import { schedule } from '../en/schedule.ts'
import { secondStep } from '../en/second-step.ts'
import { staff } from '../en/staff.ts'
import { staffAccounts } from '../en/staff-accounts.ts'
import { staffLocks } from '../en/staff-locks.ts'
import { timing } from '../en/timing.ts'
import { unmatched } from '../en/unmatched.ts'
import { uploads } from '../en/uploads.ts'
import { users } from '../en/users.ts'

export const en = {
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
}
