import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { practice, releaseChoices, reportFiles } from '../../src/db/schema.ts'
import worker from '../../src/index.ts'
import { mailWriters } from '../../src/mails.ts'
import { deliverDue } from '../../src/outbox/deliver.ts'
import { message, msh, obr, obx, pid, post, seedLab } from '../integrations/hl7/feed.ts'
import { as } from '../support/browser.ts'
import { readPage } from '../support/html.ts'
import { choose, helpInesToo } from '../support/notices.ts'
import { auditMark, auditSince, db, minutesAgo, seed } from '../support/people.ts'
import { fileReport, labsUrl, reportUrl } from './rows.ts'

beforeEach(seed)

const rows = async <T = Record<string, unknown>>(query: string) =>
  (await env.DB.prepare(query).all<T>()).results
const textOf = async (url: string, who: Parameters<typeof as>[0] = 'rosa') =>
  (await readPage(await (await as(who).get(url)).text())).text
const desk = (id: string) => `/admin/patients/rosa-chart/labs/${id}`
const releasedAt = async (id: string) =>
  (await rows<{ released_at: number | null }>(`SELECT released_at FROM reports WHERE id = '${id}'`))[0]
    ?.released_at ?? null

describe('reports that open behind a calm page', () => {
  beforeEach(() =>
    fileReport({ id: 'biopsy', title: 'Biopsy', kind: 'pathology', conclusion: 'No carcinoma.' }, [])
  )

  test('show nothing of themselves before, and open once for each reader', async () => {
    for (const who of ['rosa', 'milo'] as const) {
      const before = await textOf(reportUrl('biopsy'), who)
      expect(before).toContain('Before you open this report')
      expect(before).not.toContain('No carcinoma.')
      const opened = await as(who).post(`${reportUrl('biopsy')}/opening`)
      expect(opened.headers.get('Location')).toBe(reportUrl('biopsy'))
      expect(await textOf(reportUrl('biopsy'), who)).toContain('No carcinoma.')
    }
    expect(await rows('SELECT account_id FROM report_openings ORDER BY account_id')).toEqual([
      { account_id: 'milo' },
      { account_id: 'rosa' },
    ])
  })

  test('looking at the calm page is not reading the report', async () => {
    await as('rosa').get(reportUrl('biopsy'))
    expect(await rows("SELECT * FROM report_reads WHERE report_id = 'biopsy'")).toEqual([])
  })
})

describe('a patient who wants to be asked first', () => {
  beforeEach(() =>
    fileReport(
      {
        id: 'genes',
        title: 'Gene panel',
        kind: 'genetics',
        conclusion: 'BRCA1',
        releasedAt: null,
        askAt: minutesAgo(5),
      },
      []
    )
  )

  test('is asked, without a word of what it is, and sees it once they say yes', async () => {
    const list = await textOf(labsUrl)
    expect(list).toContain('A result is ready')
    expect(list).not.toContain('Gene panel')
    const page = await textOf(reportUrl('genes'))
    expect(page).not.toContain('BRCA1')
    const mark = await auditMark()
    await as('rosa').post(`${reportUrl('genes')}/opening`)
    expect(await textOf(reportUrl('genes'))).toContain('BRCA1')
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('labs.released')
  })

  test('a caregiver does not say yes for them', async () => {
    expect((await as('milo').post(`${reportUrl('genes')}/opening`)).status).toBe(404)
    expect(await releasedAt('genes')).toBe(null)
    expect(await textOf(reportUrl('genes'), 'milo')).not.toContain('BRCA1')
  })
})

