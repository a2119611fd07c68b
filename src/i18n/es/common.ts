import type { common as enCommon, flash as enFlash, nav as enNav, system as enSystem } from '../en/common.ts'

export const common = {
  skip: 'Ir al contenido principal',
  problem: 'Hay un problema',
  errorPrefix: 'Error: ',
  mainNav: 'Principal',
  staffNav: 'Personal',
  yourMenu: 'Su menú:',
  otherLanguage: 'English',
  callOffice: (phone: string) => `Llame al consultorio: ${phone}`,
  callNumber: (phone: string) => `Llame al ${phone}`,
  privacy: 'Privacidad',
  terms: 'Términos del servicio',
  help: 'Ayuda',
  isNew: 'Nuevo',
  opensNewTab: 'se abre en otra pestaña',
  reference: (code: string) => `Código de referencia: ${code}`,
  officeHours: 'Horario del consultorio',
  officeHoursLine: (days: string, opens: string, closes: string) => `${days}, de ${opens} a ${closes}`,
  pageOf: (page: number, pages: number) => `Página ${page} de ${pages}`,
  showing: (from: number, to: number, total: number) => `Del ${from} al ${to} de ${total}`,
  newer: 'Más recientes',
  older: 'Anteriores',
  emergency: {
    title: '¿Necesita ayuda ahora?',
    doNotUse: 'No use mensajes en una emergencia',
    medical: 'Emergencia médica',
    call911: 'Llame al 9-1-1',
    urgent: 'Petición urgente',
  },
  viewing: (name: string) => `Está viendo la cuenta de ${name}`,
  born: (date: string) => `Nacimiento: ${date}`,
  switchPerson: 'Cambiar de persona',
  showPassword: 'Mostrar',
  hidePassword: 'Ocultar',
  passwordWord: 'contraseña',
  passwordShown: 'Su contraseña está visible',
  passwordHidden: 'Su contraseña está oculta',
  requestFailed: 'No funcionó. Revise su conexión e intente otra vez.',
} satisfies typeof enCommon

export const flash = {
  signedOut: 'Cerró su sesión.',
  timedOut: 'Cerramos su sesión por su privacidad. Inicie sesión otra vez.',
  messageSent: 'Mensaje enviado. Contestamos en horas de oficina.',
  replySent: 'Respuesta enviada.',
  invitationSent: 'La invitación va en camino.',
  invitationRevoked: 'Invitación retirada. El enlace ya no funciona.',
  addressSaved: 'Dirección guardada.',
  claimed: 'Ahora le toca a usted contestar.',
  closed: 'Conversación cerrada.',
  registered: 'Bienvenido a CareSpace. Su cuenta está lista.',
  recordAdded: 'El expediente ya está en su cuenta.',
  codeSent: 'Enviamos un código nuevo.',
  newLinkAsked: 'El consultorio tiene su petición. La revisaremos y le mandaremos un correo, o llámenos.',
} satisfies typeof enFlash

export const nav = {
  home: 'Inicio',
  messages: 'Mensajes',
  appointments: 'Citas',
  labs: 'Laboratorio',
  resources: 'Recursos',
  signIn: 'Iniciar sesión',
  settings: 'Configuración',
  signOut: 'Cerrar sesión',
  staffProduct: 'CareSpace personal',
  dashboard: 'Tablero',
  patients: 'Pacientes',
} satisfies typeof enNav

export const system = {
  notFound: {
    title: 'No encontramos la página',
    body: 'Esta página no existe, o no le corresponde verla.',
    home: 'Ir a la primera página',
  },
  notAllowed: { title: 'Eso no se puede hacer aquí', body: 'Regrese y use el botón de la página.' },
  forbidden: {
    title: 'No pudimos aceptar eso',
    body: 'El formulario no vino de CareSpace. Abra la página otra vez y vuelva a enviarlo.',
  },
  badRequest: {
    title: 'No pudimos leer eso',
    body: 'Algo estaba mal en lo que envió su navegador. Regrese e intente otra vez.',
  },
  tooLarge: {
    title: 'Es demasiado grande',
    body: 'Lo que envió es demasiado grande. Regrese y hágalo más corto.',
  },
  tooMany: { title: 'Demasiados intentos', body: 'Espere unos minutos e intente otra vez.' },
  broken: {
    title: 'Algo salió mal',
    body: 'Lo sentimos. Algo falló de nuestro lado. Regrese e intente otra vez: lo que escribió quizá sigue ahí.',
  },
  away: {
    title: 'No podemos abrir su expediente en este momento',
    body: 'Espere un minuto. Después regrese e intente otra vez. Puede enviar algo dos veces sin miedo: llegará una sola vez.',
  },
  callUs: 'Si necesita ayuda, llámenos y díganos este código.',
} satisfies typeof enSystem
