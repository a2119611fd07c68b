import { appointments } from './es/appointments.ts'
import { common, flash, nav, system } from './es/common.ts'
import { confirm } from './es/confirm.ts'
import { home } from './es/home.ts'
import { info } from './es/info.ts'
import { invitation } from './es/invitation.ts'
import { labs } from './es/labs.ts'
import { mail } from './es/mail.ts'
import { messages } from './es/messages.ts'
import { newPassword } from './es/new-password.ts'
import { settings } from './es/settings.ts'
import { signIn } from './es/sign-in.ts'
import { staff } from './es/staff.ts'
import { secondStep } from './es/second-step.ts'
import { recovery } from './es/recovery.ts'
import { passkeys } from './es/passkeys.ts'
import type { Dictionary } from './text.ts'

export const es = {
import { staffAccounts } from './es/staff-accounts.ts'
  common,
  flash,
  nav,
  system,
  signIn,
  confirm,
  newPassword,
  settings,
  invitation,
  home,
  messages,
  appointments,
  passkeys,
  recovery,
  labs,
  info,
  staff,
  credentials,
  secondStep,
  mail,
} satisfies Dictionary
  staffAccounts,