describe('result timing', () => {
  const url = '/patients/rosa-chart/result-timing'
  const all = {
    lab: 'at-once',
    pathology: 'ask-first',
    imaging: 'after-comment-7',
    genetics: 'at-once',
    'tumor-marker': 'at-once',
  }

  test('is the patient’s own choice, for each kind', async () => {
    const mark = await auditMark()
    expect((await as('rosa').submit(url, all)).status).toBe(303)
    expect(await rows('SELECT kind, timing, days FROM release_choices ORDER BY kind')).toEqual(
      expect.arrayContaining([
        { kind: 'imaging', timing: 'after-comment', days: 7 },
        { kind: 'pathology', timing: 'ask-first', days: null },
      ])
    )
    expect((await auditSince(mark)).some(({ action }) => action.startsWith('labs.'))).toBe(true)
  })

  test.each([{ ...all, lab: 'never' }, { ...all, imaging: 'after-comment-999' }, {}])(
    '%o is no choice',
    async (typed) => {
      expect((await as('rosa').post(url, typed as Record<string, string>)).status).toBe(422)
      expect(await rows('SELECT * FROM release_choices')).toEqual([])
    }
  )

  test.each(['milo', 'ines', 'nadia', 'okafor'] as const)('%s does not make it', async (who) => {
    expect((await as(who).post(url, all)).status).toBe(404)
    expect((await as(who).get(url)).status).toBe(404)
  })

  test('going back to "at once" shows what waited for it', async () => {
    await db().batch([
      db()
        .insert(releaseChoices)
        .values({
          patientId: 'rosa-chart',
          kind: 'lab',
          timing: 'ask-first',
          chosenAt: minutesAgo(99),
          chosenBy: 'rosa',
        }),
    ])
    await fileReport({ id: 'waits', releasedAt: null, askAt: minutesAgo(9) }, [{ value: '7' }])
    await as('rosa').submit(url, all)
    expect(await releasedAt('waits')).toBeLessThanOrEqual(Date.now())
  })
})

describe('other hours that the law asks for', () => {
  const hour = 3_600_000
  const say = async (pathology: string) => {
    const admin = as('okafor')
    const page = await (await admin.get('/admin/practice/release')).text()
    const seen = page.match(/name="seen" value="([^"]+)"/)?.[1] ?? ''
    const hours = { lab: '0', pathology, imaging: '0', genetics: '0', 'tumor-marker': '0' }
    const rules = { ...hours, preliminaryResults: 'shown' }
    return (await admin.post('/admin/practice/release', { ...rules, seen })).status
  }

  test('reach what waits, each change written down, and nothing that could be seen', async () => {
    const finalizedAt = minutesAgo(60)
    const waits = {
      kind: 'pathology' as const,
      finalizedAt,
      releasedAt: new Date(finalizedAt.getTime() + 72 * hour),
    }
    await fileReport({ id: 'specimen', ...waits }, [])
    await fileReport({ id: 'seen', kind: 'pathology', finalizedAt, releasedAt: minutesAgo(5) }, [])
    await fileReport({ id: 'begun', kind: 'pathology', status: 'partial', releasedAt: null }, [])
    const seen = await releasedAt('seen')
    const mark = await auditMark()
    const decided = async () =>
      (await auditSince(mark)).flatMap(({ action, subject_id, account_id }) =>
        action.startsWith('labs.release') ? [`${account_id} ${action} ${subject_id}`] : []
      )
    expect(await say('24')).toBe(303)
    expect(await releasedAt('specimen')).toBe(finalizedAt.getTime() + 24 * hour)
    expect(await decided()).toEqual(['okafor labs.release-set specimen'])
    expect(await say('0')).toBe(303)
    expect(await releasedAt('specimen')).toBeLessThanOrEqual(Date.now())
    expect(await say('96')).toBe(303)
    expect(await decided()).toEqual(['okafor labs.release-set specimen', 'okafor labs.released specimen'])
    expect([await releasedAt('seen'), await releasedAt('begun')]).toEqual([seen, null])
  })
})

