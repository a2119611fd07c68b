import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { portion } from '../../src/record/store.ts'
import { fileReport } from '../labs/rows.ts'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { readPage } from '../support/html.ts'
import {
  auditMark,
  auditSince,
  infusionDay,
  minutesAgo,
  type Person,
  password,
  seed,
} from '../support/people.ts'

beforeEach(seed)

const url = '/patients/rosa-chart/record'
const files = {
  'carespace-record.html': ['text/html; charset=utf-8', 'record.downloaded', 'Downloaded the record'],
  'carespace-results.csv': ['text/csv; charset=utf-8', 'labs.downloaded', 'Downloaded test results'],
  'carespace-appointments.csv': [
    'text/csv; charset=utf-8',
    'appointments.downloaded',
    'Downloaded appointments',
  ],
  'carespace-questions.csv': [
    'text/csv; charset=utf-8',
    'appointments.downloaded',
    'Downloaded appointments',
  ],
  'carespace-messages.csv': ['text/csv; charset=utf-8', 'messages.downloaded', 'Downloaded messages'],
  'carespace-record.json': ['application/fhir+json', 'record.downloaded', 'Downloaded the record'],
} as const
const names = Object.keys(files) as (keyof typeof files)[]
const get = (name: string, person: Person = 'rosa') => as(person).get(`${url}/${name}`)
const read = async (name: string, person: Person = 'rosa') => (await get(name, person)).text()
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()
const leaveOpen = (person: string) =>
  run('UPDATE sessions SET confirmed_at = ? WHERE account_id = ?', minutesAgo(11).getTime(), person)
/** Questions for the day of the infusion, one of them taken off again, and two changes asked for, one answered. */
const ask = async () => {
  await run(
    `INSERT INTO visit_questions (id, patient_id, account_id, day, body, submission_id, added_at, removed_at) VALUES
      ('q1', 'rosa-chart', 'milo', ?1, 'How long <b>exactly</b>?', 'q1', 1, NULL),
      ('q2', 'rosa-chart', 'rosa', ?1, 'Already answered', 'q2', 2, 3)`,
    infusionDay
  )
  await run(
    `INSERT INTO appointment_requests (id, appointment_id, patient_id, account_id, kind, words, submission_id, asked_at, done_at, done_by, outcome, answer) VALUES
      ('r1', 'infusion', 'rosa-chart', 'rosa', 'reschedule', 'Any Tuesday.', 'r1', 1, 2, 'frida', 'declined', 'We are full.'),
      ('r2', 'infusion', 'rosa-chart', 'milo', 'cancel', '', 'r2', 3, NULL, NULL, NULL, NULL)`
  )
}
const downloads = async (mark: number) =>
  (await auditSince(mark)).filter(({ action }) => action.endsWith('.downloaded'))

describe('whoever finds a session open', () => {
  test.each(['', ...names.map((name) => `/${name}`)])('is asked for the password at %s', async (path) => {
    await leaveOpen('rosa')
    const mark = await auditMark()
    const response = await as('rosa').get(`${url}${path}`)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe(`/confirm?next=${encodeURIComponent(url)}`)
    expect(await response.text()).toBe('')
    expect(await auditSince(mark)).toEqual([])
  })

  test('gets the page with the files for the password', async () => {
    await leaveOpen('rosa')
    const browser = as('rosa')
    const confirm = (await browser.get(url)).headers.get('Location') ?? ''
    const wrong = await browser.post(confirm, { password: 'Wrong-Horse-9' })
    expect(wrong.status).toBe(422)
    expect((await browser.get(url)).status).toBe(303)
    const right = await browser.post(confirm, { password })
    expect(right.headers.get('Location')).toBe(url)
    const { links } = await readPage(await (await browser.get(url)).text())
    for (const name of names) expect(links.map(({ url }) => url)).toContain(`${url}/${name}`)
  })
})

