/** Every cookie of ours: this host's alone, over https, out of reach of scripts, sent along when a link leads here. */
export const hostCookie = {
  prefix: 'host',
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Lax',
} as const
