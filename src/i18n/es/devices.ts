import type { devices as en } from '../en/devices.ts'

export const devices = {
  title: 'Dónde tiene la sesión abierta',
  intro:
    'Estos dispositivos pueden abrir su cuenta ahora. Si no conoce alguno, cierre su sesión ahí y cambie su contraseña.',
  here: 'Este dispositivo',
  now: 'En uso ahora',
  since: (moment: string) => `Entró: ${moment}`,
  seen: (moment: string) => `Última vez: ${moment}`,
  near: (place: string) => `Cerca de ${place}`,
  signOut: 'Cerrar sesión',
  signOutOthers: 'Cerrar la sesión en todos los demás',
  unknown: 'Un navegador',
  on: (browser: string, system: string) => `${browser} en ${system}`,
  someBrowserOn: (system: string) => `Un navegador en ${system}`,
  trustTitle: 'Dispositivos de confianza',
  trustIntro: 'En estos dispositivos usted pidió no usar el segundo paso.',
  until: (date: string) => `Hasta el ${date}`,
  askAgain: 'Volver a pedirlo',
  askAgainAll: 'Volver a pedirlo en todos',
  pastTitle: 'Entradas anteriores',
  pastIntro: '¿Ve alguna que no fue suya? Cambie su contraseña y llámenos al',
  change: 'Cambiar correo electrónico o contraseña',
  back: 'Configuración',
} satisfies typeof en