describe('early results', () => {
  const hours = { lab: '0', pathology: '0', imaging: '0', genetics: '0', 'tumor-marker': '0' }
  const say = async (preliminaryResults: string) =>
    (await as('okafor').submit('/admin/practice/release', { ...hours, preliminaryResults })).status
  const early = { title: 'Early panel', status: 'preliminary', finalizedAt: null } as const
  const hl7 = (status: string, at: string) =>
    post(message(msh('ORU^R01', { at }), pid(), obr('A1', undefined, { status }), obx('5', { status })))
  const filed = async () =>
    (await rows<{ id: string }>("SELECT id FROM reports WHERE source = 'lab'"))[0]?.id ?? ''

  test('are shown and marked as early, until the practice says otherwise', async () => {
    await seedLab()
    await hl7('P', '20261001100000')
    expect(await textOf(labsUrl)).toContain('CBC panel')
    expect(await textOf(reportUrl(await filed()))).toContain('Early result. It may still change')
  })

  test('wait for their final version where the practice has it so, and staff read why', async () => {
    await seedLab()
    const mark = await auditMark()
    expect(await say('once-final')).toBe(303)
    expect((await auditSince(mark)).map(({ action }) => action)).toEqual(['practice.release-changed'])
    expect(await rows("SELECT before, after FROM practice_changes WHERE act = 'release-changed'")).toEqual([
      {
        before: '{"releaseHours":{},"preliminaryResults":"shown"}',
        after: '{"preliminaryResults":"once-final","releaseHours":{}}',
      },
    ])
    await hl7('P', '20261001100000')
    const id = await filed()
    expect(await textOf(labsUrl)).not.toContain('CBC panel')
    expect((await as('rosa').get(reportUrl(id))).status).toBe(404)
    expect(await textOf(desk(id), 'nadia')).toContain('Your practice shows a report once it is final.')
    await hl7('F', '20261002100000')
    expect(await textOf(labsUrl)).toContain('CBC panel')
    expect(await textOf(reportUrl(id))).not.toContain('Early result.')
  })

  test('that wait are shown when the practice turns back, each written down', async () => {
    await say('once-final')
    await fileReport({ id: 'early', ...early, releasedAt: null }, [{ value: '7', status: 'preliminary' }])
    await fileReport({ id: 'dated', ...early, title: 'Dated', releasedAt: minutesAgo(-600) }, [])
    await fileReport({ id: 'begun', title: 'Begun', status: 'registered', releasedAt: null }, [])
    const mark = await auditMark()
    expect(await say('shown')).toBe(303)
    expect(await textOf(labsUrl)).toContain('Early panel')
    expect(await releasedAt('begun')).toBe(null)
    const decided = (await auditSince(mark)).flatMap(({ action, subject_id }) =>
      action.startsWith('labs.release') ? [`${action} ${subject_id}`] : []
    )
    expect(decided.toSorted()).toEqual(['labs.released dated', 'labs.released early'])
  })

  test('that wait for a day go on waiting, and those that could be seen stay', async () => {
    await fileReport({ id: 'seen', ...early }, [{ value: '7', status: 'preliminary' }])
    await fileReport({ id: 'soon', ...early, title: 'Soon', releasedAt: minutesAgo(-600) }, [])
    await fileReport({ id: 'asked', ...early, kind: 'genetics', releasedAt: null, askAt: minutesAgo(5) }, [])
    await db().batch([
      db()
        .insert(releaseChoices)
        .values({
          patientId: 'rosa-chart',
          kind: 'genetics',
          timing: 'ask-first',
          chosenAt: minutesAgo(99),
          chosenBy: 'rosa',
        }),
    ])
    await say('once-final')
    expect(await textOf(reportUrl('seen'))).toContain('Early panel')
    expect(await releasedAt('soon')).toBe(null)
    expect(await textOf(labsUrl)).not.toContain('A result is ready')
    expect((await as('rosa').post(`${reportUrl('asked')}/opening`)).status).toBe(404)
  })

  test('of a report that is seen already stay in sight when newer ones come', async () => {
    await seedLab()
    await hl7('P', '20261001100000')
    await say('once-final')
    await hl7('P', '20261002100000')
    expect(await textOf(labsUrl)).toContain('CBC panel')
    expect(await textOf(reportUrl(await filed()))).toContain('Early result. It may still change')
  })

  test('that nobody chose for are refused, and nothing changes', async () => {
    const response = await as('okafor').submit('/admin/practice/release', {
      ...hours,
      lab: '24',
      preliminaryResults: 'perhaps',
    })
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html.split('Choose what becomes of early results.')).toHaveLength(3)
    expect(html).toContain('value="24"')
    expect(await rows('SELECT preliminary_results, release_hours FROM practice')).toEqual([
      { preliminary_results: 'shown', release_hours: '{}' },
    ])
  })
})

