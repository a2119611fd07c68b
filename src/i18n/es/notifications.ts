import type { notifications as en } from '../en/notifications.ts'

export const notifications = {
  title: 'Avisos por correo',
  intro: 'Nuestros correos solo dicen que hay algo nuevo. De qué se trata, lo lee aquí después de entrar.',
  legend: 'Envíenme un correo cuando',
  legendOf: (name) => `Sobre ${name}, envíenme un correo cuando`,
  kinds: {
    'new-message': 'tenga un mensaje nuevo',
    'appointment-reminder': 'tenga una cita pronto',
    'new-result': 'tenga un nuevo resultado de laboratorio',
  },
  kindsOfOther: {
    'new-message': 'haya un mensaje nuevo',
    'appointment-reminder': 'se acerque una cita',
    'new-result': 'haya un nuevo resultado de laboratorio',
  },
  save: 'Guardar',
  always:
    'Siempre le escribimos sobre los cambios en su cuenta, como una contraseña nueva o un dispositivo nuevo.',
} satisfies typeof en
