import type { info as en } from '../en/info.ts'

export const info = {
  resources: {
    title: 'Recursos útiles',
    intro:
      'Estos grupos ayudan a las personas con cáncer y a sus familias. No son parte de nuestro consultorio.',
    none: 'Todavía no hay enlaces. Llámenos:',
  },
  stillTitle: '¿Sigue con problemas?',
  stillBody: 'Puede llamar directamente a nuestro consultorio:',
  help: {
    title: 'Ayuda',
    emergency: 'En una emergencia médica, llame de inmediato al 9-1-1.',
    reach: 'Cómo comunicarse con nosotros',
    phone: 'Teléfono',
    address: 'Dirección',
    map: 'Ver en un mapa',
    languages: 'Ayuda gratis en su idioma',
    languagesBody: (phone: string) =>
      `¿Lee o habla mejor otro idioma? Llame al ${phone}. Una persona puede traducir para usted, por teléfono y en sus citas. Es gratis.`,
    otherWays: 'También podemos darle letra grande o leerle. Eso también es gratis.',
    parts: (phone: string) => [
      {
        title: 'Cómo registrarse en CareSpace',
        body: [
          'Necesita un enlace de invitación directo para registrarse. Nuestro consultorio lo envía al correo electrónico que tenemos de usted.',
        ],
        steps: [
          'Busque un correo de invitación de noreply@carespaceportal.com.',
          'Haga clic en el enlace de registro del correo. Revise el correo no deseado si no lo ve.',
          'Cree una contraseña y confirme su fecha de nacimiento.',
          'Acepte los términos del servicio y haga clic en “Crear contraseña”.',
        ],
      },
      {
        title: 'Mi enlace no funciona',
        body: [
          'Debe registrarse antes de 4 días desde la fecha en que se envió el correo. Después el enlace vence.',
          'Si su enlace venció, comuníquese con el consultorio de su médico, o con la persona que le dio acceso a su portal.',
          'No reenvíe el correo de registro a otra cuenta. El enlace no funciona si se reenvía.',
        ],
      },
      {
        title: '¿Y si no recibí el correo de registro?',
        body: [
          `Llame a nuestro consultorio al ${phone} para confirmar su correo electrónico. Si su enlace venció, pida uno nuevo a su equipo médico.`,
          'No reenvíe el correo. Los enlaces de invitación no funcionan para otro correo electrónico.',
        ],
      },
      {
        title: 'Cómo usar los mensajes seguros',
        body: [
          'Puede enviar mensajes seguros que no sean urgentes al consultorio de su médico a cualquier hora. El personal contesta en horas de oficina.',
          'Si tiene una petición urgente, llame directamente al consultorio. Si tiene una emergencia médica, llame de inmediato al 9-1-1.',
        ],
        steps: [
          'Abra Mensajes. Haga clic en “Mensaje nuevo” en la esquina superior derecha de la pantalla.',
          'Elija la categoría del mensaje.',
          'Escriba un asunto y un mensaje para su equipo médico.',
          'Haga clic en “Enviar mensaje”.',
        ],
      },
      {
        title: 'Cómo ver sus citas',
        body: [
          'En la pestaña Citas puede ver sus próximas consultas, servicios de laboratorio y más.',
          'Abra una para ver adónde ir y cómo prepararse. Ahí también puede pedir otra hora o agregarla a su calendario.',
        ],
      },
      {
        title: 'Cómo ver sus resultados de laboratorio',
        body: [
          'En la pestaña Laboratorio puede ver los informes y el historial de laboratorio.',
          'Es posible que vea un resultado antes que su equipo médico. “Bajo” o “Alto” no siempre es un problema. Si tiene una pregunta, mándenos un mensaje.',
        ],
      },
      {
        title: 'Cómo dar acceso a familiares o cuidadores',
        body: [
          'Puede permitir que alguien de confianza vea su cuenta y su expediente. Los amigos, familiares o cuidadores que usted autorice tendrán acceso completo a su portal, con todo el expediente médico y los mensajes.',
          'Esa persona entra con su propia contraseña. No puede ver la contraseña de usted, ni cambiar cómo entra usted, ni dar acceso a otros.',
        ],
        steps: [
          'Haga clic en su nombre y elija “Administrar usuarios”.',
          'Haga clic en “Dar acceso”.',
          'Escriba su nombre, su correo electrónico y qué es de usted.',
          'Revíselo y haga clic en “Dar acceso” otra vez. La persona tiene 4 días para registrarse.',
        ],
      },
      {
        title: '¿Cómo le quito el acceso a un cuidador?',
        body: [
          'Vaya a “Administrar usuarios” y haga clic en “Quitar acceso” junto al correo de la persona. Esto es permanente.',
          `Si no puede entrar, llame a nuestro consultorio al ${phone}. Nosotros podemos hacerlo.`,
        ],
      },
      {
        title: '¿Quién ha visto mi expediente?',
        body: [
          'En Configuración, “Historial de acceso” muestra quién miró su expediente, lo descargó o escribió en él. Nuestro personal también sale ahí.',
        ],
      },
      {
        title: 'Cómo llevarse su expediente',
        body: [
          'Haga clic en su nombre y elija “Descargar el expediente”. Recibe una página para leer o imprimir, o archivos para una hoja de cálculo o para otro médico. Un cuidador también puede hacerlo.',
        ],
      },
      {
        title: '¿Qué debe tener la contraseña?',
        body: [
          'Mínimo 8 caracteres, con al menos una letra mayúscula, una letra minúscula, un número y un carácter especial.',
        ],
      },
      {
        title: '¿Y si olvidé mi contraseña o no puedo entrar?',
        body: [
          'En la página para iniciar sesión, elija “Olvidé mi contraseña”, o pida ayuda a un cuidador de confianza.',
          'Le mandamos un enlace para crear una contraseña nueva. El enlace funciona durante 1 hora. Un cuidador con acceso a su expediente puede pedir que le mandemos a usted este correo. Nunca llega al cuidador.',
          `¿Demasiadas contraseñas equivocadas? Espere una hora o use “Olvidé mi contraseña”, que funciona siempre. También puede llamar a nuestro consultorio al ${phone}.`,
        ],
      },
      {
        title: 'Cómo cambiar su contraseña',
        steps: [
          'Haga clic en su nombre y elija Configuración.',
          'Haga clic en “Cambiar correo electrónico o contraseña”.',
          'Elija la pestaña Contraseña en la ventana nueva.',
          'Escriba su contraseña actual y una nueva. Haga clic en “Guardar contraseña”.',
        ],
      },
      {
        title: 'Cómo cambiar su correo electrónico',
        body: [
          'Abra la misma ventana y quédese en la pestaña Correo electrónico. Mandamos un código a la dirección nueva. Cuando usted escribe el código, la dirección nueva queda en uso.',
          'También escribimos a su dirección anterior. Si no fue usted, el enlace de ese correo deshace el cambio. Funciona durante 7 días.',
        ],
      },
      {
        title: '¿Puedo entrar de un modo más seguro o más fácil?',
        body: [
          'Sí. En Configuración puede activar un segundo paso: un código de una aplicación en su teléfono, que pedimos después de la contraseña. Guarde los códigos de recuperación que recibe. Si pierde su teléfono, uno de ellos le deja entrar.',
          'También puede agregar una llave de acceso. Entonces entra igual que desbloquea su teléfono o computadora, y no hay nada que escribir.',
          `¿Perdió su teléfono y sus códigos de recuperación? Llame a nuestro consultorio al ${phone}.`,
        ],
      },
      {
        title: '¿Dónde tengo la sesión abierta?',
        body: [
          'En Configuración, Dispositivos muestra todos los dispositivos que pueden abrir su cuenta. Puede cerrar la sesión en uno, o en todos los demás.',
          'Si no hace nada durante 30 minutos, cerramos su sesión. Le preguntamos 2 minutos antes. Si estaba escribiendo, guardamos sus palabras y se las mostramos cuando inicia sesión otra vez.',
        ],
      },
      {
        title: '¿Puedo usar CareSpace en mi teléfono?',
        body: [
          'Sí. No hay una aplicación de CareSpace. Use Safari (iOS) o Chrome (Android) para entrar con el navegador de su teléfono.',
        ],
      },
      {
        title: 'Recursos útiles',
        body: [
          'La pestaña Recursos tiene enlaces al National Cancer Institute, la American Cancer Society y CancerCare.',
        ],
      },
    ],
  },
  accessibility: {
    title: 'Accesibilidad',
    parts: (practice: string, phone: string) => [
      {
        title: 'Qué queremos',
        body: [
          `${practice} quiere que todas las personas puedan usar CareSpace. Puede usar un lector de pantalla, solo el teclado, la voz o letra grande. Basta un teléfono viejo o una conexión lenta.`,
        ],
      },
      {
        title: 'Qué cumplimos',
        body: [
          'Hacemos CareSpace para cumplir WCAG 2.2, nivel AA. Es una lista de reglas para que las personas con discapacidad puedan usar un sitio web.',
        ],
        steps: [
          'Puede hacer todo solo con el teclado. Siempre ve dónde está.',
          'Puede poner la letra al doble o ampliar hasta 400 %. No se corta nada.',
          'Los colores se distinguen bien, con fondo claro y con fondo oscuro. El color nunca dice algo por sí solo.',
          'Las gráficas de los resultados también están en palabras y en una tabla.',
          'Todo funciona sin JavaScript.',
          'Le preguntamos antes de cerrar su sesión. Puede seguir.',
        ],
      },
      {
        title: 'Cómo lo revisamos',
        body: [
          'Un programa revisa cada página con las reglas WCAG, en pantallas chicas y grandes, con colores claros y oscuros. También usa las páginas solo con el teclado. Lo hacemos antes de cada cambio.',
          'Un programa no puede ver todo. Nadie de fuera ha revisado CareSpace todavía.',
        ],
      },
      {
        title: 'Qué puede no funcionar',
        body: [
          'Algunos archivos vienen de laboratorios o de otros médicos, como los PDF. Puede que un lector de pantalla no los lea.',
          'Los nombres de las pruebas y las notas de otros lugares se ven como se escribieron, casi siempre en inglés.',
        ],
      },
      {
        title: 'Díganos',
        body: [
          `¿Algo no le funcionó? Llámenos al ${phone} o mándenos un mensaje. Díganos qué quería hacer y en qué página.`,
          'También podemos leerle las cosas, o mandárselas con letra grande o en papel. No tiene que decirnos por qué.',
        ],
      },
    ],
  },
  terms: {
    title: 'Términos del servicio',
    version: (version: string) => `Versión ${version}`,
    parts: (practice: string) => [
      {
        title: 'Qué es CareSpace',
        body: [
          `CareSpace es el portal para pacientes de ${practice}. Aquí puede leer sus citas y sus informes de laboratorio y escribir a nuestro consultorio.`,
        ],
      },
      {
        title: 'No es para emergencias',
        body: [
          'No use CareSpace para nada urgente. En una emergencia médica, llame al 9-1-1. Para una petición urgente, llame a nuestro consultorio.',
          'El personal contesta los mensajes en horas de oficina.',
        ],
      },
      {
        title: 'Su cuenta',
        body: [
          'Su cuenta es solo para usted. Guarde su contraseña en secreto. Avísenos de inmediato si cree que otra persona la sabe.',
          'Puede abrir solo su propio expediente, y los de las personas que le dieron acceso.',
        ],
      },
      {
        title: 'Personas a las que da acceso',
        body: [
          'Una persona a la que da acceso puede leer todo su expediente y todos los mensajes, también los anteriores. Puede escribirnos en su propio nombre.',
          'Usted puede quitarle el acceso en cualquier momento, en “Administrar usuarios”. Esto es permanente.',
        ],
      },
      {
        title: 'Los resultados que lee aquí',
        body: [
          'Es posible que vea un resultado antes que su equipo médico. Un resultado solo no le dice qué pasa ni qué hacer. Pregúntenos.',
        ],
      },
      {
        title: 'Cambios',
        body: ['Cuando estos términos cambian, le pedimos que los acepte otra vez al iniciar sesión.'],
      },
    ],
  },
  privacy: {
    title: 'Privacidad',
    parts: (practice: string) => [
      {
        title: 'Quién guarda su información',
        body: [
          `${practice} guarda su expediente y es responsable de él.`,
          'Cloudflare maneja las computadoras de este portal. Resend manda sus correos.',
        ],
      },
      {
        title: 'Qué se guarda aquí',
        body: [
          'Su nombre, fecha de nacimiento, correo electrónico y teléfono. Sus citas y sus informes de laboratorio. Los mensajes que escriben usted y nuestro personal.',
          'También guardamos una lista de quién abrió su expediente y cuándo. Nombra a usted, a las personas a las que dio acceso y a nuestro personal.',
          'De cada vez que inicia sesión guardamos la hora, el tipo de dispositivo y el lugar aproximado. Puede verlo en Configuración.',
        ],
      },
      {
        title: 'Quién puede verla',
        body: [
          'Usted, las personas a las que dio acceso y el personal que la necesita para su trabajo.',
          'No mostramos anuncios ni usamos rastreadores.',
        ],
      },
      {
        title: 'Correo electrónico',
        body: [
          'Nuestros correos no dicen nada de su salud. Solo le avisan que hay algo que leer o hacer, y dónde iniciar sesión.',
        ],
      },
      {
        title: 'En su dispositivo',
        body: [
          'Guardamos unos archivos pequeños (cookies) en su dispositivo. Sirven para iniciar sesión, para su idioma y para un aviso corto en la página siguiente. También sirven para reconocer este dispositivo. El portal los necesita para funcionar.',
          'Las páginas de su expediente piden a su navegador que no guarde una copia.',
          '“Cómo llegar” abre un mapa en otro sitio web. Le enviamos la dirección y nada más.',
        ],
      },
      {
        title: 'Sus derechos',
        body: [
          'Puede descargar una copia de su expediente y ver quién lo ha mirado. También puede pedirnos una copia en papel o pedirnos que lo corrijamos. Llame a nuestro consultorio.',
        ],
      },
    ],
  },
} satisfies typeof en
