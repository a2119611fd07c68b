import type { confirm as en } from '../en/confirm.ts'

export const confirm = {
  title: 'Confirme que es usted',
  intro: 'Por su seguridad, escriba su contraseña otra vez.',
  submit: 'Continuar',
  back: 'Volver a Configuración',
  missing: 'Escriba su contraseña',
  wrong: 'Esa no es su contraseña. Revísela. Después de varios intentos, espere una hora o llámenos.',
} satisfies typeof en
