import type { home as en } from '../en/home.ts'

export const home = {
  greeting: {
    morning: (name: string) => `Buenos días, ${name}`,
    afternoon: (name: string) => `Buenas tardes, ${name}`,
    evening: (name: string) => `Buenas noches, ${name}`,
  },
  nextAppointment: 'Su próxima cita',
  today: 'Hoy',
  seeDetails: 'Ver detalles',
  moreStops: (count: number) =>
    count === 1 ? 'Ese día tiene 1 cita más.' : `Ese día tiene ${count} citas más.`,
  allAppointments: 'Ver todas las citas',
  newMessages: 'Mensajes nuevos',
  allMessages: 'Ver todos los mensajes',
  newReport: 'Nuevo informe de laboratorio',
  newReports: 'Nuevos informes de laboratorio',
  labHistory: 'Ver historial de laboratorio',
  nothing: 'Nada nuevo por ahora',
  noAppointment: 'No tiene próximas citas.',
  noMessages: 'No hay mensajes nuevos.',
  noReports: 'No hay informes de laboratorio nuevos.',
  helping: {
    title: (name: string) => `¿${name} olvidó su contraseña?`,
    body: (name: string) =>
      `Podemos mandar a ${name} un enlace para crear otra. El enlace llega solo a la dirección con la que ${name} inicia sesión. Usted no lo verá.`,
    send: 'Enviar un correo para restablecerla',
  },
} satisfies typeof en
