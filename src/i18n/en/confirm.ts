export const confirm = {
  title: 'Confirm that it is you',
  intro: 'To keep you safe, please type your password again.',
  submit: 'Continue',
  back: 'Back to Settings',
  missing: 'Enter your password',
  wrong: 'That is not your password. Check it. After several wrong tries, wait an hour or call us.',
}
