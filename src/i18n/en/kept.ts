export const kept = {
  title: 'What you were writing',
  heading: 'You were writing this when we signed you out',
  notSentYet: 'It was not sent. Nothing is lost: look it over, then send it or throw it away.',
  notSavedYet: 'It was not saved. Nothing is lost: look it over, then go on or throw it away.',
  kinds: {
    message: 'A new message',
    reply: 'A reply in a conversation',
    answer: 'An answer to a patient',
    form: 'A form about a patient',
  },
  fields: { category: 'Message category', subject: 'Subject', body: 'Your words', email: 'Email' },
  send: 'Send now',
  goOn: 'Continue',
  openPage: 'Open the page instead',
  remove: 'Throw it away',
  until: (date: string) => `Only you can see this. We keep it until ${date}.`,
  others: (count: number) => (count === 1 ? 'One more waits for you' : `${count} more wait for you`),
  unsent: {
    title: 'This was not sent yet',
    why: 'You were signed out before you sent it. Nothing is lost: your words are still on this page.',
    thenSend: 'Then come back to this page and choose “Send now”.',
  },
}
