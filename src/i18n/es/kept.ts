import type { kept as en } from '../en/kept.ts'

export const kept = {
  title: 'Lo que estaba escribiendo',
  heading: 'Usted escribía esto cuando cerramos su sesión',
  notSentYet: 'No se envió. No se perdió nada: léalo, y luego envíelo o bórrelo.',
  notSavedYet: 'No se guardó. No se perdió nada: léalo, y luego continúe o bórrelo.',
  kinds: {
    message: 'Un mensaje nuevo',
    reply: 'Una respuesta en una conversación',
    answer: 'Una respuesta a un paciente',
    note: 'Una nota interna sobre un paciente',
    form: 'Un formulario sobre un paciente',
  },
  fields: {
    category: 'Tipo de mensaje',
    subject: 'Asunto',
    body: 'Sus palabras',
    email: 'Correo electrónico',
    spokeWith: '¿Con quién habló?',
    note: 'Nota interna',
  },
  send: 'Enviar ahora',
  goOn: 'Continuar',
  filesLeft: (names: string) => `No se guardó: ${names}. Se guardan las palabras, no los archivos.`,
  addFiles: 'Agregar los archivos otra vez',
  openPage: 'Mejor abrir la página',
  remove: 'Borrarlo',
  until: (date: string) => `Solo usted puede ver esto. Lo guardamos hasta el ${date}.`,
  others: (count: number) => (count === 1 ? 'Hay uno más que lo espera' : `Hay ${count} más que lo esperan`),
  othersLater: 'Ábralo ahora o después: se lo preguntaremos la próxima vez que inicie sesión.',
  unsent: {
    title: 'Esto todavía no se envió',
    why: 'Su sesión se cerró antes de que lo enviara. No se perdió nada: sus palabras siguen en esta página.',
    thenSend: 'Después vuelva a esta página y elija «Enviar ahora».',
  },
  refused: {
    title: 'Esto no se envió',
    why: 'Usted no puede escribir aquí, o ya no puede. No se envió ni se guardó nada. Si necesita sus palabras, cópielas de esta página.',
    call: 'Si cree que es un error, llámenos:',
  },
} satisfies typeof en
