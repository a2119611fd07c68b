import { accessHistory } from './en/access-history.ts'
import { announcements } from './en/announcements.ts'
import { appointments } from './en/appointments.ts'
import { common, flash, nav, system } from './en/common.ts'
import { confirm } from './en/confirm.ts'
import { credentials } from './en/credentials.ts'
import { desk } from './en/desk.ts'
import { details } from './en/details.ts'
import { devices } from './en/devices.ts'
import { feeds } from './en/feeds.ts'
import { health } from './en/health.ts'
import { home } from './en/home.ts'
import { info } from './en/info.ts'
import { invitation } from './en/invitation.ts'
import { inviteDesk } from './en/invite-desk.ts'
import { joining } from './en/joining.ts'
import { kept } from './en/kept.ts'
import { labDesk } from './en/lab-desk.ts'
import { labs } from './en/labs.ts'
import { mail } from './en/mail.ts'
import { mailDesk } from './en/mail-desk.ts'
import { merges } from './en/merges.ts'
import { messages } from './en/messages.ts'
import { newPassword } from './en/new-password.ts'
import { notifications } from './en/notifications.ts'
import { passkeys } from './en/passkeys.ts'
import { practice } from './en/practice.ts'
import { record } from './en/record.ts'
import { recovery } from './en/recovery.ts'
import { rosters } from './en/rosters.ts'
import { rounds } from './en/rounds.ts'
import { schedule } from './en/schedule.ts'
import { secondStep } from './en/second-step.ts'
import { settings } from './en/settings.ts'
import { signIn } from './en/sign-in.ts'
import { staff } from './en/staff.ts'
import { staffAccounts } from './en/staff-accounts.ts'
import { staffLocks } from './en/staff-locks.ts'
import { timing } from './en/timing.ts'
import { unmatched } from './en/unmatched.ts'
import { unsubscribe } from './en/unsubscribe.ts'
import { uploads } from './en/uploads.ts'
import { users } from './en/users.ts'
import { viewing } from './en/viewing.ts'

export const en = {
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
}
