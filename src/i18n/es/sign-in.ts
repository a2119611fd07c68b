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
    'El correo y la contraseña no coinciden. Revise los dos. Después de varios intentos, espere una hora, elija “Olvidé mi contraseña” o llámenos.',
  privacyNote: (minutes: number) =>
    `Si no hace nada durante ${minutes} minutos, cerramos su sesión. Así nadie más ve su expediente.`,
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
    decline: 'No acepto',
    declining:
      'Puede cerrar la sesión y decidir después. Para hablar de esto, o para seguir sin CareSpace, llámenos:',
    signOut: 'Cerrar sesión',
  },
} satisfies typeof en
