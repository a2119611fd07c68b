import { announcementRecipients, announcements } from '../../src/db/schema.ts'
import { db, minutesAgo } from './people.ts'

/** What Nadia wrote to all, looked over and not sent. */
export const seedAnnouncement = () =>
  db().batch([
    db()
      .insert(announcements)
      .values({
        id: 'flu',
        audience: 'list',
        subjectEn: 'Flu <shots>',
        subjectEs: 'Vacuna <gripe>',
        bodyEn: 'Come on Friday.',
        bodyEs: 'Venga el viernes.',
        authorId: 'nadia',
        submissionId: 'flu'.repeat(7),
        savedAt: minutesAgo(10),
      }),
    db()
      .insert(announcementRecipients)
      .values([
        { announcementId: 'flu', patientId: 'rosa-chart' },
        { announcementId: 'flu', patientId: 'otto-chart', skipped: 'no-account' },
      ]),
  ])
