export const credentials = {
  title: 'Change email address or password',
  tabsLabel: 'What to change',
  tabs: { email: 'Email address', password: 'Password' },
  close: 'Close',
  currentPassword: 'Current password',
  currentMissing: 'Enter your current password',
  currentWrong:
    'That is not your current password. Check it. After several wrong tries, wait an hour or call us.',
  samePassword: 'That is the password you have now. Choose another one.',
  savePassword: 'Save password',
  help: 'Do you need help? Call us:',
  passwordEffect: 'You stay signed in here. All other devices are signed out.',
  emailNow: 'You sign in with',
  newEmail: 'New email address',
  emailHint: 'We will email a code to this address, to make sure that it is yours.',
  emailMissing: 'Enter the new email address',
  emailWrong: 'Enter an email address like name@example.com',
  sameEmail: 'That is the address you have now. Enter another one.',
  tooManyChanges:
    'We sent several codes in the last hour. Wait an hour, then try again, or call us. Nothing was changed.',
  sendCode: 'Email me a code',
  waiting: (email: string) => `We sent a code to ${email}.`,
  enterCode: 'Enter the code',
  code: {
    title: 'Enter the code from the email',
    sentTo: 'We sent a 6-digit code to',
    spam: 'It can take a few minutes. Check your spam folder too.',
    works: (moment: string) => `The code works until ${moment}. Until you enter it, you still sign in with`,
    label: 'Code from the email',
    hint: '6 numbers',
    submit: 'Change email address',
    again: 'Send a new code',
    other: 'Use another address',
    codeMissing: 'Enter the code from the email',
    codeMalformed: 'The code has 6 numbers. Check the email and type it again.',
    wrong: (left: number) =>
      `That code is not right. ${left === 1 ? 'You have 1 try left.' : `You have ${left} tries left.`}`,
    gone: 'That code does not work any more. Choose “Send a new code”.',
    taken: 'This address now belongs to another account. Use another address, or call us.',
  },
  undo: {
    valid: {
      title: 'Undo the change of your email address',
      body: 'Someone changed the email address of your CareSpace account. If that was not you, take it back now.',
      steps: [
        'Your account gets this email address back.',
        'All devices are signed out of your account.',
        'The password stops working. We email you a link to choose a new one.',
      ],
      submit: 'Undo the change',
    },
    used: {
      title: 'The change was undone',
      body: 'Your account has its old email address again. Everyone was signed out. Look for an email from us with a link to choose a new password.',
      spam: 'If you do not see it, check your spam folder, or choose “Forgot Password”.',
    },
    expired: {
      title: 'This link has expired',
      body: (moment: string) =>
        `It stopped working on ${moment}. Links to undo a change work for 7 days. Call us: we will help you.`,
    },
    taken: {
      title: 'The change cannot be undone here',
      body: 'The old address now belongs to another account. Call us: we will help you.',
    },
    unknown: {
      title: 'We do not know this link',
      body: 'Part of it may be missing. Open it again from the email, or copy the whole address.',
    },
  },
}
