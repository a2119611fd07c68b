/** What runs by the clock, in this order: what makes mails comes before what sends them, and tidying comes last. */
export const timetable = [
  // Those who have had an invitation for two days and have not registered.
  { name: 'invitation-reminders', every: 'minute' },
  // Three days and one day before.
  { name: 'appointment-reminders', every: 'minute' },
  // Conversations of an announcement that someone has started.
  { name: 'announcements', every: 'minute' },
  // Messages that waited with a number which someone has named a patient by.
  { name: 'named-messages', every: 'minute' },
  // Mails that there is a result to read.
  { name: 'result-notices', every: 'minute' },
  // Rounds of invitations whose page nobody keeps open.
  { name: 'invitation-rounds', every: 'minute' },
  // A mail that only shows that mail arrives.
  { name: 'canary', every: 'hour' },
  // What the queue missed or could not send yet.
  { name: 'mail', every: 'minute' },
  // Work for the staff about messages that nobody has read.
  { name: 'unread-messages', every: 'hour' },
  // Over what was written into the audit trail since the last seal.
  { name: 'audit-seals', every: 'hour' },
  // Sessions, counted tries, trust in devices and challenges that have run out.
  { name: 'old-sign-ins', every: 'hour' },
  // Links to a new password or address that have run out, with their mails.
  { name: 'old-links', every: 'hour' },
  // Forms kept for someone whose session ended, and drafts nobody has touched for 90 days.
  { name: 'old-forms', every: 'hour' },
  // Files that were taken off messages and forms.
  { name: 'removed-files', every: 'hour' },
  // What feeds sent, as it came, once it is older than the practice keeps it.
  { name: 'old-bodies', every: 'hour' },
  // Lists of patients, as they came, once they are as old.
  { name: 'old-lists', every: 'hour' },
  // Stored files that no row names.
  { name: 'lost-files', every: 'hour' },
  // Runs of these jobs, what was reported of mails, and codes to register.
  { name: 'old-notes', every: 'hour' },
] as const
export type JobName = (typeof timetable)[number]['name']
