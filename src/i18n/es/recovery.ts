import type { recovery as en } from '../en/recovery.ts'

export const recovery = {
  title: 'Olvidé mi contraseña',
  intro:
    'Escriba el correo electrónico con el que inicia sesión. Le mandaremos un enlace para crear una contraseña nueva.',
  send: 'Mándenme un enlace',
  emailMissing: 'Escriba su correo electrónico',
  emailWrong: 'Escriba un correo electrónico como nombre@example.com',
  caregiver: 'O pida ayuda a un cuidador de confianza.',
  asked: {
    title: 'Revise su correo',
    body: 'Si esa dirección tiene una cuenta, le mandamos un enlace. Funciona durante 1 hora. Si lo pidió más de una vez, use el correo más reciente.',
    spam: 'Revise también el correo no deseado.',
    again: 'Probar otra dirección',
    nothing:
      '¿No le llega nada después de 10 minutos? Compruebe que escribió la dirección con la que inicia sesión.',
  },
  reset: {
    title: 'Cree una contraseña nueva',
    for: 'Esta es la cuenta de',
    everywhere:
      'Al guardarla, cerramos su sesión en todos los dispositivos. Después inicie sesión con la contraseña nueva.',
    save: 'Guardar contraseña',
  },
  expired: {
    title: 'Este enlace caducó',
    ended: (moment: string) => `Dejó de funcionar el ${moment}.`,
    body: 'Un enlace funciona durante 1 hora. Elija “Olvidé mi contraseña” y le mandaremos uno nuevo.',
  },
  used: {
    title: 'Este enlace ya se usó',
    body: 'Con él se creó una contraseña nueva, así que ya no sirve. Si no fue usted, llámenos de inmediato.',
  },
  void: {
    title: 'Este enlace ya no funciona',
    body: 'Hay un enlace más nuevo, o su cuenta cambió desde entonces. Use nuestro correo más reciente, o elija “Olvidé mi contraseña” para recibir otro enlace.',
  },
  unknown: {
    title: 'No conocemos este enlace',
    body: 'Abra el enlace completo del correo. Si está cortado, elija “Olvidé mi contraseña” para recibir otro.',
  },
} satisfies typeof en
