export const signIn = {
  title: 'Sign in',
  email: 'Email',
  password: 'Password',
  submit: 'Sign in',
  forgot: 'Forgot Password',
  emailMissing: 'Enter your email address',
  passwordMissing: 'Enter your password',
  wrong:
    'That email and password do not match. Check both. After several wrong tries, wait an hour, choose Forgot Password, or call us.',
  privacyNote: (minutes: number) =>
    `If you do nothing for ${minutes} minutes, we sign you out. That keeps your record private.`,
  hero: 'Your messages, appointments, and lab results in one place.',
  newTitle: 'New to CareSpace?',
  newIntro: 'You need an invitation from your doctor’s office.',
  steps: (sender: string) => [
    `Look for an email from ${sender}. Check your spam folder too.`,
    'Open the link within 4 days.',
    'Create a password and confirm your date of birth.',
  ],
  troubleTitle: 'Still having trouble?',
  troubleCall: 'Call us at',
  trouble: 'In a medical emergency, call 9-1-1.',
  records: {
    title: 'Choose a record',
    intro: 'You can open more than one record. Whose do you want to see?',
    own: 'your own record',
    listedAs: (relationship: string) => `You are listed as: ${relationship}`,
    none: 'No record is open to you. If you think this is a mistake, call us.',
  },
  termsUpdate: {
    title: 'Our terms have changed',
    intro: 'Please read the new terms of service and agree to go on.',
    agree: 'I agree to the terms of service',
    submit: 'Continue',
    missing: 'Check the box to agree to the terms of service',
    decline: 'I do not agree',
    declining:
      'You can sign out and decide later. To talk about it, or to use the practice without CareSpace, call us:',
    signOut: 'Sign out',
  },
}
