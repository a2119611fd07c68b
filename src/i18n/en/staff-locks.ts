export const staffLocks = {
  title: 'Wrong tries at sign-in',
  none: 'There are no wrong tries. Nothing is paused.',
  intro:
    'After 5 wrong tries there is a pause, up to an hour. Forgot Password works at all times and ends a pause on the password. Make sure who is calling before you clear the tries.',
  person: 'Name',
  tries: 'Wrong tries',
  count: (tries: number) => `${tries} wrong ${tries === 1 ? 'try' : 'tries'}`,
  purposes: {
    'sign-in': 'Password on a new device',
    device: 'Password on a device used before',
    'second-step': 'Security code',
    'current-password': 'Password asked again while signed in',
  },
  paused: (time: string) => `Paused until ${time}`,
  stopped: 'Stopped until you clear it',
  clearing: 'Let in again',
  clear: 'Clear',
  of: (name: string) => `the wrong tries of ${name}`,
  caregiver: (relationship: string) => `Caregiver: ${relationship}`,
  signedIn: {
    title: 'Signed in now',
    none: 'Nobody is signed in to this record.',
    intro:
      'If a phone is lost, or a shared computer was left open, sign the person out of every device. Make sure who is calling first. Nothing they saved is lost.',
    seen: 'Last seen',
    trusted: 'Not now, but a device may skip the security code',
    ending: 'Sign out',
    end: 'Sign out everywhere',
    notYours: 'This is a staff account. An admin can turn it off on the Staff page.',
  },
  notYours: 'Only someone else with the admin role can clear these, on the Staff page.',
}
