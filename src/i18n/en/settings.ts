export const settings = {
  title: 'Settings',
  email: 'Email',
  password: 'Password',
  passwordChanged: (date: string) => `Changed on ${date}`,
  passwordMade: (date: string) => `Created on ${date}`,
  changeCredentials: 'Change email address or password',
  secondStep: 'Second step',
  secondStepOn: (date: string) => `On since ${date}`,
  secondStepOff: 'Off',
  change: 'Change',
  close: 'Close',
}
