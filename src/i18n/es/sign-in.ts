import type { signIn as en } from '../en/sign-in.ts'

export const signIn = {
  title: 'Iniciar sesión',
  email: 'Correo electrónico',
  password: 'Contraseña',
  submit: 'Iniciar sesión',
  forgot: 'Olvidé mi contraseña',
  emailMissing: 'Escriba su correo electrónico',
  passwordMissing: 'Escriba su contraseña',
  wrong:
    'El correo y la contraseña no coinciden. Revise los dos. Después de varios intentos, espere 15 minutos o llámenos.',
  privacyNote: (minutes: number) =>
    `Por su privacidad, cerramos la sesión después de ${minutes} minutos sin actividad.`,
  hero: 'Sus mensajes, citas y resultados de laboratorio en un solo lugar.',
  newTitle: '¿Es nuevo en CareSpace?',
  newIntro: 'Necesita una invitación del consultorio de su médico.',
  steps: (sender: string) => [
    `Busque un correo de ${sender}. Revise también el correo no deseado.`,
    'Abra el enlace antes de 4 días.',
    'Cree una contraseña y confirme su fecha de nacimiento.',
  ],
  troubleTitle: '¿Sigue con problemas?',
  troubleCall: 'Llámenos al',
  trouble: 'En una emergencia médica, llame al 9-1-1.',
  forgotTitle: 'Olvidé mi contraseña',
  forgotBody:
    'Llame a nuestro consultorio. Confirmaremos quién es y le mandaremos un enlace nuevo para registrarse.',
  forgotCaregiver: 'También puede pedir ayuda a un cuidador de confianza.',
  unsent: {
    title: 'Su mensaje no se envió',
    why: 'Por su privacidad, cerramos su sesión antes de que lo enviara. No se perdió nada: sus palabras siguen aquí.',
    thenSend: 'Después vuelva a esta página y elija “Enviar mensaje”.',
    words: 'Su mensaje',
  },
  secondStep: {
    title: 'Escriba su código de seguridad',
    intro: 'Abra su aplicación de códigos y escriba los 6 números que muestra para CareSpace.',
    code: 'Código de seguridad',
    submit: 'Continuar',
    codeMissing: 'Escriba los 6 números de su aplicación',
    codeWrong: 'Ese código no es correcto. Espere el siguiente en su aplicación y escríbalo.',
    setUpTitle: 'Configure su segundo paso',
    setUpIntro:
      'El personal entra con una contraseña y un código de una aplicación. Se configura una sola vez.',
    scan: 'Escanee esta imagen con su aplicación de códigos.',
    picture: 'Un código cuadrado para escanear con su aplicación',
    orType: 'O escriba esta clave en la aplicación:',
    afterwards: 'Después escriba los 6 números que muestra la aplicación.',
    startOver: 'Entrar como otra persona',
  },
  records: {
    title: 'Elija un expediente',
    intro: 'Puede abrir más de un expediente. ¿Cuál quiere ver?',
    listedAs: (relationship: string) => `Usted figura como: ${relationship}`,
    own: 'su propio expediente',
    none: 'No tiene ningún expediente abierto. Si cree que es un error, llámenos.',
  },
  termsUpdate: {
    title: 'Nuestros términos cambiaron',
    intro: 'Lea los nuevos términos del servicio y acéptelos para seguir.',
    agree: 'Acepto los términos del servicio',
    submit: 'Continuar',
    missing: 'Marque la casilla para aceptar los términos del servicio',
  },
} satisfies typeof en
