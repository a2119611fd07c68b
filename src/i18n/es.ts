import { accessHistory } from './es/access-history.ts'
import { announcements } from './es/announcements.ts'
import { appointments } from './es/appointments.ts'
import { common, flash, nav, system } from './es/common.ts'
import { confirm } from './es/confirm.ts'
import { credentials } from './es/credentials.ts'
import { desk } from './es/desk.ts'
import { details } from './es/details.ts'
import { devices } from './es/devices.ts'
import { feeds } from './es/feeds.ts'
import { health } from './es/health.ts'
import { home } from './es/home.ts'
import { info } from './es/info.ts'
import { invitation } from './es/invitation.ts'
import { inviteDesk } from './es/invite-desk.ts'
import { joining } from './es/joining.ts'
import { kept } from './es/kept.ts'
import { labDesk } from './es/lab-desk.ts'
import { labs } from './es/labs.ts'
import { mail } from './es/mail.ts'
import { mailDesk } from './es/mail-desk.ts'
import { merges } from './es/merges.ts'
import { messages } from './es/messages.ts'
import { newPassword } from './es/new-password.ts'
import { notifications } from './es/notifications.ts'
import { passkeys } from './es/passkeys.ts'
import { practice } from './es/practice.ts'
import { record } from './es/record.ts'
import { recovery } from './es/recovery.ts'
import { rosters } from './es/rosters.ts'
import { rounds } from './es/rounds.ts'
import { schedule } from './es/schedule.ts'
import { secondStep } from './es/second-step.ts'
import { settings } from './es/settings.ts'
import { signIn } from './es/sign-in.ts'
import { staff } from './es/staff.ts'
import { staffAccounts } from './es/staff-accounts.ts'
import { staffLocks } from './es/staff-locks.ts'
import { timing } from './es/timing.ts'
import { unmatched } from './es/unmatched.ts'
import { unsubscribe } from './es/unsubscribe.ts'
import { uploads } from './es/uploads.ts'
import { users } from './es/users.ts'
import { viewing } from './es/viewing.ts'
import type { Dictionary } from './text.ts'

export const es = {
  common,
  flash,
  nav,
  system,
  signIn,
  confirm,
  details,
  devices,
  joining,
  kept,
  newPassword,
  notifications,
  passkeys,
  record,
  recovery,
  settings,
  credentials,
  rosters,
  rounds,
  schedule,
  secondStep,
  invitation,
  inviteDesk,
  home,
  messages,
  accessHistory,
  announcements,
  desk,
  appointments,
  labs,
  labDesk,
  timing,
  info,
  staff,
  practice,
  staffAccounts,
  mailDesk,
  merges,
  staffLocks,
  unmatched,
  unsubscribe,
  uploads,
  users,
  viewing,
  feeds,
  health,
  mail,
} satisfies Dictionary
