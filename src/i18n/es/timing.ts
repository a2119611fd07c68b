import type { timing as en } from '../en/timing.ts'

export const timing = {
  title: 'Cuándo ve los resultados',
  intro: 'Usted ve los resultados nuevos en cuanto los tenemos. Puede elegir ver algunos tipos más tarde.',
  meaning:
    '“Pregúntenme primero” quiere decir: le avisamos que hay un resultado listo y usted dice cuándo quiere verlo. Lo que ya vio se queda.',
  atOnce: 'En seguida',
  afterComment: (days: number) =>
    `Cuando mi equipo haya escrito una nota, como máximo ${days === 1 ? '1 día' : `${days} días`}`,
  askFirst: 'Pregúntenme primero',
  hints: {
    lab: 'Conteos de sangre, química, orina y similares.',
    pathology: 'Biopsias y tejido de una operación.',
    imaging: 'Tomografías, resonancias, rayos X y otras imágenes.',
    genetics: 'Pruebas que miran los genes.',
    'tumor-marker': 'Como CA 125, CEA o PSA.',
  },
  save: 'Guardar',
  missing: 'Elija una opción de la lista.',
  lawTitle: 'Lo que pide la ley',
  lawBody:
    'Para algunos tipos de informes, la ley de nuestro estado fija un tiempo antes de poder mostrarlos.',
  lawLine: (kind: string, hours: number) =>
    `${kind}: ${hours === 1 ? '1 hora' : `${hours} horas`} después de que el informe sea final.`,
  forEveryone:
    'Lo que elija vale para todas las personas que pueden ver su expediente. Solo usted puede cambiarlo.',
} satisfies typeof en
