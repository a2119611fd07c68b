import type { newPassword as en } from '../en/new-password.ts'

export const newPassword = {
  label: 'Contraseña',
  rules: [
    'Al menos 8 caracteres',
    'Una letra mayúscula, una letra minúscula, un número y un carácter especial, como ! o ?',
    'Que no sea una contraseña común, ni su nombre, correo o fecha de nacimiento',
  ],
  mustHave: (missing: string[]) => `A su contraseña le falta: ${missing.join(', ')}.`,
  needs: {
    short: 'al menos 8 caracteres',
    upper: 'una letra mayúscula',
    lower: 'una letra minúscula',
    number: 'un número',
    special: 'un carácter especial',
  },
  newLabel: 'Contraseña nueva',
  missing: 'Escriba una contraseña',
  long: 'Su contraseña puede tener 256 caracteres como máximo.',
  common: 'Muchas personas usan esta contraseña y es fácil de adivinar. Elija otra.',
  personal:
    'No use en su contraseña su nombre, su correo, su fecha de nacimiento ni nuestro nombre. Son fáciles de adivinar.',
} satisfies typeof en
