import type { joining as en } from '../en/joining.ts'

export const joining = {
  title: 'Configure su cuenta de personal',
  sendCode: 'Primero comprobamos que es usted. Enviaremos un código de 6 dígitos a esta dirección.',
  notForward: 'El enlace solo sirve a quien recibe el correo de esta dirección.',
  second: 'Después configurará un segundo paso: necesita un teléfono con una aplicación de autenticación.',
  ask: 'Pregunte a la persona de la clínica que le invitó.',
  expired: (moment: string) => `Este enlace dejó de funcionar: ${moment}. Los enlaces duran 4 días.`,
  dead: {
    expired: 'Su enlace ha vencido',
    replaced: 'Hay un enlace más nuevo. Use el del correo más reciente.',
    used: 'Este enlace ya se usó',
    revoked: 'Este enlace ya no funciona',
    unknown: 'No conocemos este enlace',
  },
  signIn: 'Iniciar sesión',
  invite: {
    title: 'Invitar al personal',
    intro:
      'Reciben un enlace por correo, demuestran con un código que el buzón es suyo, eligen una contraseña y configuran un segundo paso.',
    email: 'Correo del trabajo',
    emailHint: 'Será la dirección con la que inicie sesión. No una que use como paciente.',
    givenName: 'Nombre',
    familyName: 'Apellidos',
    credentials: 'Título tras el nombre, como RN',
    credentialsHint: 'Puede quedar vacío.',
    password: 'Su propia contraseña',
    submit: 'Enviar invitación',
    keep: 'No enviar',
    open: 'Invitados que aún no llegan',
    sentOn: (moment: string) => `Funciona hasta ${moment}`,
    notSent: 'El correo aún no ha salido',
    expired: (moment: string) => `Venció: ${moment}`,
    status: 'Invitación',
    takeBack: 'Retirar',
    errors: {
      emailWrong: 'Escriba un correo electrónico como nombre@example.com.',
      emailMissing: 'Escriba un correo electrónico.',
      emailTaken:
        'Alguien ya inicia sesión con esta dirección. Use su correo del trabajo o cambie el rol de la cuenta que tiene.',
      nameMissing: 'Escriba un nombre.',
      nameLong: 'Use 100 caracteres o menos.',
      roleMissing: 'Elija un rol',
      passwordMissing: 'Escriba su propia contraseña',
      passwordWrong: 'Esa no es su contraseña. Tras varios intentos fallidos, espere una hora.',
    },
  },
} satisfies typeof en
