import type { announcements as en } from '../en/announcements.ts'

export const announcements = {
  title: 'Avisos generales',
  newTitle: 'Aviso nuevo',
  oneTitle: 'Aviso',
  none: 'Todavía no hay avisos.',
  intro:
    'Cada paciente lo recibe como un mensaje propio, en su idioma. Puede leerlo, pero no contestar. Antes de enviarlo, verá cuántos lo recibirán.',
  subject: (language: string) => `Asunto (${language})`,
  body: (language: string) => `Mensaje (${language})`,
  audience: 'Quién lo recibe',
  audienceMissing: 'Elija quién lo recibe',
  audiences: { all: 'Todos los pacientes activos con cuenta', list: 'Pacientes de una lista' },
  mrns: 'Números de expediente',
  mrnsHint: 'Para una lista: pegue los números, uno por línea.',
  listMissing: 'Pegue al menos un número de expediente',
  listTooLong: 'Una lista puede tener 5,000 números de expediente como máximo',
  unknown: (wrong: { mrn: string; line: number }[]) =>
    `${wrong
      .slice(0, 20)
      .map(({ mrn, line }) => `Línea ${line}: ningún paciente tiene el número de expediente “${mrn}”.`)
      .join(' ')}${wrong.length > 20 ? ` Y ${wrong.length - 20} más.` : ''}`,
  notSaved: 'Este aviso no se pudo guardar. Intente otra vez.',
  lookOver: 'Revisarlo',
  check: 'Revíselo',
  progress: 'Cómo va',
  willGet: (count: number) => (count === 1 ? '1 paciente lo recibirá.' : `${count} pacientes lo recibirán.`),
  sentTo: (sent: number, total: number) => `Enviado a ${sent} de ${total}.`,
  readBy: (count: number) => `Leído por ${count}.`,
  skipped: (count: number) =>
    count === 1
      ? '1 paciente de la lista no puede recibirlo: vea abajo.'
      : `${count} pacientes de la lista no pueden recibirlo: vea abajo.`,
  notSent: 'Sin enviar',
  startedAt: (moment: string) => `Empezó ${moment}.`,
  send: (count: number) => (count === 1 ? 'Enviar a 1 paciente' : `Enviar a ${count} pacientes`),
  change: 'Cambiar',
  remove: 'Descartar',
  recipients: 'Destinatarios',
  patient: 'Paciente',
  status: 'Estado',
  when: 'Leído',
  notRead: 'Todavía no',
  mrn: (number: string) => `Expediente ${number}`,
  statuses: {
    waiting: 'En espera',
    sent: 'Enviado',
    'mail-failed': 'Enviado, pero el correo falló',
    read: 'Leído',
    'no-account': 'Sin cuenta',
    inactive: 'No es paciente activo',
    deceased: 'Fallecido',
  },
} satisfies typeof en
