export const notifications = {
  title: 'Email notices',
  intro: 'Our emails only say that there is something new. What it is, you read here after you sign in.',
  legend: 'Send me an email when',
  legendOf: (name: string) => `About ${name}, send me an email when`,
  kinds: {
    'new-message': 'I have a new message',
    'appointment-reminder': 'I have an appointment soon',
    'new-result': 'I have a new lab result',
  },
  kindsOfOther: {
    'new-message': 'there is a new message',
    'appointment-reminder': 'an appointment is near',
    'new-result': 'there is a new lab result',
  },
  save: 'Save',
  always: 'We always write to you when your account changes, such as a new password or a new device.',
}
