export const announcements = {
  title: 'Announcements',
  newTitle: 'New announcement',
  oneTitle: 'Announcement',
  none: 'No announcements yet.',
  intro:
    'Each patient gets it as a message of their own, in their language. They can read it but not reply. Before it goes you see how many will get it.',
  subject: (language: string) => `Subject (${language})`,
  body: (language: string) => `Message (${language})`,
  audience: 'Who gets it',
  audienceMissing: 'Choose who gets it',
  audiences: { all: 'All active patients with an account', list: 'Patients on a list' },
  mrns: 'Record numbers',
  mrnsHint: 'For a list: paste the numbers, one a line.',
  listMissing: 'Paste at least one record number',
  listTooLong: 'A list can have 5,000 record numbers at most',
  unknown: (wrong: { mrn: string; line: number }[]) =>
    `${wrong
      .slice(0, 20)
      .map(({ mrn, line }) => `Line ${line}: no patient has the record number “${mrn}”.`)
      .join(' ')}${wrong.length > 20 ? ` And ${wrong.length - 20} more.` : ''}`,
  notSaved: 'This announcement could not be saved. Try again.',
  lookOver: 'Look it over',
  check: 'Look it over',
  progress: 'How far it has come',
  willGet: (count: number) => (count === 1 ? '1 patient will get it.' : `${count} patients will get it.`),
  sentTo: (sent: number, total: number) => `Sent to ${sent} of ${total}.`,
  readBy: (count: number) => `Read by ${count}.`,
  skipped: (count: number) =>
    count === 1
      ? '1 patient on the list cannot get it: see below.'
      : `${count} patients on the list cannot get it: see below.`,
  notSent: 'Not sent yet',
  startedAt: (moment: string) => `Started ${moment}.`,
  send: (count: number) => (count === 1 ? 'Send to 1 patient' : `Send to ${count} patients`),
  change: 'Change',
  remove: 'Throw away',
  recipients: 'Recipients',
  patient: 'Patient',
  status: 'Status',
  when: 'Read',
  notRead: 'Not yet',
  mrn: (number: string) => `MRN ${number}`,
  statuses: {
    waiting: 'Waiting',
    sent: 'Sent',
    'mail-failed': 'Sent, but the email failed',
    read: 'Read',
    'no-account': 'No account',
    inactive: 'Not an active patient',
    deceased: 'Deceased',
  },
}
