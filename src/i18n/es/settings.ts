import type { settings as en } from '../en/settings.ts'

export const settings = {
  title: 'Configuración',
  email: 'Correo electrónico',
  password: 'Contraseña',
  passwordChanged: (date: string) => `Cambiada el ${date}`,
  passwordMade: (date: string) => `Creada el ${date}`,
  changeCredentials: 'Cambiar correo electrónico o contraseña',
  language: 'Idioma',
  languageNow: 'Español',
  languageHint: 'Los correos que le mandamos también van en este idioma.',
  useOther: 'Use English',
  secondStep: 'Segundo paso',
  secondStepOn: (date: string) => `Activado desde el ${date}`,
  secondStepOff: 'Desactivado. Basta su contraseña para abrir su cuenta.',
  passkeys: 'Llaves de acceso',
  passkeyCount: (count: number) =>
    count === 0 ? 'Ninguna' : count === 1 ? '1 llave de acceso' : `${count} llaves de acceso`,
  notifications: 'Avisos por correo',
  notificationsHint: 'Elija sobre qué le escribimos',
  resultTiming: 'Cuándo ve los resultados',
  accessHistory: 'Historial de acceso',
  recordHint: 'Guarde una copia o llévela a otro médico',
  open: 'Abrir',
  accessHistoryHint: 'Quién ha mirado su expediente y cuándo',
  resultTimingHint: 'Elija cuándo ver los resultados nuevos',
  devices: 'Dispositivos',
  deviceCount: (count: number) =>
    count === 1 ? 'Sesión abierta solo en este dispositivo' : `Sesión abierta en ${count} dispositivos`,
  change: 'Cambiar',
} satisfies typeof en
