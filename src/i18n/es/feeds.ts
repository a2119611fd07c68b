import type { Dictionary } from '../text.ts'

const kilo = (bytes: number) => (bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`)

export const feeds = {
  title: 'Conexiones',
  back: 'Consultorio',
  add: 'Conexión nueva',
  addTitle: 'Conexión nueva',
  intro:
    'Sistemas que nos envían resultados y datos de pacientes. Cada uno tiene su propia clave, que se puede retirar.',
  toUnmatched: 'Lo que espera a que alguien diga de quién es',
  none: 'Todavía ningún sistema nos envía nada.',
  name: 'Nombre',
  nameHint: 'El laboratorio o sistema, como lo llama su personal.',
  scope: 'Tipo',
  scopes: {
    hl7: { label: 'HL7 v2', hint: 'Resultados y datos de pacientes como los envían los laboratorios.' },
    fhir: { label: 'FHIR R4', hint: 'Paquetes, registros sueltos o líneas de registros.' },
  },
  uploads: 'Archivos que sube el personal',
  authorities: 'Quién da nuestros números de expediente',
  authoritiesHint:
    'Uno por línea, como lo escribe el emisor junto a un número nuestro (PID-3.4 o identifier.system). Sin ninguno, cada número nuevo espera a una persona.',
  noAuthorities: 'Nadie: cada número nuevo espera a una persona',
  zone: 'Zona horaria del emisor',
  zoneHint:
    'Para las horas que llegan sin zona, por ejemplo America/Chicago. Déjelo vacío para usar la nuestra.',
  practiceZone: 'La nuestra',
  make: 'Crear la conexión',
  keyTitle: 'Esta es su clave. Cópiela ahora.',
  keyBody:
    'Solo usted la ve, durante 15 minutos, y ya no después de que se use. Désela al emisor por una vía segura.',
  address: 'Dirección',
  since: 'Creada el',
  lastUsed: 'Último uso',
  never: 'Nunca',
  revoked: 'Retirada',
  revoke: 'Retirar la clave',
  revokeHint: 'Desde entonces se rechaza al emisor. Es para siempre: una clave nueva es otra conexión.',
  edit: 'Cambiar esta conexión',
  editTitle: 'Cambiar una conexión',
  editIntro: 'Cuenta para lo que llegue desde ahora. Lo que ya está en los expedientes queda igual.',
  waitTitle: (count) => (count === 1 ? '1 espera a una persona' : `${count} esperan a una persona`),
  waitBody:
    'Lo que espera no se mueve solo. Se lee con los nuevos ajustes cuando usted lo guarda otra vez, o cuando alguien dice de quién es.',
  toWaiting: 'Ver lo que espera',
  scopeStays: (label) =>
    `El tipo sigue siendo ${label}, porque ya llegó algo con su clave. Otro tipo es otra conexión.`,
  authoritiesGone:
    'Si quita a alguien que da nuestros números de expediente, sus números vuelven a esperar a una persona.',
  lastWeek: 'Últimos 7 días',
  counts: (all, refused) =>
    refused > 0
      ? `Llegaron ${all}, ${refused} rechazados.`
      : all === 0
        ? 'No llegó nada.'
        : `Llegaron ${all}.`,
  waiting: (count) => (count === 1 ? '1 en espera.' : `${count} en espera.`),
  unfinished: (count) => `${count} sin terminar`,
  received: 'Lo que llegó',
  all: 'Todo',
  nothing: 'No hay nada aquí.',
  when: 'Cuándo',
  format: 'Formato',
  formats: { hl7: 'HL7 v2', fhir: 'FHIR', csv: 'CSV', pdf: 'PDF' },
  size: 'Tamaño',
  bytes: kilo,
  fate: 'Qué pasó',
  states: {
    filed: 'Guardado',
    repeated: 'Ya se conocía',
    waiting: 'Espera a una persona',
    refused: 'Rechazado',
    unfinished: 'Sin terminar',
  },
  oneTitle: 'Una entrega',
  why: 'Por qué',
  messages: 'Mensajes que contiene',
  message: 'Mensaje',
  what: 'Qué contenía',
  told: (filed, changed, unchanged) => `${filed} nuevos, ${changed} cambiados, ${unchanged} sin cambios.`,
  reused: 'Otro mensaje ya tenía este número de control.',
  replay: 'Guardarlo otra vez',
  replayHint:
    'Se guarda otra vez todo el envío. No hay riesgo: lo que ya está en los expedientes queda igual. Las dos acciones quedan anotadas.',
  download: 'Descargar como llegó',
  bodyRemoved: (date: string) =>
    `Lo guardamos tal como llegó hasta el ${date}. Lo que se archivó de él se queda en el expediente.`,
  errors: {
    nameMissing: 'Escriba un nombre.',
    nameLong: 'Use 60 caracteres o menos.',
    scopeMissing: 'Elija un tipo.',
    authoritiesLong: 'Use como máximo 10 líneas cortas.',
    revokedMeanwhile: 'La clave de esta conexión se retiró. Ya no se puede cambiar.',
    zoneUnknown: 'No conocemos esta zona horaria. Escríbala como America/Chicago.',
  },
} satisfies Dictionary['feeds']