describe.each(names)('%s', (name) => {
  const [type, action, words] = files[name]

  test('is a file with a name that says nothing, kept nowhere on the way', async () => {
    const { status, headers } = await get(name)
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe(type)
    expect(headers.get('Content-Disposition')).toBe(`attachment; filename="${name}"`)
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox")
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  test('is for the patient and who cares for them, and is told in the access history', async () => {
    const mark = await auditMark()
    for (const person of ['rosa', 'milo'] as const) expect((await get(name, person)).status).toBe(200)
    expect(await downloads(mark)).toEqual([
      { actor: 'patient', account_id: 'rosa', patient_id: 'rosa-chart', action, subject_id: null },
      { actor: 'caregiver', account_id: 'milo', patient_id: 'rosa-chart', action, subject_id: null },
    ])
    const history = await (await as('rosa').get('/patients/rosa-chart/access-history?show=download')).text()
    expect(history).toContain('Milo Díaz (Son)')
    expect(history).toContain(words)
  })

  test.each(['vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'] as const)(
    'is not there for %s',
    async (who) => {
      const mark = await auditMark()
      const response = await get(name, who)
      expect(response.status).toBe(404)
      expect(response.headers.has('Content-Disposition')).toBe(false)
      expect(await response.text()).not.toMatch(/Hemoglobin|pharmacy|Infusion/)
      expect(await downloads(mark)).toEqual([])
    }
  )

  test('stops being there with the caregiver’s access', async () => {
    await run("UPDATE grants SET revoked_at = ?, revoked_by = 'rosa' WHERE id = 'milo-grant'", Date.now())
    expect((await get(name, 'milo')).status).toBe(404)
  })

  test('is not taken by a program that only asks, or a browser that looks ahead', async () => {
    const mark = await auditMark()
    const head = await as('rosa').request(`${url}/${name}`, { method: 'HEAD' })
    const ahead = await as('rosa').get(`${url}/${name}`, { 'Sec-Purpose': 'prefetch;prerender' })
    expect([await head.text(), await ahead.text()]).toEqual(['', ''])
    expect([head, ahead].map(({ headers }) => headers.has('Content-Disposition'))).toEqual([false, false])
    expect(await downloads(mark)).toEqual([])
  })

  test('holds nothing of another record, and nothing that is not released', async () => {
    await fileReport({ id: 'ines-report', patientId: 'ines-chart', title: 'Of another' }, [
      { name: 'Theirs' },
    ])
    await fileReport({ id: 'later', title: 'Tomorrow', releasedAt: minutesAgo(-60) }, [{ name: 'Not yet' }])
    await fileReport({ id: 'wrong', title: 'Taken back', status: 'entered-in-error' }, [{ name: 'Mistake' }])
    expect(await read(name)).not.toMatch(
      /Held back|Of another|Theirs|Tomorrow|Not yet|Taken back|Mistake|Night sweats|soaked|ines/i
    )
  })
})

describe('reports behind the calm page', () => {
  beforeEach(() =>
    fileReport({ id: 'biopsy', kind: 'pathology', title: 'Biopsy' }, [{ name: 'Diagnosis', value: 'Seen' }])
  )

  test.each(names.filter((name) => /record|results/.test(name)))(
    '%s leaves them out until they are opened',
    async (name) => {
      expect(await read(name)).not.toMatch(/Biopsy|Diagnosis/)
      await as('rosa').post('/patients/rosa-chart/labs/reports/biopsy/opening')
      expect(await read(name)).toMatch(/Biopsy/)
      expect(await read(name)).toMatch(/Diagnosis/)
      // Milo has not opened it.
      expect(await read(name, 'milo')).not.toMatch(/Biopsy|Diagnosis/)
    }
  )

  test('are counted, with those that wait for the patient’s word, on the page and in the document', async () => {
    await fileReport({ id: 'asked', title: 'Marker', releasedAt: null, askAt: minutesAgo(5) }, [])
    for (const html of [await (await as('rosa').get(url)).text(), await read('carespace-record.html')]) {
      expect(html).toContain('2 reports are not in the file')
      expect(html).not.toContain('Marker')
    }
  })
})

describe('the document', () => {
  const document = async (person: Person = 'rosa') => {
    const html = await read('carespace-record.html', person)
    return { html, page: await readPage(html) }
  }

  test('needs nothing but itself: no script, no other file, no address', async () => {
    const { html, page } = await document()
    expect(page.scripts).toEqual([])
    expect(page.stylesheets).toEqual([])
    expect(page.unsafe).toEqual([])
    expect(page.forms).toEqual([])
    expect(page.links.filter(({ url }) => !url.startsWith('#'))).toEqual([])
    expect(page.links.filter(({ url }) => !page.ids.includes(url.slice(1)))).toEqual([])
    expect(html).not.toMatch(/https?:|url\(|@import|<(img|iframe|object|embed|link|form|input)\b/i)
    expect(html).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"/
    )
  })

  test('can be read by ear: language, one title, headings in order, tables with captions, ids that stand once', async () => {
    const { html, page } = await document()
    expect(html.startsWith('<!doctype html><html lang="en"><head>')).toBe(true)
    expect(page.title).toBe('CareSpace record')
    expect(page.headings).toEqual(['Record of Rosa Díaz'])
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
    expect(levels.every((level, i) => i === 0 || level <= (levels[i - 1] ?? 0) + 1)).toBe(true)
    expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption/g)?.length)
    expect(html).toContain('<th scope="col">')
    expect(html).toContain('<th scope="row" lang="en">Hemoglobin</th>')
    expect(new Set(page.ids).size).toBe(page.ids.length)
    expect(html.endsWith('</main></body></html>')).toBe(true)
  })

  test('says each result with its unit, its range and its flag in words', async () => {
    const { html } = await document()
    expect(html).toContain(
      '<th scope="row" lang="en">Hemoglobin</th><td class="body">11.60 g/dL</td><td>12.0 to 15.5</td><td>Low</td>'
    )
    expect(html).toContain('Ordered by</dt><dd>Dr. Ada Okafor')
    expect(html).toContain('Hillside Laboratory')
  })

  test('says what a corrected result said before, what the laboratory and the team wrote, and what was not done', async () => {
    await fileReport(
      { id: 'fix', title: 'Chemistry', comment: 'We will talk on Monday.', commentBy: 'Nadia Reyes, RN' },
      [
        {
          name: 'Potassium',
          value: '4.1',
          unit: 'mmol/L',
          status: 'corrected',
          previousValue: '6.9',
          correctedAt: minutesAgo(30),
          comment: 'First tube was hemolyzed.',
        },
        { name: 'Sodium', value: null, status: 'cancelled' },
      ]
    )
    const { page } = await document()
    expect(page.text).toMatch(/Corrected on [^.]+\.\s*It was 6\.9 mmol\/L before\./)
    expect(page.text).toContain('The laboratory wrote: First tube was hemolyzed.')
    expect(page.text).toMatch(/Note from Nadia Reyes, RN\s*We will talk on Monday\./)
    expect(page.text).toMatch(/Sodium\s*Not performed/)
  })

  test('has the messages with who wrote them and the names of their files, and not what was taken back', async () => {
    await run(
      `INSERT INTO attachments (id, patient_id, account_id, submission_id, message_id, position, name, type, size, sha256, object_key, added_at)
       VALUES ('scan', 'rosa-chart', 'rosa', 'x', 'refill-1', 1, 'My <list>.pdf', 'application/pdf', 2048, 'h', 'k', 0)`
    )
    await run("UPDATE messages SET withdrawn_at = ? WHERE id = 'old-1'", minutesAgo(10).getTime())
    const { html, page } = await document('milo')
    expect(html).toContain('May I have more &lt;b&gt;tablets&lt;/b&gt;?\nThank you.')
    expect(html).toContain('Refill &lt;question&gt;')
    expect(page.text).toMatch(/Nadia Reyes, RN Care team/)
    expect(html).toContain('My &lt;list&gt;.pdf (PDF, 2 KB)')
    expect(page.text).not.toContain('Where can I park?')
    expect(page.text).toContain('Taken back by Rosa Díaz')
    expect(page.text).toContain('Downloaded by Milo Díaz on')
  })

  test('has what lies ahead and what is past, and visits, but not what is only planned', async () => {
    await run(
      `INSERT INTO encounters (id, patient_id, title, status, started_at, source, source_id) VALUES
        ('seen', 'rosa-chart', 'Follow-up', 'finished', ?1, 't', '1'), ('plan', 'rosa-chart', 'Planned one', 'planned', ?1, 't', '2')`,
      minutesAgo(9000).getTime()
    )
    const { page } = await document()
    expect(page.text).toMatch(/Infusion\s*Dr\. Ada Okafor\s*Infusion Center\s*Confirmed/)
    expect(page.text).toMatch(/Office visit\s*Completed/)
    expect(page.text).toMatch(/Follow-up\s*Completed/)
    expect(page.text).not.toContain('Planned one')
  })

  test('says how to get ready as the page of the appointment does, in the reader’s language', async () => {
    await env.DB.batch([
      env.DB.prepare("UPDATE appointments SET preparation = NULL WHERE id = 'infusion'"),
      env.DB.prepare(
        "INSERT INTO preparation_texts (kind, en, es, changed_at, changed_by) VALUES ('infusion', 'Bring a warm sweater.', 'Traiga un suéter.', 1, 'okafor')"
      ),
    ])
    for (const name of ['carespace-record.html', 'carespace-appointments.csv', 'carespace-record.json'])
      expect(await read(name)).toContain('Bring a warm sweater.')
    expect(await read('carespace-record.html?lang=es')).toContain('Traiga un suéter.')
  })

  test('has the questions that stand on the sheet of a day, and the changes asked for with what came of them', async () => {
    await ask()
    const { page } = await document()
    expect(page.text).toMatch(/How long &lt;b&gt;exactly&lt;\/b&gt;\?\s*Milo Díaz/)
    expect(page.text).not.toContain('Already answered')
    expect(page.text).toMatch(
      /Infusion, [^?]*Another time\s*Any Tuesday\.\s*Rosa Díaz\s*Our office could not do what you asked\s*We are full\./
    )
    expect(page.text).toMatch(/To cancel it\s*Milo Díaz\s*Not answered yet/)
  })

  test('is in the reader’s language', async () => {
    const browser = as('rosa')
    browser.jar.set('__Host-language', 'es')
    const html = await (await browser.get(`${url}/carespace-record.html`)).text()
    expect(html).toContain('<html lang="es">')
    expect(html).toContain('<h1>Expediente de Rosa Díaz</h1>')
    expect(html).toContain('<td>12.0 a 15.5</td>')
  })

  test('of an empty record says so', async () => {
    const html = await (await as('ines').get('/patients/ines-chart/record/carespace-record.html')).text()
    expect(html).toContain('There are no lab reports.')
    expect(html).toContain('There are no visits.')
    expect(html).toContain('This is the end of the file. It is whole.')
  })
})

