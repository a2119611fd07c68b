export const newPassword = {
  label: 'Password',
  rules: [
    'At least 8 characters',
    'One uppercase letter, one lowercase letter, one number, and one special character, such as ! or ?',
    'Not a common password, and not your name, email, or date of birth',
  ],
  mustHave: (missing: string[]) => `Your password still needs ${missing.join(', ')}.`,
  needs: {
    short: 'at least 8 characters',
    upper: 'an uppercase letter',
    lower: 'a lowercase letter',
    number: 'a number',
    special: 'a special character',
  },
  newLabel: 'New password',
  missing: 'Enter a password',
  long: 'Your password can have 256 characters at most.',
  common: 'Many people use this password, so it is easy to guess. Choose another one.',
  personal:
    'Leave your name, email, date of birth, and our name out of your password. They are easy to guess.',
}
