import type { Dictionary } from '../text.ts'

export const unsubscribe = {
  on: {
    title: '¿Dejar de recibir estos correos?',
    body: (kind: string) => `Ya no le enviaremos correos ${kind}.`,
    submit: 'Dejar de recibirlos',
  },
  off: {
    title: 'Estos correos están apagados',
    body: (kind: string) => `No le enviamos correos ${kind}. Lo nuevo le espera cuando inicie sesión.`,
  },
  unknown: {
    title: 'Este enlace no funciona',
    body: 'Quizá se cortó en el camino. Puede elegir qué correos recibe cuando inicie sesión.',
  },
  kinds: {
    'new-message': 'cuando tenga un mensaje nuevo',
    'appointment-reminder': 'cuando tenga una cita pronto',
    'new-result': 'cuando haya algo nuevo para leer',
  },
  again:
    'Puede encenderlos y apagarlos cuando quiera: inicie sesión y abra Configuración, «Avisos por correo».',
  always: 'Siempre le escribimos sobre los cambios en su cuenta, como una contraseña nueva.',
} satisfies Dictionary['unsubscribe']
