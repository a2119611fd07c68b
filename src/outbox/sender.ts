import type { Bindings } from '../env.ts'

/** Where every mail of the portal comes from, and what people are told to look for (seed). */
export const senderOf = ({ MAIL_SENDER }: Pick<Bindings, 'MAIL_SENDER'>) =>
  MAIL_SENDER || 'noreply@carespaceportal.com'
