import { appointments } from '../en/appointments.ts'
import { common, flash, nav, system } from '../en/common.ts'
import { confirm } from '../en/confirm.ts'
import { home } from '../en/home.ts'
import { kept } from '../en/kept.ts'
import { labs } from '../en/labs.ts'
import { messages } from '../en/messages.ts'
import { passkeys } from '../en/passkeys.ts'
import { signIn } from '../en/sign-in.ts'
import { viewing } from '../en/viewing.ts'

export const en = {
  common,
  flash,
  nav,
  system,
  signIn,
  confirm,
  kept,
  home,
  messages,
  appointments,
  labs,
  passkeys,
  viewing,
}
