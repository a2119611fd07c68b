const patients = (count: number) => `${count} ${count === 1 ? 'patient' : 'patients'}`

export const rounds = {
  title: 'Send many invitations',
  make: {
    'not-invited': 'Invite all who can be invited …',
    expired: 'Send all of these a new link …',
    bounced: 'Send again where the mailbox was only full or busy …',
    roster: 'Invite all of them who can be invited …',
  },
  about: {
    'not-invited': 'Patients who have no open invitation. Each gets one.',
    expired: 'Patients whose link stopped working. Each gets a new one.',
    bounced: 'Patients whose mail came back because the mailbox could not take it then. Each gets a new one.',
    roster: 'Patients of this list whom no one has invited yet. Each gets one invitation.',
  },
  can: (count: number) => `${patients(count)} can be invited.`,
  send: (count: number) => `Send ${count === 1 ? '1 invitation' : `${count} invitations`}`,
  sendingTitle: 'Invitations are going out',
  progress: (done: number, total: number) => `${done} of ${total} invited`,
  goOn: 'Go on',
  goOnHint:
    'This page goes on by itself, and so do we if you leave it. If it stops, press the button: no one is invited twice.',
  doneTitle: 'Done',
  sent: (count: number) => `${patients(count)} invited. The mails leave within minutes.`,
  passedOver: 'These are passed over',
  seeThem: 'See who is not invited',
  whys: {
    noEmail: 'No email address on file',
    badEmail: 'The address on file is not complete',
    noBirthDate: 'No date of birth on file',
    minor: 'Under 18',
    active: 'Registered meanwhile',
    deceased: 'Deceased',
    inactive: 'Not active any more',
    since: 'Invited by someone else meanwhile',
  },
}
