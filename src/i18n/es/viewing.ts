import type { viewing as en } from '../en/viewing.ts'

export const viewing = {
  link: 'Ver como el paciente',
  title: 'Ver como el paciente',
  knowTitle: 'Antes de mirar',
  know: [
    'Verá todo el expediente como lo ve el paciente: mensajes, citas y resultados.',
    'Solo puede leer. Nada de lo que haga aquí se guarda ni se envía, y nada cuenta como leído.',
    'Termina a los 15 minutos, o cuando cierre la sesión.',
    'El paciente ve en el historial de acceso que usted miró, y el motivo que escriba.',
  ],
  reason: '¿Por qué necesita mirar?',
  reasonHint: 'Por ejemplo: el paciente llamó y no encuentra un resultado.',
  open: 'Mirar el expediente',
  bar: (name, until) =>
    `Como lo ve el paciente: el expediente de ${name}. Solo para leer, hasta las ${until}`,
  end: 'Dejar de mirar',
  errors: { missing: 'Escriba por qué necesita mirar', long: 'Es demasiado largo' },
} satisfies typeof en
