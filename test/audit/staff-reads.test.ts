import { beforeEach, expect, test } from 'vitest'
import { seedAnnouncement } from '../support/announcements.ts'
import { as } from '../support/browser.ts'
import { seedMail } from '../support/mail.ts'
import { auditMark, auditSince, type Member, seed } from '../support/people.ts'

beforeEach(async () => {
  await seed()
  await Promise.all([seedMail(), seedAnnouncement()])
})

/** What staff read that is no one patient's record: names and addresses stand there all the same. */
test.each<[path: string, who: Member, action: string, subject: string | null]>([
  ['/admin/mail', 'frida', 'mail.list-read', null],
  ['/admin/mail?show=failed', 'okafor', 'mail.list-read', null],
  ['/admin/mail/otto-mail/retry', 'frida', 'mail.read', 'otto-mail'],
  ['/admin/unmatched', 'frida', 'unmatched.list-read', null],
  ['/admin/announcements/flu', 'nadia', 'announcements.read', 'flu'],
])('%s, read by %s, is in the trail', async (path, who, action, subject) => {
  const mark = await auditMark()
  const response = await as(who).get(path)
  expect(response.status).toBe(200)
  expect(await auditSince(mark)).toEqual([
    { actor: expect.any(String), account_id: who, patient_id: null, action, subject_id: subject },
  ])
})
