import type { rosters as en } from '../en/rosters.ts'

const patients = (count: number) => `${count} ${count === 1 ? 'paciente' : 'pacientes'}`
const rows = (count: number) => `${count} ${count === 1 ? 'fila' : 'filas'}`

export const rosters = {
  title: 'Traer una lista de pacientes',
  intro:
    'Una tabla de sus pacientes, tal como la exporta su sistema de expedientes. Primero se revisa: nada cambia hasta que usted vea qué pasaría con ella.',
  file: 'Archivo',
  fileHint:
    'Una tabla con comas (CSV), de 5,000 filas y 5 MB como máximo. La primera fila nombra las columnas.',
  next: 'Siguiente',
  list: 'Traídas antes',
  none: 'Aún no se ha traído ninguna lista.',
  name: 'Archivo',
  when: 'Cuándo',
  by: 'La trajo',
  state: 'Estado',
  states: {
    asked: 'Espera sus respuestas',
    reviewed: 'Revisada, sin incorporar',
    filing: 'Incorporándose',
    finished: 'Lista',
  },
  columnsIntro:
    'Cada fila es un paciente. Hemos rellenado lo que sugieren los nombres de las columnas. Revíselo.',
  fields: {
    mrn: 'Número de expediente',
    familyName: 'Apellidos',
    givenName: 'Nombre',
    birthDate: 'Fecha de nacimiento',
    email: 'Correo electrónico',
    phone: 'Teléfono',
    language: 'Idioma',
  },
  look: 'Revisar',
  reviewTitle: 'Esto es lo que pasaría',
  willCreate: (count: number) => `Nuevos: ${patients(count)}`,
  willUpdate: (count: number) => `Con cambios: ${patients(count)}`,
  isSame: (count: number) => `Sin cambios: ${patients(count)}`,
  toDecide: (count: number) => `Para que usted decida: ${patients(count)}`,
  leftOut: (count: number) => `Se dejan fuera: ${rows(count)}`,
  fileIt: 'Incorporarlos',
  discard: 'Desecharla',
  changeColumns: 'Cambiar las columnas',
  filingTitle: 'La lista se está incorporando',
  progress: (done: number, total: number) => `${done} de ${patients(total)}`,
  goOn: 'Continuar',
  goOnHint: 'Esta página continúa sola. Si se detiene, pulse el botón: ningún paciente se crea dos veces.',
  doneTitle: 'La lista está incorporada',
  done: (made: number, changed: number, same: number) =>
    `Nuevos: ${made}. Con cambios: ${changed}. Ya estaban así: ${same}.`,
  decideTitle: (count: number) =>
    count === 1 ? '1 fila se parece a alguien registrado' : `${count} filas se parecen a alguien registrado`,
  decideHint:
    'Mismo nombre y fecha de nacimiento, otro número de expediente. No se hace nada con ellas hasta que usted diga quiénes son.',
  decideLine: (row: number, name: string, born: string, mrn: string) =>
    `Fila ${row}: ${name}, nació el ${born}, expediente ${mrn}.`,
  known: (mrn: string) => `Registrado con el expediente ${mrn}`,
  same: 'Es este paciente',
  another: 'Es otra persona',
  faultyTitle: (count: number) => `${rows(count)} fuera`,
  faultyHint: 'Corríjalas en el archivo y tráigalo otra vez. Lo ya incorporado queda como está.',
  faultyLine: (row: number, name: string) => (name ? `Fila ${row} (${name}):` : `Fila ${row}:`),
  faults: {
    number: 'no hay número de expediente.',
    name: 'falta un nombre.',
    'birth-date': 'falta la fecha de nacimiento o no es una fecha.',
    future: 'la fecha de nacimiento está en el futuro.',
    minor: 'menor de 18 años. El portal es para adultos.',
    email: 'el correo electrónico no está completo.',
    phone: 'el teléfono es demasiado corto.',
    long: 'una celda es demasiado larga.',
    repeated: 'este número de expediente está en una fila de arriba.',
    twin: 'este nombre y fecha de nacimiento están en una fila de arriba, con otro número.',
    'other-person': 'este número pertenece a alguien con otro nombre y otra fecha de nacimiento.',
    taken: 'otra persona recibió este número mientras tanto.',
  },
  reason: (file: string) => `Lista de pacientes: ${file}`,
  unread: {
    empty: 'Este archivo está vacío.',
    'many-rows': 'Esta tabla tiene más de 5,000 filas. Tráigala por partes.',
    'many-columns': 'Esta tabla tiene más de 200 columnas.',
    'no-table': 'Esto no es una tabla con columnas. Guárdela como CSV e inténtelo de nuevo.',
  },
  errors: {
    fileMissing: 'Elija un archivo.',
    fileLarge: 'Este archivo pesa más de 5 MB. Tráigalo por partes.',
    columnMissing: 'Elija una columna.',
  },
} satisfies typeof en
