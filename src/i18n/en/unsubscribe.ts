export const unsubscribe = {
  on: {
    title: 'Stop these emails?',
    body: (kind: string) => `We will no longer send you emails ${kind}.`,
    submit: 'Stop these emails',
  },
  off: {
    title: 'These emails are turned off',
    body: (kind: string) =>
      `We do not send you emails ${kind}. What is new still waits for you when you sign in.`,
  },
  unknown: {
    title: 'This link does not work',
    body: 'It may have been cut off on its way. You can choose which emails you get when you sign in.',
  },
  kinds: {
    'new-message': 'when you have a new message',
    'appointment-reminder': 'when you have an appointment soon',
    'new-result': 'when there is something new to read',
  },
  again: 'You can turn them on and off at any time: sign in, then open Settings, “Email notices”.',
  always: 'We always write to you about changes to your account, such as a new password.',
}
