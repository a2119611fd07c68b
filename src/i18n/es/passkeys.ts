import type { passkeys as en } from '../en/passkeys.ts'

export const passkeys = {
  title: 'Llaves de acceso',
  one: 'Llave de acceso',
  intro:
    'Con una llave de acceso, usted entra igual que desbloquea su teléfono o computadora: con el dedo, la cara o el código. No hay nada que escribir ni recordar.',
  signIn: 'Entrar con una llave de acceso',
  use: 'Usar una llave de acceso',
  add: 'Agregar una llave de acceso',
  confirmFirst: 'Antes de agregar una, le pedimos que confirme que es usted.',
  shared: 'Agregue una llave solo en un dispositivo que sea suyo. Quien pueda desbloquearlo podría entrar.',
  cannot:
    'Este navegador no puede agregar una llave de acceso aquí. Usted puede seguir entrando con su contraseña.',
  cannotUse:
    'Este navegador no puede usar su llave de acceso. Use uno de sus códigos de recuperación o llámenos.',
  enough: (most: number) => `Usted tiene ${most} llaves de acceso. Para agregar otra, quite una primero.`,
  added: (date: string) => `Agregada el ${date}`,
  lastUsed: (date: string) => `usada por última vez el ${date}`,
  neverUsed: 'nunca usada',
  stopped: 'Detenida',
  whyStopped: (moment: string) =>
    `El ${moment}, esta llave parecía ser una copia y la detuvimos. Quítela y agregue una nueva. Si usted no intentó entrar en ese momento, llámenos.`,
  name: 'Nombre',
  nameHint: 'Elija un nombre que reconozca, como “Mi teléfono”.',
  nameMissing: 'Escriba un nombre',
  nameLong: 'Use 60 caracteres o menos',
  rename: 'Guardar nombre',
  remove: 'Quitar esta llave de acceso',
  removing: 'Usted ya no podrá entrar con ella. Bórrela también de su dispositivo.',
  last: 'Esta llave es su único segundo paso, por eso no se puede quitar. Primero agregue otra llave o una aplicación.',
  secondStep: 'Ver su segundo paso',
  failed: 'No funcionó. Intente otra vez o use su contraseña.',
  twice: 'Este dispositivo ya tiene una llave de acceso para su cuenta.',
  refused: 'No pudimos usar esa llave de acceso. Intente otra vez o use su contraseña.',
  heldNow:
    'Su contraseña se cambió y esta llave está en pausa. Inicie sesión con la contraseña nueva. Después díganos que la llave es suya.',
  held: {
    title: '¿Son suyas estas llaves de acceso?',
    why: 'Usted tiene una contraseña nueva. Para que no entre nadie más, sus llaves están en pausa: nadie puede entrar solo con una de ellas.',
    unknown: '¿Ve una que no es suya? Ábrala y quítela primero. Después llámenos.',
    keep: 'Todas son mías',
    tag: 'En pausa',
  },
  notAdded: 'No pudimos agregar esa llave de acceso. Por favor, intente otra vez.',
} satisfies typeof en
