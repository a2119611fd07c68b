export const viewing = {
  link: 'View as patient',
  title: 'View as patient',
  knowTitle: 'Before you look',
  know: [
    'You see the whole record as the patient sees it: messages, appointments and test results.',
    'You can read only. Nothing you do here is saved or sent, and nothing counts as read.',
    'It ends after 15 minutes, or when you sign out.',
    'The patient sees in the access history that you looked, and the reason you give.',
  ],
  reason: 'Why do you need to look?',
  reasonHint: 'Such as: the patient called and cannot find a result.',
  open: 'Look at the record',
  bar: (name: string, until: string) =>
    `As the patient sees it: the record of ${name}. To read only, until ${until}`,
  end: 'Stop looking',
  errors: { missing: 'Write why you need to look', long: 'This is too long' },
}
