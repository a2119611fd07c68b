import { accountWords } from '../i18n/account/words.ts'
import { credentials } from '../identity/credentials/routes.tsx'
import { devices } from '../identity/devices/routes.tsx'
import { joining } from '../identity/joining/routes.tsx'
import { passkeys } from '../identity/passkeys/routes.tsx'
import { recovery } from '../identity/recovery/routes.tsx'
import { registration } from '../identity/registration/routes.tsx'
import { secondStep } from '../identity/second-step/routes.tsx'
import { settings } from '../identity/settings/routes.tsx'
import { signInSecondStep } from '../identity/sign-in/second-step/routes.tsx'
import { resultTiming } from '../labs/timing/routes.tsx'
import { notifications } from '../outbox/notifications/routes.tsx'
import { unsubscribe } from '../outbox/unsubscribe/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [
    recovery,
    registration,
    joining,
    settings,
    credentials,
    passkeys,
    secondStep,
    signInSecondStep,
    resultTiming,
    devices,
    notifications,
    unsubscribe,
  ],
  words: accountWords,
}
