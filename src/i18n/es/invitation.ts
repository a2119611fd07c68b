import type { invitation as en } from '../en/invitation.ts'

export const invitation = {
  without: {
    title: 'Cómo registrarse en CareSpace',
    intro:
      'Necesita una invitación del consultorio de su médico. La mandamos al correo electrónico que tenemos de usted.',
    steps: (sender: string) => [
      `Busque un correo de ${sender}. Revise también el correo no deseado.`,
      'Abra el enlace del correo antes de 4 días.',
      'Cree una contraseña y confirme su fecha de nacimiento.',
      'Acepte los términos del servicio y elija “Crear contraseña”.',
    ],
    noEmail: '¿No le llegó nuestro correo?',
    call: 'Llame a nuestro consultorio. Revisaremos el correo electrónico que tenemos de usted.',
    signIn: '¿Ya se registró? Inicie sesión',
  },
  title: 'Cree su contraseña',
  forAddress: 'Esta invitación es para',
  expires: (moment: string) => `El enlace funciona hasta el ${moment}.`,
  sendCode: {
    title: 'Regístrese en CareSpace',
    intro: 'Primero confirmamos que es usted. Mandaremos un código de 6 números a esta dirección.',
    submit: 'Mandarme un código',
    notForward: 'No reenvíe la invitación. Solo sirve para quien recibe el correo de esta dirección.',
    wrongAddress: '¿No es su dirección? Llámenos:',
  },
  codeSent: 'Mandamos un código de 6 números a',
  spam: 'Puede tardar unos minutos. Revise también el correo no deseado.',
  code: 'Código del correo',
  codeHint: '6 números',
  newCode: 'Mandar un código nuevo',
  birthDate: {
    legend: 'Confirme su fecha de nacimiento',
    legendCaregiver: 'Confirme la fecha de nacimiento del paciente',
    hint: 'Por ejemplo, 3 27 1948',
    month: 'Mes',
    day: 'Día',
    year: 'Año',
    incomplete: 'Escriba el mes, el día y el año de nacimiento',
    shortYear: 'Escriba el año de nacimiento con 4 números, como 1948',
    impossible: 'La fecha de nacimiento debe ser una fecha real. Revise el mes, el día y el año.',
    future: 'La fecha de nacimiento debe estar en el pasado',
    noMatch: (left: number) =>
      `Esa fecha no coincide con nuestros datos. ${left === 1 ? 'Le queda 1 intento.' : `Le quedan ${left} intentos.`}`,
  },
  terms: 'Acepto los',
  submit: 'Crear contraseña',
  errors: {
    codeMissing: 'Escriba el código del correo',
    codeMalformed: 'El código tiene 6 números. Revise el correo y escríbalo otra vez.',
    codeWrong: 'Ese código no es correcto. Revise nuestro correo más reciente y escríbalo otra vez.',
    codeDoubtful:
      'Ese código no es correcto. El enlace solo sirve para la dirección a la que se mandó. Si le reenviaron el correo, llame al consultorio.',
    codeGone: 'Ese código ya no funciona. Elija “Mandar un código nuevo”.',
    tooManyCodes: 'Le mandamos muchos códigos. Espere 10 minutos y pida uno nuevo, o llámenos.',
    paused: 'Demasiados intentos. Espere 15 minutos e intente otra vez, o llámenos.',
    staffAddress: 'Esta dirección es de alguien que trabaja aquí. Pida que le inviten a otra dirección.',
    termsMissing: 'Marque la casilla para aceptar los términos del servicio',
  },
  signInFirst: {
    title: 'Usted ya tiene una cuenta',
    body: 'Inicie sesión. Después confirme su fecha de nacimiento y agregaremos el expediente a su cuenta.',
    submit: 'Iniciar sesión',
  },
  add: {
    title: 'Agregue un expediente a su cuenta',
    body: 'Inició sesión como',
    submit: 'Agregar este expediente',
  },
  wrongAccount: {
    title: 'Este enlace se mandó a otra dirección de correo',
    body: 'Los enlaces de invitación no funcionan si se reenvían. Si la otra dirección también es suya, cierre la sesión y abra el enlace otra vez.',
    signOut: 'Cerrar sesión',
  },
  expired: {
    title: 'Su enlace ya venció',
    body: (moment: string) => `Dejó de funcionar el ${moment}. Los enlaces funcionan 4 días.`,
    next: 'Llámenos o pida aquí un enlace nuevo. Revisaremos su petición y le mandaremos un correo.',
    ask: 'Pedir un enlace nuevo',
    caregiver: 'Pida a la persona que le invitó que mande otra invitación.',
  },
  replaced: {
    title: 'Hay un enlace más nuevo',
    body: 'Le mandamos otro correo después de este. Use el enlace del correo más reciente.',
  },
  used: {
    title: 'Este enlace ya se usó',
    body: 'Ya se abrió una cuenta con él. Inicie sesión con su correo y contraseña.',
    signIn: 'Iniciar sesión',
  },
  locked: {
    title: 'Este enlace está bloqueado',
    body: 'La fecha de nacimiento no coincidió 5 veces. Para proteger el expediente, bloqueamos el enlace. Llámenos para que le ayudemos.',
  },
  revoked: {
    title: 'Este enlace ya no funciona',
    body: 'El consultorio retiró esta invitación. Llámenos si tiene preguntas.',
    caregiver: 'Esta invitación se retiró. Pregunte a la persona que le invitó.',
  },
  addressChanged: {
    title: 'Este enlace ya no funciona',
    body: 'El correo electrónico que tenemos cambió. Busque una invitación nueva en la dirección nueva, o llámenos.',
  },
  unknown: {
    title: 'No conocemos este enlace',
    body: 'Quizá le falta una parte. Ábralo otra vez desde el correo, o copie la dirección completa.',
  },
  callUs: 'Llámenos:',
} satisfies typeof en
