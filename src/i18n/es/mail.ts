import type { mail as en } from '../en/mail.ts'

export const mail = {
  letter: {
    regards: (practice: string) => `Su equipo de ${practice}`,
    phone: (phone: string) => `Teléfono del consultorio: ${phone}`,
    noReply: 'Esta dirección no recibe correo. Para comunicarse con nosotros, llame al consultorio.',
    emergency: 'En una emergencia médica, llame al 9-1-1.',
  },
  invitation: {
    subject: (practice: string) => `Regístrese en CareSpace de ${practice}`,
    intro: (practice: string) =>
      `Hola. ${practice} le invita a CareSpace, nuestro portal para pacientes. Ahí puede leer sus resultados, ver sus citas y escribir a su equipo médico.`,
    link: 'Registrarse en CareSpace',
    expiry: (moment: string) => `Este enlace funciona hasta el ${moment}.`,
    steps:
      'Abra el enlace. Le mandaremos un código de 6 números por correo. Después cree una contraseña y confirme su fecha de nacimiento.',
    private: 'No reenvíe este correo. El enlace solo sirve para quien recibe el correo de esta dirección.',
    spam: 'El código llega en otro correo. Si no lo ve, revise la carpeta de correo no deseado.',
    help: (phone: string) => `¿El enlace ya no funciona, o no esperaba este correo? Llámenos al ${phone}.`,
  },
  reminder: {
    subject: (practice: string) => `Recordatorio: regístrese en CareSpace de ${practice}`,
    intro: (practice: string) =>
      `Hola. Hace dos días, ${practice} le mandó un enlace a CareSpace, nuestro portal para pacientes. Todavía no lo ha usado.`,
  },
  registrationCode: {
    subject: (practice: string) => `Su código de CareSpace de ${practice}`,
    intro: 'Este es su código para registrarse en CareSpace:',
    expiry: (moment: string) => `Funciona hasta el ${moment}, en el navegador donde lo pidió.`,
    private: 'No le dé este código a nadie. Nuestro personal nunca se lo pedirá.',
    help: (phone: string) => `Si no pidió un código, puede borrar este correo o llamarnos al ${phone}.`,
  },
  registered: {
    subject: (practice: string) => `Ya está registrado en CareSpace de ${practice}`,
    intro: (moment: string) => `El ${moment} se abrió una cuenta de CareSpace con esta dirección de correo.`,
    added: (moment: string) => `El ${moment} se agregó un expediente a su cuenta de CareSpace.`,
    link: 'Iniciar sesión en CareSpace',
    help: (phone: string) => `Si no fue usted, llámenos de inmediato al ${phone}.`,
  },
} satisfies typeof en
