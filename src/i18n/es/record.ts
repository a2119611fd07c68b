import type { record as en } from '../en/record.ts'

export const record = {
  title: 'Descargar el expediente',
  menu: 'Descargar el expediente',
  open: 'Abrir',
  hint: 'Guarde una copia o llévela a otro médico',
  intro: (name: string) =>
    `Aquí puede llevarse una copia del expediente de ${name}: informes de laboratorio, citas, visitas y mensajes.`,
  careful:
    'El archivo no tiene clave. Guárdelo solo en un aparato suyo. Bórrelo de las computadoras que usan otros. Cada descarga queda en el historial de acceso.',
  unopened: (count: number) =>
    count === 1
      ? '1 informe no está en el archivo porque usted aún no lo ha abierto. Si lo quiere en el archivo, ábralo antes en Laboratorio.'
      : `${count} informes no están en el archivo porque usted aún no los ha abierto. Si los quiere en el archivo, ábralos antes en Laboratorio.`,
  document: 'Para leer o imprimir',
  documentHint: 'Una página con todo. Se abre en cualquier navegador, también sin internet.',
  documentLink: 'Descargar como página (HTML)',
  paper: 'Para tener un PDF, abra la página, elija Imprimir y luego “Guardar como PDF”.',
  tables: 'Para una hoja de cálculo',
  tablesHint: 'Una tabla de cada cosa (CSV).',
  results: 'Descargar los resultados (CSV)',
  appointments: 'Descargar las citas (CSV)',
  messages: 'Descargar los mensajes (CSV)',
  bundle: 'Para otro médico o una aplicación',
  bundleHint:
    'Un archivo para computadoras, en una forma que muchos sistemas de salud pueden leer (FHIR R4).',
  bundleLink: 'Descargar para otro sistema (FHIR)',
  again: 'Puede que le pidamos su contraseña otra vez.',
  files:
    'Los archivos de los mensajes y los informes van por su nombre en la copia. Para tener uno, abra el mensaje o el informe.',
  help: '¿Necesita su expediente en otra forma o en papel? Llámenos:',
  page: {
    title: 'Expediente de CareSpace',
    of: (name: string) => `Expediente de ${name}`,
    from: (practice: string, phone: string) => `De ${practice}, ${phone}`,
    madeBy: (name: string, moment: string) => `Lo descargó ${name} el ${moment}`,
    contents: 'En este archivo',
    born: 'Fecha de nacimiento',
    number: 'Número de expediente',
    noReports: 'No hay informes de laboratorio.',
    resultsOf: (title: string, date: string) => `Resultados de ${title}, ${date}`,
    test: 'Prueba',
    result: 'Resultado',
    words: 'En palabras',
    more: 'Más sobre esto',
    noAppointments: 'No hay citas.',
    visits: 'Visitas',
    noVisits: 'No hay visitas.',
    noMessages: 'No hay mensajes.',
    files: 'Archivos',
    file: (name: string, kind: string, size: string) => `${name} (${kind}, ${size})`,
    end: 'Aquí termina el archivo. Está completo.',
  },
  columns: {
    report: 'Informe',
    reportStatus: 'Estado del informe',
    comment: 'Comentario del laboratorio',
    date: 'Fecha',
    time: 'Hora',
    what: 'Qué',
    author: 'De',
    files: 'Archivos',
  },
  visit: 'Visita',
} satisfies typeof en
