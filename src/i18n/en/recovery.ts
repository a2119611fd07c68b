export const recovery = {
  title: 'Forgot Password',
  intro: 'Type the email address you sign in with. We will email you a link to set a new password.',
  send: 'Email me a link',
  emailMissing: 'Enter your email address',
  emailWrong: 'Enter an email address like name@example.com',
  caregiver: 'Or ask a trusted caregiver for help.',
  asked: {
    title: 'Check your email',
    body: 'If that address has an account, we sent a link. It works for 1 hour. If you asked more than once, use the newest email.',
    spam: 'Check your spam folder too.',
    again: 'Try another address',
    nothing: 'No email after 10 minutes? Make sure you typed the address you sign in with.',
  },
  reset: {
    title: 'Set a new password',
    for: 'This is the account of',
    everywhere: 'When you save it, we sign you out on all devices. Then sign in with the new password.',
    save: 'Save password',
  },
  expired: {
    title: 'This link has expired',
    ended: (moment: string) => `It stopped working on ${moment}.`,
    body: 'A link works for 1 hour. Choose “Forgot Password” and we will send you a new one.',
  },
  used: {
    title: 'This link was already used',
    body: 'A new password was set with it, so it does not work again. If that was not you, call us right away.',
  },
  void: {
    title: 'This link no longer works',
    body: 'There is a newer link, or your account has changed since. Use the newest email from us, or choose “Forgot Password” for a new link.',
  },
  unknown: {
    title: 'We do not know this link',
    body: 'Open the whole link from the email. If it is cut off, choose “Forgot Password” for a new one.',
  },
}
