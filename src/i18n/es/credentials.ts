import type { credentials as en } from '../en/credentials.ts'

export const credentials = {
  title: 'Cambiar correo electrónico o contraseña',
  tabsLabel: 'Qué desea cambiar',
  tabs: { email: 'Correo electrónico', password: 'Contraseña' },
  close: 'Cerrar',
  currentPassword: 'Contraseña actual',
  currentMissing: 'Escriba su contraseña actual',
  currentWrong:
    'Esa no es su contraseña actual. Revísela. Después de varios intentos, espere una hora o llámenos.',
  samePassword: 'Esa es la contraseña que ya tiene. Elija otra.',
  savePassword: 'Guardar contraseña',
  help: '¿Necesita ayuda? Llámenos:',
  passwordEffect: 'Aquí su sesión sigue abierta. Se cierra en los demás dispositivos.',
  emailNow: 'Usted inicia sesión con',
  newEmail: 'Correo electrónico nuevo',
  emailHint: 'Mandaremos un código a esta dirección, para saber que es suya.',
  emailMissing: 'Escriba el correo electrónico nuevo',
  emailWrong: 'Escriba una dirección como nombre@example.com',
  sameEmail: 'Esa es la dirección que ya tiene. Escriba otra.',
  tooManyChanges:
    'Mandamos varios códigos en la última hora. Espere una hora e intente otra vez, o llámenos. No se cambió nada.',
  sendCode: 'Mandarme un código',
  waiting: (email: string) => `Mandamos un código a ${email}.`,
  enterCode: 'Escribir el código',
  code: {
    title: 'Escriba el código del correo',
    sentTo: 'Mandamos un código de 6 números a',
    spam: 'Puede tardar unos minutos. Revise también la carpeta de correo no deseado.',
    works: (moment: string) =>
      `El código funciona hasta el ${moment}. Mientras no lo escriba, usted inicia sesión con`,
    label: 'Código del correo',
    hint: '6 números',
    submit: 'Cambiar correo electrónico',
    again: 'Mandar otro código',
    other: 'Usar otra dirección',
    codeMissing: 'Escriba el código del correo',
    codeMalformed: 'El código tiene 6 números. Revise el correo y escríbalo otra vez.',
    wrong: (left: number) =>
      `Ese código no es correcto. ${left === 1 ? 'Le queda 1 intento.' : `Le quedan ${left} intentos.`}`,
    gone: 'Ese código ya no funciona. Elija “Mandar otro código”.',
    taken: 'Esta dirección ahora es de otra cuenta. Use otra dirección o llámenos.',
  },
  undo: {
    valid: {
      title: 'Deshacer el cambio de su correo',
      body: 'Alguien cambió el correo de su cuenta de CareSpace. Si no fue usted, deshaga el cambio ahora.',
      steps: [
        'Su cuenta vuelve a tener esta dirección de correo.',
        'Se cierra la sesión de su cuenta en todos los dispositivos.',
        'La contraseña deja de funcionar. Le mandamos un enlace para elegir otra.',
      ],
      submit: 'Deshacer el cambio',
    },
    used: {
      title: 'El cambio se deshizo',
      body: 'Su cuenta tiene otra vez la dirección de antes. Se cerraron todas las sesiones. Busque un correo nuestro con un enlace para elegir una contraseña nueva.',
      spam: 'Si no lo ve, revise la carpeta de correo no deseado o elija “Olvidé mi contraseña”.',
    },
    expired: {
      title: 'Este enlace ya venció',
      body: (moment: string) =>
        `Dejó de funcionar el ${moment}. Los enlaces para deshacer un cambio sirven 7 días. Llámenos y le ayudamos.`,
    },
    taken: {
      title: 'El cambio no se puede deshacer aquí',
      body: 'La dirección de antes ahora es de otra cuenta. Llámenos y le ayudamos.',
    },
    unknown: {
      title: 'No conocemos este enlace',
      body: 'Puede faltar una parte. Ábralo otra vez desde el correo o copie la dirección completa.',
    },
  },
} satisfies typeof en
