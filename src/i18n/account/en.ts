import { credentials } from '../en/credentials.ts'
import { devices } from '../en/devices.ts'
import { newPassword } from '../en/new-password.ts'
import { notifications } from '../en/notifications.ts'
import { secondStep } from '../en/second-step.ts'
import { settings } from '../en/settings.ts'
import { timing } from '../en/timing.ts'
import { unsubscribe } from '../en/unsubscribe.ts'

export const en = {
  unsubscribe,
  settings,
  credentials,
  secondStep,
  devices,
  notifications,
  timing,
  newPassword,
}
