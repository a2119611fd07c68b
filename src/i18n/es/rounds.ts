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
  progress: (done: number, total: number) => `Invitados: ${done} de ${total}`,
  goOn: 'Continuar',
  goOnHint:
    'Esta página continúa sola, y nosotros también si usted la deja. Si se detiene, pulse el botón: a nadie se le invita dos veces.',
  doneTitle: 'Listo',
  sent: (count: number) => `${patients(count)} con invitación. Los correos salen en pocos minutos.`,
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
