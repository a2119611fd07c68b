import { appointments } from '../es/appointments.ts'
import { common, flash, nav, system } from '../es/common.ts'
import { confirm } from '../es/confirm.ts'
import { home } from '../es/home.ts'
import { kept } from '../es/kept.ts'
import { labs } from '../es/labs.ts'
import { messages } from '../es/messages.ts'
import { passkeys } from '../es/passkeys.ts'
import { signIn } from '../es/sign-in.ts'
import { viewing } from '../es/viewing.ts'
import type { en } from './en.ts'

export const es = {
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
} satisfies typeof en
