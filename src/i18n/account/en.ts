import { credentials } from '../en/credentials.ts'
import { devices } from '../en/devices.ts'
import { invitation } from '../en/invitation.ts'
import { joining } from '../en/joining.ts'
import { newPassword } from '../en/new-password.ts'
import { notifications } from '../en/notifications.ts'
import { recovery } from '../en/recovery.ts'
import { secondStep } from '../en/second-step.ts'
import { settings } from '../en/settings.ts'
import { timing } from '../en/timing.ts'
import { unsubscribe } from '../en/unsubscribe.ts'

export const en = {
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
}
