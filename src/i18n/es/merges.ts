import type { merges as en } from '../en/merges.ts'

export const merges: typeof en = {
  title: 'Dos expedientes que se unieron',
  into: 'Este expediente pasó a otro. Aquí ya no llega nada nuevo.',
  moved: (name) => `El expediente de ${name} pasó a este.`,
  on: (sender, at) => (sender ? `${sender}, ${at}` : at),
  open: 'Abrir ese expediente',
  separate: 'Volver a separarlos',
  separateTitle: '¿Separar los dos expedientes?',
  who: (name, mrn) => (mrn ? `${name}, expediente ${mrn}` : name),
  goesBack:
    'Todo lo que pasó vuelve: resultados, visitas, mensajes, cuidadores y el acceso. Ninguna de las dos personas ve ya los datos de la otra.',
  stays: 'Lo que llegó o se escribió después de unirlos se queda en este.',
  confirm: 'Separar los expedientes',
  keep: 'Dejarlos unidos',
  likelyTitle: 'Quizás la misma persona tiene otro expediente',
  likely:
    'Compare los dos. Si son una sola persona, únalos en su sistema de expedientes: su mensaje los une también aquí.',
}
