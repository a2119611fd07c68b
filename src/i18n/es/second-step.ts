import type { secondStep as en } from '../en/second-step.ts'

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

export const secondStep = {
  title: 'Segundo paso',
  asked: {
    title: 'Escriba su código de seguridad',
    titlePasskey: 'Un paso más',
    intro: 'Abra su aplicación de códigos y escriba los 6 números que muestra para CareSpace.',
    code: 'Código de seguridad',
    submit: 'Continuar',
    codeMissing: 'Escriba los 6 números de su aplicación',
    codeWrong: 'Ese código no es correcto. Espere el siguiente en su aplicación y escríbalo.',
    trust: 'No preguntar en este dispositivo por 30 días. Márquelo solo si el dispositivo es suyo.',
    useRecovery: 'Usar un código de recuperación',
    startOver: 'Entrar como otra persona',
  },
  recovery: {
    title: 'Use un código de recuperación',
    intro: 'Escriba uno de los códigos que imprimió o anotó. Cada código sirve una vez.',
    code: 'Código de recuperación',
    hint: 'Se ve así: 7k2m-x9qd',
    missing: 'Escriba un código de recuperación',
    wrong:
      'Ese código no es correcto o ya se usó. Revíselo. Después de varios intentos, espere una hora o llámenos.',
    none: 'A esta cuenta no le queda ningún código de recuperación.',
    lost: '¿No tiene ningún código? Llámenos al',
    back: 'Volver a las otras formas',
  },
  setUp: {
    title: 'Configure su segundo paso',
    introStaff:
      'El personal entra con una contraseña y un código de una aplicación. Se configura una sola vez.',
    titleApp: 'Configure una aplicación de códigos',
    introApp:
      'Una aplicación de códigos en su teléfono muestra un código nuevo de 6 números cada 30 segundos. Si no tiene una, búsquela en la tienda de su teléfono.',
    replaces: 'Su aplicación anterior deja de servir para CareSpace cuando esta quede lista.',
    scan: 'Lea esta imagen con su aplicación de códigos.',
    picture: 'Un código cuadrado que se lee con su aplicación',
    samePhone: '¿Está la aplicación en el teléfono que tiene en la mano?',
    openApp: 'Ábrala aquí',
    orType: 'O escriba esta clave en la aplicación:',
    afterwards: 'Después escriba los 6 números que muestra la aplicación.',
    cancel: 'Cancelar',
  },
  overview: {
    intro:
      'Después de su contraseña le pedimos algo más que solo usted tiene. Así nadie entra solo con su contraseña.',
    staffAlways: 'El personal siempre entra con un segundo paso. No se puede desactivar.',
    state: 'Segundo paso',
    on: (date: string) => `Activado desde el ${date}`,
    off: 'Desactivado',
    app: 'Aplicación de códigos',
    appOn: (date: string) => `Configurada el ${date}`,
    appOff: 'Sin configurar',
    newPhone: 'Usar otro teléfono',
    codes: 'Códigos de recuperación',
    left: (left: number, of: number) => `${left === 1 ? 'Queda' : 'Quedan'} ${left} de ${of}`,
    noCodes: 'Ninguno',
    passkeys: 'Llaves de acceso',
    passkeysCount: (count: number) =>
      count === 0 ? 'Ninguna' : plural(count, 'llave de acceso', 'llaves de acceso'),
    devices: 'Dispositivos de confianza',
    devicesCount: (count: number) => (count === 0 ? 'Ninguno' : plural(count, 'dispositivo', 'dispositivos')),
    change: 'Cambiar',
    saveTitle: 'Guarde sus códigos de recuperación',
    saveBody: 'Los necesita si pierde su teléfono.',
    saveLink: 'Ver los códigos',
    fewTitle: (left: number) =>
      left === 0
        ? 'No le quedan códigos de recuperación'
        : `Solo le ${left === 1 ? 'queda 1 código' : `quedan ${left} códigos`} de recuperación`,
    fewBody: 'Haga códigos nuevos para poder entrar si pierde su teléfono.',
    fewLink: 'Hacer códigos nuevos',
    start: 'Configurar una aplicación de códigos',
    removeApp: 'Quitar la aplicación de códigos',
    turnOff: 'Desactivar el segundo paso',
  },
  codes: {
    title: 'Códigos de recuperación',
    intro: 'Si pierde su teléfono, uno de estos códigos le deja entrar. Cada código sirve una vez.',
    keep: 'Imprima esta página o anote los códigos. Guárdelos en un lugar seguro, no junto a su teléfono.',
    once: 'Cuando termine, elija “Ya los guardé”. Después no podemos volver a mostrarlos.',
    paper: (practice: string, date: string) => `CareSpace en ${practice}. Códigos hechos el ${date}.`,
    saved: 'Ya los guardé',
    left: (left: number, of: number) =>
      `Le ${left === 1 ? 'queda' : 'quedan'} ${left} de ${of} códigos. No podemos volver a mostrarlos.`,
    none: 'Todavía no tiene códigos de recuperación.',
    fresh: 'Si los perdió, haga otros nuevos. Los anteriores dejan de servir en ese momento.',
    make: 'Hacer códigos nuevos',
    back: 'Segundo paso',
  },
  removeApp: {
    title: '¿Quitar la aplicación de códigos?',
    body: 'Desde ese momento entra con su llave de acceso. Recibe códigos de recuperación nuevos y los anteriores dejan de servir.',
    devices: 'Olvidamos los dispositivos de confianza.',
    submit: 'Quitar la aplicación',
    keep: 'Conservarla',
    onlyStep:
      'Esta aplicación es su único segundo paso, y el personal debe tener uno. Antes, agregue una llave de acceso o ponga la aplicación en otro teléfono.',
  },
  turnOff: {
    title: '¿Desactivar el segundo paso?',
    body: 'Su contraseña sola abrirá su cuenta.',
    devices: 'Sus códigos de recuperación dejan de servir y olvidamos los dispositivos de confianza.',
    passkeys: 'Sus llaves de acceso se quedan. Puede seguir entrando con ellas.',
    submit: 'Desactivarlo',
    keep: 'Dejarlo activado',
    staff:
      'Usted trabaja aquí y puede abrir los expedientes de los pacientes. Por eso su cuenta debe tener un segundo paso. Puede configurarlo en otro teléfono.',
  },
} satisfies typeof en
