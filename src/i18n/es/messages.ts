import type { messages as enMessages } from '../en/messages.ts'

export const messages = {
  title: 'Mensajes',
  newMessage: 'Mensaje nuevo',
  threadTitle: 'Conversación',
  notUrgent: 'Los mensajes son para asuntos que no son urgentes.',
  urgentCall: 'Si su petición es urgente, llame directamente al consultorio:',
  emergencyCall: 'Si tiene una emergencia médica, llame al 9-1-1 de inmediato.',
  list: 'Conversaciones',
  empty: 'Todavía no hay mensajes.',
  emptyHint: 'Para preguntar algo a su equipo médico, empiece un mensaje nuevo.',
  announcement: 'Aviso',
  closedWord: 'Cerrada',

  you: 'Usted',
  roles: {
    patient: 'Paciente',
    caregiver: 'Cuidador',
    'front-desk': 'Recepción',
    clinical: 'Equipo médico',
    admin: 'Equipo médico',
    auditor: 'Equipo médico',
  },
  caregiverFor: (name: string, relationship: string, patient: string) =>
    `${name} (${relationship}) por ${patient}`,

  intro:
    'Puede enviar mensajes seguros que no sean urgentes al consultorio a cualquier hora. El personal contesta en horas de oficina.',
  partOfRecord: 'Su mensaje forma parte del expediente médico.',
  officeOpen: 'El consultorio está abierto ahora.',
  officeClosed: 'El consultorio está cerrado ahora.',
  officeOpens: (when: string) => `Abrimos el ${when}.`,
  replyBy: (when: string) => `Recibirá respuesta a más tardar el ${when}.`,
  category: 'Tipo de mensaje',
  categoryMissing: 'Elija de qué trata su mensaje',
  subject: 'Asunto',
  subjectMissing: 'Escriba un asunto',
  subjectTooLong: 'El asunto puede tener 120 caracteres como máximo',
  body: 'Mensaje',
  bodyHint: 'Si puede, haga una pregunta a la vez. Puede usar hasta 8,000 caracteres.',
  bodyMissing: 'Escriba su mensaje',
  bodyTooLong: 'El mensaje puede tener 8,000 caracteres como máximo',
  alreadySent:
    'Ya envió este formulario con otras palabras. Para enviar también estas, elija “Enviar mensaje” otra vez.',
  whoCanSee: 'Quién puede ver esto',
  careTeam: 'Su equipo médico y el personal que contesta los mensajes',
  patientReads: (name: string, isYou: boolean) => (isYou ? `${name} (usted)` : name),
  send: 'Enviar mensaje',

  stages: { received: 'Recibido', withTeam: 'Con el equipo', answered: 'Contestado', closed: 'Cerrado' },
  stageNow: (stage: string) => `Estado: ${stage}`,
  reply: 'Responder',
  replyTo: (subject: string) => `Respuesta: ${subject}`,
  replyUrgent: 'No es para emergencias.',
  closedTitle: 'Esta conversación está cerrada',
  closedBody: 'Aún la puede leer. Para preguntar otra cosa, escriba un mensaje nuevo.',
  closedMeanwhile: 'Esta conversación se cerró mientras usted escribía. Su respuesta no se envió.',
  notSent: 'Sus palabras, aún sin enviar',
  copyThem: 'Cópielas en un mensaje nuevo.',

  reference: (code: string) => `Referencia ${code}`,
  replyLate: 'No hemos contestado a tiempo. Lo sentimos. Si no puede esperar, llámenos:',
  withdrawn: {
    subject: 'Mensaje retirado',
    by: (name: string, when: string) => `Retirado por ${name} el ${when}.`,
    offer: 'Retirar',
    means:
      'Nadie de nuestro consultorio ha abierto este mensaje todavía. Si lo retira, sus palabras y archivos desaparecen para todos. Esto no se puede deshacer.',
    confirm: 'Retirar este mensaje',
  },

  search: 'Buscar en los mensajes',
  searchWords: 'Palabras que busca',
  searchHint:
    'Encuentra los mensajes que tienen todas estas palabras. Basta con el principio de una palabra.',
  searchButton: 'Buscar',
  searchTooLong: 'Use 100 caracteres como máximo',
  found: (count: number) =>
    count === 0 ? 'Ningún mensaje tiene estas palabras' : count === 1 ? '1 mensaje' : `${count} mensajes`,

  saveDraft: 'Guardar borrador',
  savedAt: (time: string) => `Borrador guardado a las ${time}`,
  drafts: 'Sin enviar',
  notSentYet: (when: string) => `Borrador, guardado ${when}`,
  noSubject: 'Todavía sin asunto',
  removeDraft: 'Borrar borrador',
  removalMeans: 'Se borrarán sus palabras y archivos. Esto no se puede deshacer.',
  replyOffTitle: 'Este mensaje es solo para leer',
  replyOffBody: 'Para preguntar algo sobre él, empiece un mensaje nuevo.',
  about: { report: 'Sobre este informe de laboratorio', appointment: 'Sobre esta cita' },
  callNow: {
    title: 'Por favor llámenos ahora',
    why: 'Algunas palabras de su mensaje pueden indicar que necesita ayuda de inmediato. Un mensaje puede tardar horas en leerse.',
    now: 'Llame ahora',
    notSent: 'Su mensaje no se ha enviado. Está guardado.',
    anyway: 'Enviar de todos modos',
    change: 'Cambiar mi mensaje',
  },

  files: {
    label: 'Agregar fotos o archivos',
    hint: 'Hasta 4 archivos: PDF, JPEG, PNG o HEIC. 6 MB cada uno, 10 MB en total.',
    attach: 'Adjuntar',
    remove: 'Quitar',
    attached: (name: string) => `“${name}” está adjunto.`,
    sending: 'Enviando su archivo. Puede seguir escribiendo, pero no cierre esta página.',
    problems: {
      type: (name: string) => `“${name}” no es un PDF ni una foto que podamos leer. No se adjuntó.`,
      large: (name: string) => `“${name}” pesa más de 6 MB. No se adjuntó.`,
      many: (name: string) => `Puede adjuntar 4 archivos. “${name}” no se adjuntó.`,
      total: (name: string) => `Todos los archivos juntos pueden pesar 10 MB. “${name}” no se adjuntó.`,
      sent: (name: string) => `Este mensaje ya se envió antes. “${name}” no fue con él.`,
      none: () => 'Primero elija un archivo; después, adjúntelo.',
      broken:
        'El archivo no llegó. Sus palabras siguen aquí. Revise su conexión y elija el archivo otra vez.',
      tooLarge: 'Esos archivos son demasiado grandes juntos. Elija menos o más pequeños.',
      away: (name: string) => `“${name}” no se pudo guardar. Intente otra vez.`,
    },
    list: 'Archivos adjuntos',
    kinds: {
      'application/pdf': 'PDF',
      'image/jpeg': 'foto',
      'image/png': 'imagen',
      'image/heic': 'foto',
    },
  },

  mail: {
    subject: 'Tiene un mensaje nuevo en CareSpace',
    body: (practice: string) => `${practice} le envió un mensaje nuevo en CareSpace.`,
    signIn: 'Inicie sesión para leerlo',
  },
} satisfies typeof enMessages
