import type { mail as en } from '../en/mail.ts'

export const mail = {
  letter: {
    regards: (practice: string) => `Su equipo de ${practice}`,
    phone: (phone: string) => `Teléfono del consultorio: ${phone}`,
    noReply: 'Esta dirección no recibe correo. Para comunicarse con nosotros, llame al consultorio.',
    emergency: 'En una emergencia médica, llame al 9-1-1.',
    unsubscribe: 'Dejar de recibir correos como este',
  },
  canary: {
    subject: 'Correo de prueba de CareSpace',
    body: 'CareSpace envía este correo cada hora para mostrar que su correo llega. No hay nada que hacer.',
  },
  invitation: {
    subject: (practice: string) => `Regístrese en CareSpace de ${practice}`,
    intro: (practice: string) =>
      `Hola. ${practice} le invita a CareSpace, nuestro portal para pacientes. Ahí puede leer sus resultados, ver sus citas y escribir a su equipo médico.`,
    introCaregiver: (practice: string) =>
      `Hola. Alguien que confía en usted quiere compartir su expediente en CareSpace, el portal de pacientes de ${practice}. Si no sabe quién es, pregúntele.`,
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
  joining: {
    subject: (practice: string) => `Su cuenta de personal de CareSpace en ${practice}`,
    intro: (practice: string) =>
      `Hola. ${practice} le invita a CareSpace, con el que su personal atiende a los pacientes.`,
    link: 'Configurar su cuenta',
    steps:
      'Abra el enlace. Le enviaremos un código de 6 dígitos. Luego cree una contraseña y configure un segundo paso con una aplicación de autenticación.',
    help: '¿El enlace dejó de funcionar? Pregunte a la persona de la clínica que le invitó.',
    codeIntro: 'Este es su código para configurar su cuenta de personal de CareSpace:',
  },
  registered: {
    subject: (practice: string) => `Ya está registrado en CareSpace de ${practice}`,
    intro: (moment: string) => `El ${moment} se abrió una cuenta de CareSpace con esta dirección de correo.`,
    added: (moment: string) => `El ${moment} se agregó un expediente a su cuenta de CareSpace.`,
    link: 'Iniciar sesión en CareSpace',
    help: (phone: string) => `Si no fue usted, llámenos de inmediato al ${phone}.`,
  },
  emailChange: {
    code: {
      subject: 'Su código para un correo nuevo en CareSpace',
      intro: 'Este es el código para usar esta dirección de correo en CareSpace:',
      expiry: (moment: string) => `Funciona hasta el ${moment}.`,
      private: 'No le dé este código a nadie. Nuestro personal nunca se lo pedirá.',
      help: (phone: string) => `Si no pidió un código, puede borrar este correo o llamarnos al ${phone}.`,
    },
    taken: {
      subject: 'Esta dirección de correo ya tiene una cuenta de CareSpace',
      body: 'Alguien pidió usar esta dirección de correo para otra cuenta de CareSpace. No es posible, porque esta dirección ya tiene una cuenta.',
      own: 'Si fue usted, inicie sesión con esta dirección. Si no sabe la contraseña, elija “Olvidé mi contraseña”.',
      link: 'Iniciar sesión en CareSpace',
      help: (phone: string) =>
        `Si no fue usted, no tiene que hacer nada: no se cambió nada. ¿Tiene preguntas? Llámenos al ${phone}.`,
    },
    changed: {
      subject: 'Se cambió su correo de CareSpace',
      body: (moment: string, masked: string) =>
        `La dirección de correo de su cuenta de CareSpace se cambió el ${moment}. La nueva es ${masked}. Cerramos la sesión en los demás dispositivos.`,
      undo: '¿No fue usted? Abra este enlace para recuperar su cuenta:',
      link: 'Deshacer el cambio',
      expiry: (moment: string) => `El enlace funciona hasta el ${moment}.`,
      help: (phone: string) =>
        `Si fue usted, no tiene que hacer nada. Si necesita ayuda, llámenos al ${phone}.`,
    },
    undone: {
      subject: 'Se deshizo el cambio de su correo electrónico de CareSpace',
      body: (moment: string) =>
        `El ${moment}, alguien usó el enlace que enviamos a la dirección anterior de su cuenta de CareSpace. La cuenta tiene otra vez esa dirección. Esta ya no abre la cuenta, y cerramos la sesión en todos los dispositivos.`,
      help: (phone: string) => `Si usted no quería esto, llámenos de inmediato al ${phone}.`,
    },
    done: {
      subject: 'Este es ahora su correo de CareSpace',
      body: (moment: string) =>
        `El ${moment}, esta pasó a ser la dirección de correo de su cuenta de CareSpace. Desde ahora, úsela para iniciar sesión.`,
      link: 'Iniciar sesión en CareSpace',
      help: (phone: string) => `Si no fue usted, llámenos de inmediato al ${phone}.`,
    },
  },
  passwordReset: {
    subject: 'Cree una contraseña nueva para CareSpace',
    asked: 'Alguien pidió un enlace para crear una contraseña nueva para su cuenta de CareSpace.',
    askedForYou:
      'Alguien que le ayuda con CareSpace nos pidió mandarle un enlace para crear una contraseña nueva.',
    link: 'Crear una contraseña nueva',
    expiry: (moment: string) => `El enlace funciona una sola vez, hasta el ${moment}.`,
    private: 'No le dé este enlace a nadie. Nuestro personal nunca se lo pedirá.',
    help: (phone: string) =>
      `Si no lo necesita, puede borrar este correo: su contraseña sigue igual. ¿Preguntas? Llámenos al ${phone}.`,
  },
  notices: {
    link: 'Iniciar sesión en CareSpace',
    help: (phone: string) =>
      `Si fue usted, no tiene que hacer nada. Si no fue usted, llámenos de inmediato al ${phone}.`,
    newDevice: {
      subject: 'Nueva entrada a su cuenta de CareSpace',
      body: (moment: string) =>
        `Alguien entró a su cuenta de CareSpace el ${moment}, en un dispositivo que no conocíamos.`,
      device: (name: string) => `Dispositivo: ${name}`,
      place: (place: string) => `Lugar, hasta donde sabemos: ${place}`,
    },
    passwordChanged: {
      subject: 'Se cambió su contraseña de CareSpace',
      body: (moment: string) =>
        `La contraseña de su cuenta de CareSpace se cambió el ${moment}. Cerramos la sesión en los demás dispositivos.`,
      passkeys: (count: number, newest: string) =>
        `${count === 1 ? 'Su cuenta tiene una llave de acceso, agregada' : `Su cuenta tiene ${count} llaves de acceso; la más nueva, agregada`} el ${newest}. Nadie puede entrar solo con una llave hasta que usted entre con la contraseña nueva y nos diga que es suya.`,
    },
    secondStepOn: {
      subject: 'Se agregó un segundo paso a su cuenta de CareSpace',
      body: (moment: string) => `El ${moment} se activó un segundo paso para entrar a CareSpace.`,
    },
    secondStepOff: {
      subject: 'Se desactivó el segundo paso de su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment} se desactivó el segundo paso para entrar a CareSpace. Ahora basta su contraseña para abrir su cuenta.`,
    },
    secondStepReset: {
      subject: 'Se restableció el segundo paso de su cuenta de CareSpace',
      body: (moment: string) =>
        `Nuestro personal restableció el segundo paso de su cuenta de CareSpace el ${moment}. Cerramos la sesión en todos los dispositivos.`,
    },
    recoveryCodesNew: {
      subject: 'Códigos de recuperación nuevos para su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment} se crearon códigos de recuperación nuevos para su cuenta de CareSpace. Los anteriores ya no sirven.`,
    },
    recoveryCodeUsed: {
      subject: 'Se usó un código de recuperación de su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment} se usó un código de recuperación para entrar en su cuenta de CareSpace. Ese código ya no sirve.`,
    },
    appRemoved: {
      subject: 'Se quitó la aplicación de códigos de su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment} se quitó la aplicación de códigos de su cuenta de CareSpace. Ahora su segundo paso es una llave de acceso.`,
    },
    accessChanged: {
      subject: 'Cambió quién puede ver su expediente',
      body: (when: string) =>
        `El ${when}, alguien obtuvo acceso a su expediente en CareSpace o lo perdió. Inicie sesión y abra «Administrar usuarios» para ver quién puede verlo.`,
    },
    accessEnded: {
      subject: 'Cambió lo que usted puede ver en CareSpace',
      body: (when: string) =>
        `El ${when} terminó su acceso a un expediente en CareSpace. Ya no puede abrir ese expediente.`,
      help: (phone: string) =>
        `No tiene que hacer nada. Los demás expedientes con los que ayuda siguen abiertos para usted. ¿Preguntas? Llámenos al ${phone}.`,
    },
    passkeyAdded: {
      subject: 'Se agregó una llave de acceso a su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment} se agregó una llave de acceso a su cuenta de CareSpace. Sirve para entrar.`,
    },
    passkeyRemoved: {
      subject: 'Se quitó una llave de acceso de su cuenta de CareSpace',
      body: (moment: string) => `El ${moment} se quitó una llave de acceso de su cuenta de CareSpace.`,
    },
    passkeySuspended: {
      subject: 'Detuvimos una llave de acceso de su cuenta de CareSpace',
      body: (moment: string) =>
        `El ${moment}, una llave de acceso de su cuenta de CareSpace parecía ser una copia. La detuvimos. Nadie puede entrar con ella.`,
    },
  },
} satisfies typeof en
