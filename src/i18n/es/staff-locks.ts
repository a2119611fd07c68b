import type { staffLocks as en } from '../en/staff-locks.ts'

export const staffLocks = {
  title: 'Intentos fallidos al iniciar sesión',
  none: 'No hay intentos fallidos. Nada está en pausa.',
  intro:
    'Después de 5 intentos fallidos hay una pausa, de hasta una hora. “Olvidé mi contraseña” siempre funciona y termina la pausa de la contraseña. Confirme quién llama antes de borrar los intentos.',
  person: 'Nombre',
  tries: 'Intentos fallidos',
  count: (tries: number) => (tries === 1 ? '1 intento fallido' : `${tries} intentos fallidos`),
  purposes: {
    'sign-in': 'Contraseña en un dispositivo nuevo',
    device: 'Contraseña en un dispositivo ya usado',
    'second-step': 'Código de seguridad',
    'current-password': 'Contraseña pedida otra vez con la sesión abierta',
  },
  paused: (time: string) => `En pausa hasta las ${time}`,
  stopped: 'Detenido hasta que lo borre',
  clearing: 'Dejar entrar',
  clear: 'Borrar',
  of: (name: string) => `los intentos fallidos de ${name}`,
  caregiver: (relationship: string) => `Cuidador: ${relationship}`,
  signedIn: {
    title: 'Sesiones abiertas',
    none: 'Nadie tiene una sesión abierta en este expediente.',
    intro:
      'Si se perdió un teléfono o quedó abierta una computadora compartida, cierre la sesión de la persona en todos los dispositivos. Primero confirme quién llama. No se pierde nada de lo que guardó.',
    seen: 'Última actividad',
    trusted: 'Ahora no, pero un dispositivo no pide el código de seguridad',
    ending: 'Cerrar sesión',
    end: 'Cerrar en todos los dispositivos',
    notYours: 'Es una cuenta del personal. Un administrador puede desactivarla en la página Personal.',
  },
  notYours: 'Solo otra persona con el rol de administrador puede borrarlos, en la página Personal.',
} satisfies typeof en