describe('the tables', () => {
  const lines = async (name: string) => (await read(name)).replace('\uFEFF', '').split('\r\n').filter(Boolean)

  test('keep values as they were sent', async () => {
    const [head, first] = await lines('carespace-results.csv')
    expect(head).toBe(
      '"Report","Status of the report","Date","Time","Test","LOINC","Result","Unit","Range from","Range to","Range in words","Laboratory flag","In words","Before correction","Method","Laboratory","Comment of the laboratory"'
    )
    expect(first).toMatch(
      /^"Complete blood count","Final","\d\d\/\d\d\/\d{4}","[^"]+","Hemoglobin","718-7","11.60","g\/dL","12.0","15.5","","L","Low","","","Hillside Laboratory",""$/
    )
  })

  test('have what a report says in words alone, the note of the team, and the names of its documents', async () => {
    await fileReport(
      {
        id: 'scan',
        title: 'CT of the chest',
        conclusion: 'No change.\nNext in May.',
        comment: 'Good news.',
        commentBy: 'Nadia Reyes, RN',
      },
      []
    )
    await run(
      `INSERT INTO report_files (id, report_id, position, name, type, size, sha256, object_key, added_at)
       VALUES ('f', 'scan', 0, 'Scan.pdf', 'application/pdf', 9, 'h', 'k', 0)`
    )
    const table = await read('carespace-results.csv')
    const columns = (await lines('carespace-results.csv'))[0]?.split('","').length ?? 0
    for (const [what, text] of [
      ['What the laboratory wrote', 'No change.\nNext in May.'],
      ['Note from Nadia Reyes, RN', 'Good news.'],
      ['Documents', 'Scan.pdf'],
    ]) {
      const [line] = table.split('\r\n').filter((line) => line.includes(`,"${what}","","${text}",`))
      expect([what, line?.startsWith('"CT of the chest","Final",')]).toEqual([what, true])
      expect([what, line?.split('","').length]).toEqual([what, columns])
    }
  })

  test('and the document say until when, why it is off, and what it was before it was changed', async () => {
    await run(
      `UPDATE appointments SET status = 'cancelled', cancelled_at = 1, cancel_reason = 'The machine is broken.', phone = '(479) 555-0170',
         ends_at = starts_at + 3600000, arrive_at = starts_at - 600000, previous_starts_at = starts_at - 7200000,
         previous_place = 'Old Clinic', previous_clinician = 'Dr. Before' WHERE id = 'infusion'`
    )
    const [head, ...rows] = await lines('carespace-appointments.csv')
    const columns = head?.split('","') ?? []
    const row = rows.find((line) => line.includes('Infusion'))?.split('","') ?? []
    expect(row).toHaveLength(columns.length)
    expect(new Set(rows.map((line) => line.split('","').length)).size).toBe(1)
    const at = (name: string) => row[columns.indexOf(name)]
    expect(at('Until')).toMatch(/^\d+:\d\d [ap]\.m\.$/)
    expect(at('Arrive by')).toMatch(/^\d+:\d\d [ap]\.m\.$/)
    expect(at('Phone')).toBe('(479) 555-0170')
    expect(at('Why it is off')).toBe('The machine is broken.')
    expect(at('What it was before')).toMatch(/^It was .+\. It was at Old Clinic\. It was with Dr\. Before\.$/)
    const { text } = await readPage(await read('carespace-record.html'))
    for (const words of [
      ` until ${at('Until')}`,
      'The machine is broken.',
      'It was at Old Clinic.',
      'It was with Dr. Before.',
    ])
      expect(text).toContain(words)
  })

  test('run nothing that someone wrote, and leave numbers with a sign alone', async () => {
    await fileReport({ id: 'sheet', title: '=1+1' }, [
      { name: '@SUM(A1)', value: '-5.2', comment: '+cmd|calc' },
      { name: ' =HYPERLINK("x")', value: '-' },
    ])
    await run(`UPDATE messages SET body = '=cmd' WHERE id = 'refill-1'`)
    await run(`UPDATE appointments SET note = '-2+3' WHERE id = 'infusion'`)
    const results = await read('carespace-results.csv')
    expect(results).toContain(`"'=1+1","Final"`)
    expect(results).toContain(`"'@SUM(A1)","","-5.2"`)
    expect(results).toContain(`"'+cmd|calc"`)
    expect(results).toContain(`"' =HYPERLINK(""x"")","","'-"`)
    expect(await read('carespace-messages.csv')).toContain(`"'=cmd"`)
    expect(await read('carespace-appointments.csv')).toContain(`"'-2+3"`)
  })

  test('have the questions and the changes asked for', async () => {
    await ask()
    const table = await lines('carespace-questions.csv')
    expect(table).toHaveLength(4)
    expect(table[0]).toBe('"Date","Time","What","Question","From","What came of it","Note from the office"')
    expect(table[1]).toMatch(
      /^"\d\d\/\d\d\/\d{4}","","Question","How long <b>exactly<\/b>\?","Milo Díaz","",""$/
    )
    expect(table[2]).toContain(
      '"Another time","Any Tuesday.","Rosa Díaz","Our office could not do what you asked","We are full."'
    )
    expect(table[3]).toContain('"To cancel it","","Milo Díaz","Not answered yet",""')
  })

  test('have every message with who wrote it', async () => {
    const table = await read('carespace-messages.csv')
    expect(table).toContain(
      '"Refill <question>","Rosa Díaz","May I have more <b>tablets</b>?\nThank you.",""'
    )
    expect(table).toContain('"Nadia Reyes, RN","We sent it to your pharmacy.",""')
  })
})