describe('the team’s side of a report', () => {
  const release = { releasedAt: minutesAgo(-3 * 24 * 60), finalizedAt: minutesAgo(60) }

  test('says why the patient does not see it yet', async () => {
    await db().batch([
      db()
        .update(practice)
        .set({ releaseHours: { pathology: 72 } }),
    ])
    await fileReport({ id: 'specimen', kind: 'pathology', ...release }, [])
    expect(await textOf(desk('specimen'), 'nadia')).toContain(
      'The law of the state asks for a time after it is final.'
    )
    expect(await textOf(desk('cbc'), 'nadia')).toContain(
      'Nothing hides a report again once it could be seen.'
    )
  })

  test('a comment is shown to the patient with its author, once, however often it is sent', async () => {
    const page = await (await as('nadia').get(desk('cbc'))).text()
    const submissionId = page.match(/name="submissionId" value="(\w{21})"/)?.[1] ?? ''
    for (const _ of [1, 2])
      expect(
        (await as('nadia').post(`${desk('cbc')}/comments`, { submissionId, comment: 'This is as we hoped.' }))
          .status
      ).toBe(303)
    const text = await textOf(reportUrl('cbc'))
    expect(text).toContain('Note from Nadia Reyes, RN')
    expect(text).toContain('This is as we hoped.')
    expect(await rows('SELECT count(*) AS n FROM report_comments')).toEqual([{ n: 1 }])
  })

  test('a comment shows what waited for one', async () => {
    await db().batch([
      db()
        .insert(releaseChoices)
        .values({
          patientId: 'rosa-chart',
          kind: 'lab',
          timing: 'after-comment',
          days: 7,
          chosenAt: minutesAgo(99),
          chosenBy: 'rosa',
        }),
    ])
    await fileReport({ id: 'waits', ...release, title: 'Panel' }, [{ value: '7' }])
    expect(await textOf(labsUrl)).not.toContain('Panel')
    await as('nadia').submit(desk('waits'), { comment: 'All well.' }, `${desk('waits')}/comments`)
    expect(await textOf(labsUrl)).toContain('Panel')
  })

  test('an exception needs a reason and an end, holds one report, and can be lifted', async () => {
    await db().batch([
      db()
        .update(practice)
        .set({ releaseHours: { lab: 72 } }),
    ])
    await fileReport({ id: 'later', ...release }, [{ value: '7' }])
    const hold = (typed: Record<string, string>) =>
      as('okafor').submit(desk('later'), typed, `${desk('later')}/holds`)
    expect((await hold({ reason: ' ', days: '3' })).status).toBe(422)
    expect((await hold({ reason: 'She is alone tonight.', days: '99' })).status).toBe(422)
    const mark = await auditMark()
    expect((await hold({ reason: 'She is alone tonight.', days: '9' })).status).toBe(303)
    expect(await releasedAt('later')).toBeGreaterThan(Date.now() + 8 * 86_400_000)
    const [held] = await rows<{ id: string }>('SELECT id FROM release_holds')
    await as('okafor').post(`${desk('later')}/holds/${held?.id}/lifting`)
    expect(await releasedAt('later')).toBeLessThan(Date.now() + 4 * 86_400_000)
    expect(
      (await auditSince(mark)).filter(({ action }) => action.startsWith('labs.')).length
    ).toBeGreaterThanOrEqual(2)
  })

  test('nothing that could be seen is hidden again', async () => {
    await as('okafor').submit(desk('cbc'), { reason: 'Too late', days: '9' }, `${desk('cbc')}/holds`)
    expect(await textOf(labsUrl)).toContain('Complete blood count')
  })

  test('opening it is seeing it: the patient no longer reads that nobody has', async () => {
    await fileReport({ id: 'fresh' }, [{ value: '7' }])
    expect(await textOf(reportUrl('fresh'))).toContain('Your care team may not have seen this yet.')
    await as('nadia').get(desk('fresh'))
    expect(await textOf(reportUrl('fresh'))).not.toContain('Your care team may not have seen this yet.')
  })

  test.each(['frida', 'audra', 'rosa', 'milo'] as const)('%s is not on the team', async (who) => {
    for (const [path, typed] of [
      ['comments', { comment: 'x' }],
      ['holds', { reason: 'x', days: '3' }],
      ['kind', { kind: 'imaging' }],
    ] as const)
      expect((await as(who).post(`${desk('cbc')}/${path}`, typed)).status).toBe(404)
    expect((await as(who).get(desk('cbc'))).status).toBe(404)
  })
})

