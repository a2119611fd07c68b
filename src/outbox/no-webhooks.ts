/** Stands in for standardwebhooks, with which the resend client checks webhooks: the portal takes none yet. */
export class Webhook {
  constructor() {
    throw new Error('The portal takes no webhooks through the resend client')
  }
}
