import type { rounds as en } from '../en/rounds.ts'

const patients = (count: number) => `${count} ${count === 1 ? 'paciente' : 'pacientes'}`

export const rounds = {
  title: 'Enviar muchas invitaciones',
  make: {
    'not-invited': 'Invitar a todos los que se pueda …',
    expired: 'Enviar a todos estos un enlace nuevo …',
    bounced: 'Enviar otra vez donde el buzón solo estaba lleno u ocupado …',
    'mail-failed': 'Enviar otra vez donde la dirección no fue la causa …',
    roster: 'Invitar a todos los que se pueda …',
  },
  about: {
    'not-invited': 'Pacientes sin invitación abierta. Cada uno recibe una.',
    expired: 'Pacientes cuyo enlace dejó de funcionar. Cada uno recibe uno nuevo.',
    bounced:
      'Pacientes cuyo correo fue devuelto porque el buzón no pudo recibirlo. Cada uno recibe uno nuevo.',
    'mail-failed': 'Pacientes cuyo correo no salió por una falla en el camino. Cada uno recibe uno nuevo.',
    roster: 'Pacientes de esta lista sin un enlace que funcione. Cada uno recibe una invitación.',
  },
  can: (count: number) => `Se puede invitar a ${patients(count)}.`,
  first: (count: number) => `Por primera vez: ${count}`,
  again: (count: number) => `Otra vez: ${count}`,
  send: (count: number) => `Enviar ${count === 1 ? '1 invitación' : `${count} invitaciones`}`,
  sendingTitle: 'Las invitaciones están saliendo',
  progress: (done: number, total: number) => `Invitaciones preparadas: ${done} de ${total}`,
  goOn: 'Continuar',
  goOnHint:
    'Esta página continúa sola, y nosotros también si usted la deja. Si se detiene, pulse el botón: a nadie se le invita dos veces.',
  preparedTitle: 'Todas las invitaciones están preparadas',
  prepared: (count: number, waiting: number) =>
    `${patients(count)} con invitación. ${waiting === 1 ? 'Falta 1 correo' : `Faltan ${waiting} correos`} por salir.`,
  doneTitle: 'Listo',
  done: (count: number) => `${patients(count)} con invitación. Ya no hay correos en espera.`,
  lookAgain: 'Ver de nuevo',
  held: 'Algunos correos todavía no se pudieron enviar. Lo intentamos otra vez solos.',
  mailsTitle: 'Qué pasó con los correos',
  fates: {
    delivered: 'Llegaron al buzón',
    sent: 'Enviados',
    delayed: 'Enviados, pero con retraso en camino',
    waiting: 'Esperan su envío',
    retried: 'Se intentó, y se intentará otra vez',
    bounced: 'Fueron devueltos',
    complained: 'Marcados como no deseados',
    failed: 'No se pudieron enviar',
    cancelled: 'No se enviaron: ya no hacía falta',
  },
  passedOver: 'A estos no se les invita',
  seeThem: 'Verlos en la mesa de invitaciones',
  whys: {
    open: 'Tienen un enlace que funciona',
    locked: 'Bloqueados por fechas de nacimiento equivocadas: revise el expediente',
    heldBack: 'Su buzón no recibe correo nuestro: llámelos',
    refused: 'El servicio de correo no aceptó la dirección: llámelos',
    noEmail: 'Sin correo electrónico registrado',
    badEmail: 'La dirección registrada no está completa',
    noBirthDate: 'Sin fecha de nacimiento registrada',
    minor: 'Menor de 18 años',
    active: 'Ya se registraron',
    deceased: 'Fallecido',
    inactive: 'Ya no está activo',
    since: 'Otra persona lo invitó mientras tanto',
  },
} satisfies typeof en
