import type { settings as en } from '../en/settings.ts'

export const settings = {
  title: 'Configuración',
  email: 'Correo electrónico',
  password: 'Contraseña',
  passwordChanged: (date: string) => `Cambiada el ${date}`,
  passwordMade: (date: string) => `Creada el ${date}`,
  changeCredentials: 'Cambiar correo electrónico o contraseña',
  secondStep: 'Segundo paso',
  secondStepOn: (date: string) => `Activado desde el ${date}`,
  secondStepOff: 'Desactivado',
  change: 'Cambiar',
  close: 'Cerrar',
} satisfies typeof en
