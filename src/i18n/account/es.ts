import { credentials } from '../es/credentials.ts'
import { devices } from '../es/devices.ts'
import { invitation } from '../es/invitation.ts'
import { joining } from '../es/joining.ts'
import { newPassword } from '../es/new-password.ts'
import { notifications } from '../es/notifications.ts'
import { recovery } from '../es/recovery.ts'
import { secondStep } from '../es/second-step.ts'
import { settings } from '../es/settings.ts'
import { timing } from '../es/timing.ts'
import { unsubscribe } from '../es/unsubscribe.ts'
import type { en } from './en.ts'

export const es = {
  invitation,
  joining,
  recovery,
  unsubscribe,
  settings,
  credentials,
  secondStep,
  devices,
  notifications,
  timing,
  newPassword,
} satisfies typeof en