describe('documents', () => {
  beforeEach(async () => {
    await fileReport({ id: 'scan', title: 'CT' }, [])
    await env.FILES.put('reports/scan/x', '%PDF-1.4')
    await db().batch([
      db()
        .insert(reportFiles)
        .values({
          id: 'file',
          reportId: 'scan',
          position: 0,
          name: 'CT of Rosa.pdf',
          type: 'application/pdf',
          size: 8,
          sha256: 'x',
          objectKey: 'reports/scan/x',
          addedAt: minutesAgo(9),
        }),
    ])
  })
  const url = `${reportUrl('scan')}/files/file`

  test('are saved under a name that says nothing, sandboxed, and that is written down', async () => {
    const mark = await auditMark()
    const response = await as('milo').get(url)
    expect(await response.text()).toBe('%PDF-1.4')
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="lab-results.pdf"')
    expect(response.headers.get('Content-Security-Policy')).toContain('sandbox')
    expect((await as('milo').get(`${url}/view`)).headers.get('Content-Disposition')).toMatch(/^inline/)
    expect((await auditSince(mark)).map(({ action }) => action)).toContain('labs.downloaded')
  })

  test.each([
    ['held back', 'UPDATE reports SET released_at = NULL WHERE id = ?1'],
    ['behind its calm page', "UPDATE reports SET kind = 'imaging' WHERE id = ?1"],
    ['taken back', "UPDATE reports SET status = 'entered-in-error' WHERE id = ?1"],
    ['replaced', 'UPDATE report_files SET removed_at = 1 WHERE report_id = ?1'],
  ])('one that is %s is not there', async (_, change) => {
    await env.DB.prepare(change).bind('scan').run()
    expect((await as('rosa').get(url)).status).toBe(404)
  })

  test.each(['ines', 'vera', 'nobody'] as const)('%s gets none', async (who) => {
    expect([303, 404]).toContain((await as(who).get(url)).status)
    expect((await as('ines').get('/patients/ines-chart/labs/reports/scan/files/file')).status).toBe(404)
  })
})

describe('the notice that something is there', () => {
  const runCron = () =>
    worker.scheduled(
      createScheduledController({ scheduledTime: new Date('2026-11-22T15:01:00Z'), cron: '* * * * *' }),
      env
    )
  const mails = () =>
    rows<{ account_id: string }>(
      "SELECT account_id FROM outbox WHERE kind = 'new-result' ORDER BY account_id"
    )
  beforeEach(() => env.DB.prepare('UPDATE reports SET noticed_at = 1').run())

  test('goes to the patient and who may read along, once, and says nothing', async () => {
    await fileReport({ id: 'one', releasedAt: minutesAgo(1) }, [{ value: '7' }])
    await fileReport({ id: 'two', releasedAt: minutesAgo(1) }, [{ value: '8' }])
    for (const _ of [1, 2, 3]) await runCron()
    expect(await mails()).toEqual([{ account_id: 'milo' }, { account_id: 'rosa' }])
  })

  test('waits until it may be seen', async () => {
    await fileReport({ id: 'later', releasedAt: minutesAgo(-60) }, [{ value: '7' }])
    await runCron()
    expect(await mails()).toEqual([])
  })

  test('is not sent to a caregiver who does without for that record', async () => {
    await helpInesToo()
    await choose('milo', ['new-message', 'appointment-reminder'])
    await fileReport({ id: 'one', releasedAt: minutesAgo(1) }, [{ value: '7' }])
    await fileReport({ id: 'hers', patientId: 'ines-chart', releasedAt: minutesAgo(1) }, [{ value: '7' }])
    await runCron()
    await deliverDue({ ...env, ENVIRONMENT: 'development' }, mailWriters, () => minutesAgo(-60))
    const sent = await rows(
      "SELECT account_id, patient_id FROM outbox WHERE kind = 'new-result' AND sent_at IS NOT NULL ORDER BY 2, 1"
    )
    expect(sent).toEqual([
      { account_id: 'ines', patient_id: 'ines-chart' },
      { account_id: 'milo', patient_id: 'ines-chart' },
      { account_id: 'rosa', patient_id: 'rosa-chart' },
    ])
  })

  test('does not go to whose access has ended', async () => {
    await env.DB.prepare(
      "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE account_id = 'milo' AND revoked_at IS NULL"
    ).run()
    await fileReport({ id: 'one', releasedAt: minutesAgo(1) }, [{ value: '7' }])
    await runCron()
    expect(await mails()).toEqual([{ account_id: 'rosa' }])
  })
})