describe('a record of 20,000 results', () => {
  const reportCount = 800
  const perReport = 25
  const fill = async () => {
    await run(
      `INSERT INTO reports (id, patient_id, title, status, collected_at, released_at, source, source_id)
       SELECT 'many-' || value, 'rosa-chart', 'Panel', 'final', ?1 - value * 1000, ?1, 'test', 'many-' || value FROM json_each(?2)`,
      minutesAgo(5000).getTime(),
      JSON.stringify([...Array(reportCount).keys()])
    )
    await run(
      `INSERT INTO observations (id, report_id, patient_id, position, name, status, value, unit, collected_at, source, source_id)
       SELECT r.id || '-' || value, r.id, r.patient_id, value, 'Test ' || value, 'final', '4.10', 'mmol/L', r.collected_at, 'test', r.id || '-' || value
       FROM reports r, json_each(?) WHERE r.id LIKE 'many-%'`,
      JSON.stringify([...Array(perReport).keys()])
    )
  }
  const total = reportCount * perReport + 2

  /** The same database, and the most rows that one trip brought. */
  const counted = () => {
    const { database, asked } = watched(env.DB)
    const seen = { most: 0, asked }
    const batch = database.batch.bind(database)
    database.batch = async <T>(statements: D1PreparedStatement[]) => {
      const answers = await batch<T>(statements)
      seen.most = Math.max(seen.most, ...answers.map(({ results }) => results.length))
      return answers
    }
    return { database, seen }
  }

  test.each([
    ['carespace-record.html', /<th scope="row" lang="en">/g],
    ['carespace-results.csv', /"\d\d\/\d\d\/\d{4}"/g],
    ['carespace-record.json', /"resourceType":"Observation"/g],
  ] as const)('%s comes whole, and only as fast as it is taken', async (name, row) => {
    await fill()
    const { database, seen } = counted()
    const response = await as('rosa', { ...env, DB: database }).get(`${url}/${name}`)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let text = ''
    for (let i = 0; i < 3; i++) text += decoder.decode((await reader.read()).value, { stream: true })
    const early = seen.asked.trips
    expect(early).toBeLessThan(8)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(seen.asked.trips).toBeLessThanOrEqual(early + 1)
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
    expect(text.match(row)).toHaveLength(total)
    expect(seen.most).toBeLessThanOrEqual(portion.reports * perReport)
    if (name.endsWith('.json')) expect(JSON.parse(text).entry.length).toBeGreaterThan(total)
  })

  test('a file that breaks off is cut, and no line of the log says what was in it', async () => {
    await fill()
    const { database } = watched(env.DB)
    let trips = 0
    const batch = database.batch.bind(database)
    database.batch = (statements: D1PreparedStatement[]) => {
      if (++trips > 5) throw new Error('D1_ERROR: 4.10 mmol/L')
      return batch(statements)
    }
    const said: unknown[] = []
    vi.spyOn(console, 'error').mockImplementation((...words) => void said.push(...words))
    const response = await as('rosa', { ...env, DB: database }).get(`${url}/carespace-results.csv`)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    vi.restoreAllMocks()
    expect(said).toHaveLength(1)
    expect(Object.keys(JSON.parse(String(said[0])))).toEqual(['level', 'requestId', 'what', 'error', 'at'])
    expect(String(said[0])).not.toContain('4.10')
  })
})
