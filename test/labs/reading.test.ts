import { env } from 'cloudflare:workers'
import { brotliCompressSync, constants } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../support/browser.ts'
import { watched } from '../support/database.ts'
import { hostile } from '../support/hostile.ts'
import { readPage } from '../support/html.ts'
import { auditMark, auditSince, minutesAgo, type Person, seed } from '../support/people.ts'
import { fileReport, labsUrl, reportUrl } from './rows.ts'

beforeEach(seed)

const read = async (url: string, person: Person = 'rosa') => (await as(person).get(url)).text()
const textOf = async (url: string, person: Person = 'rosa') => (await readPage(await read(url, person))).text
const brotli = (html: string) =>
  brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length

describe('a report', () => {
  test('says what it is, when, who and where', async () => {
    const text = await textOf(reportUrl('cbc'))
    for (const words of [
      'Complete blood count',
      'Dr. Ada Okafor',
      'Hillside Laboratory',
      'Final',
      'Collected',
    ])
      expect(text).toContain(words)
    expect(text).toContain('1 of 1 outside the usual range')
    expect(text).toContain('The part of your blood that carries oxygen.')
  })

  test('gives the flag in words and shape, and the place on a line with a sentence', async () => {
    const html = await read(reportUrl('cbc'))
    expect(html).toMatch(/class="tag off"><span aria-hidden="true">▼ <\/span>Low/)
    expect(html).toContain('aria-label="11.60 g/dL. The usual range is 12.0 to 15.5. This result: Low."')
    expect(html).toContain('class="outr"')
    expect(html).not.toContain('class="dot"')
  })

  test('draws a circle for a result inside its range', async () => {
    await fileReport({ id: 'fine' }, [{ value: '13', rangeLow: '12.0', rangeHigh: '15.5' }])
    const html = await read(reportUrl('fine'))
    expect(html).toContain('class="tag ok">In range')
    expect(html).toContain('class="dot"')
    expect(html).not.toContain('class="outr"')
  })

  test('never calls a result without a range normal, and never colours it', async () => {
    await fileReport({ id: 'bare' }, [{ value: '5.2' }, { value: 'NOT DETECTED' }, { value: '<0.01' }])
    const html = await read(reportUrl('bare'))
    expect(html.match(/<span class="soft">No range given<\/span>/g)).toHaveLength(3)
    expect(html).not.toMatch(/class="tag|in range|normal|class="range"/i)
    expect(await textOf(labsUrl)).toContain('3 results. No range given')
  })

  test.each(['11.60', '<0.01', '>5000', '1:40', 'NOT DETECTED', '0', '1e3', ' 5 ', '+', '0.123456'])(
    'shows %j exactly as it was sent',
    async (value) => {
      await fileReport({ id: 'exact' }, [{ value, unit: 'mg/dL' }])
      const shown = value.replace('<', '&lt;').replace('>', '&gt;')
      // Words of a laboratory are English, whatever the page is.
      const spoken = value === 'NOT DETECTED' ? ' lang="en"' : ''
      for (const url of [reportUrl('exact'), `${labsUrl}/history`])
        expect(await read(url)).toContain(`<b class="big"${spoken}>${shown}</b> mg/dL`)
    }
  )

  test('shortens very many decimals and says what was sent', async () => {
    await fileReport({ id: 'long' }, [{ value: '5.460662791219653', unit: 'mmol/L' }])
    expect(await textOf(reportUrl('long'))).toContain('5.46 mmol/L (sent as 5.460662791219653)')
  })

  test('gives a range in words when it cannot be drawn', async () => {
    await fileReport({ id: 'words' }, [
      { value: '3', rangeHigh: '4.0' },
      { value: '61', rangeLow: '60' },
      { value: 'Clear', rangeText: 'Clear to hazy' },
    ])
    const text = await textOf(reportUrl('words'))
    for (const words of ['4.0 or less', '60 or more', 'Clear to hazy']) expect(text).toContain(words)
  })

  test('shows a long text as a paragraph with its lines', async () => {
    const value = `Specimen: skin.\n${'Margins are free. '.repeat(12)}`
    await fileReport({ id: 'text' }, [{ value }])
    const html = await read(reportUrl('text'))
    expect(html).toContain(`<p class="body" lang="en">${value}`)
  })

  test('shows the new and the old of a corrected result', async () => {
    await fileReport({ id: 'corrected', status: 'corrected' }, [
      {
        value: '4.1',
        unit: 'mmol/L',
        status: 'corrected',
        correctedAt: new Date('2026-03-05T18:00:00Z'),
        previousValue: '41',
        previousUnit: 'mg/L',
      },
    ])
    const text = await textOf(reportUrl('corrected'))
    expect(text).toContain('4.1 mmol/L')
    expect(text).toContain('Corrected on March 5, 2026. It was 41 mg/L before.')
  })

  test('says that a cancelled test was not performed, and why', async () => {
    await fileReport({ id: 'cancelled' }, [
      { value: '9', flag: 'H', status: 'cancelled', comment: 'Sample clotted.' },
      { value: null, absentReason: 'not-performed' },
      { value: null },
      { value: null, status: 'registered' },
    ])
    const text = await textOf(reportUrl('cancelled'))
    expect(text.match(/Not performed/g)).toHaveLength(2)
    expect(text).toContain('Sample clotted.')
    expect(text).toContain('No value was sent')
    expect(text).toContain('Waiting for this result')
    expect(text).not.toMatch(/High\b(?!”)/)
  })

  test('leaves out a result the laboratory took back', async () => {
    await fileReport({ id: 'error' }, [
      { name: 'Wrong patient', status: 'entered-in-error' },
      { name: 'Right' },
    ])
    expect(await textOf(reportUrl('error'))).not.toContain('Wrong patient')
    expect(await textOf(`${labsUrl}/history`)).not.toContain('Wrong patient')
  })

  test('passes on a mark of the laboratory that it has no words for', async () => {
    await fileReport({ id: 'mark' }, [{ value: '5', rangeLow: '4', rangeHigh: '6', flag: 'POS' }])
    const text = await textOf(reportUrl('mark'))
    expect(text).toContain('The laboratory marked this: POS')
    expect(text).not.toContain('In range')
  })

  test('says that nobody may have seen it yet, until someone has written about it', async () => {
    expect(await textOf(reportUrl('cbc'))).toContain('Your care team may not have seen this yet.')
    await fileReport({ id: 'noted', comment: 'Looks good.', commentBy: 'Dr. Ada Okafor' }, [{}])
    const text = await textOf(reportUrl('noted'))
    expect(text).toContain('Note from Dr. Ada Okafor')
    expect(text.indexOf('Looks good.')).toBeLessThan(text.indexOf('Collected'))
    expect(text).not.toContain('may not have seen this yet')
  })

  test('says that a note is older than the report, and that the change may not have been seen', async () => {
    const note = { comment: 'All is well.', commentedAt: minutesAgo(90), teamSeenAt: minutesAgo(90) }
    await fileReport({ id: 'later', ...note, changedAt: minutesAgo(60) }, [{}])
    await fileReport({ id: 'same', ...note, changedAt: minutesAgo(100) }, [{}])
    expect(await textOf(reportUrl('later'))).toContain('This note was written before that.')
    expect(await textOf(reportUrl('later'))).not.toContain('may not have seen')
    expect(await textOf(`${reportUrl('later')}?lang=es`)).toContain('Esta nota se escribió antes.')
    expect(await textOf(reportUrl('same'))).not.toContain('written before')
  })

  test.each([
    ['preliminary', 'Early results. They may still change'],
    ['corrected', 'Corrected'],
    ['registered', 'Waiting for results'],
    ['cancelled', 'Canceled'],
  ] as const)('that is %s says so', async (status, words) => {
    await fileReport({ id: 'state', status }, [])
    expect(await textOf(reportUrl('state'))).toContain(words)
    expect(await textOf(labsUrl)).toContain(words)
  })

  test('speaks Spanish', async () => {
    const browser = as('rosa')
    const html = await (await browser.get(`${reportUrl('cbc')}?lang=es`)).text()
    for (const words of [
      'Bajo',
      'Sin rango',
      'Muestra tomada',
      'La parte de la sangre que lleva el oxígeno.',
    ])
      expect(html).toContain(words)
    expect(html).toMatch(/<h3 lang="en"><a href="[^"]+">Hemoglobin<\/a><\/h3>/)
  })
})

describe('what the patient may not see', () => {
  test.each([
    ['not released', { releasedAt: null }],
    ['released tomorrow', { releasedAt: minutesAgo(-60 * 24) }],
    ['taken back', { status: 'entered-in-error' }],
  ] as const)('a report that is %s shows nowhere', async (_, state) => {
    await fileReport({ id: 'secret', title: 'Biopsy', ...state }, [{ name: 'Marker X', code: '9-9' }])
    expect((await as('rosa').get(reportUrl('secret'))).status).toBe(404)
    for (const url of [labsUrl, `${labsUrl}/history`, '/patients/rosa-chart']) {
      const html = await read(url)
      expect(html).toContain('<h1')
      expect(html).not.toMatch(/Biopsy|Marker X|secret/)
    }
  })

  test('a report of someone else is not there under one’s own record, and is not marked as read', async () => {
    const response = await as('ines').get('/patients/ines-chart/labs/reports/cbc')
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('Hemoglobin')
    expect(await reads()).toEqual([])
  })

  test.each(['vera', 'ines', 'nadia', 'okafor'] as const)('%s does not find it', async (person) => {
    for (const url of [labsUrl, `${labsUrl}/history`, reportUrl('cbc')])
      expect((await as(person).get(url)).status).toBe(404)
  })

  test('nobody is sent to sign in', async () => {
    const response = await as('nobody').get(reportUrl('cbc'))
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
  })
})

const reads = async () =>
  (await env.DB.prepare('SELECT report_id, account_id FROM report_reads').all()).results

describe('what is new', () => {
  test('is new until this reader has opened it', async () => {
    expect(await read(labsUrl)).toContain('class="tag new"')
    await as('rosa').get(reportUrl('cbc'))
    expect(await read(labsUrl)).not.toContain('class="tag new"')
    expect(await read(labsUrl, 'milo')).toContain('class="tag new"')
    await as('rosa').get(reportUrl('cbc'))
    expect(await reads()).toEqual([{ report_id: 'cbc', account_id: 'rosa' }])
  })

  test('is new again when it was changed after the last reading', async () => {
    await as('rosa').get(reportUrl('cbc'))
    await env.DB.batch([
      env.DB.prepare('UPDATE report_reads SET read_at = ?').bind(minutesAgo(60).getTime()),
      env.DB.prepare("UPDATE reports SET status = 'corrected', changed_at = ? WHERE id = 'cbc'").bind(
        minutesAgo(5).getTime()
      ),
    ])
    expect(await read(labsUrl)).toContain('class="tag new"')
    await as('rosa').get(reportUrl('cbc'))
    expect(await read(labsUrl)).not.toContain('class="tag new"')
  })

  test('stays new when a browser fetched it ahead or asked for the head alone', async () => {
    await as('rosa').get(reportUrl('cbc'), { 'Sec-Purpose': 'prefetch' })
    await as('rosa').request(reportUrl('cbc'), { method: 'HEAD' })
    expect(await reads()).toEqual([])
  })

  test('reading is written down with the name of the report’s id alone', async () => {
    const mark = await auditMark()
    await as('milo').get(reportUrl('cbc'))
    expect(await auditSince(mark)).toEqual([
      {
        actor: 'caregiver',
        account_id: 'milo',
        patient_id: 'rosa-chart',
        action: 'labs.read',
        subject_id: 'cbc',
      },
    ])
  })
})

describe('lists', () => {
  test('come newest first, 25 a page', async () => {
    for (let i = 0; i < 27; i++)
      await fileReport({ id: `r${i}`, title: `Report ${i}.`, collectedAt: minutesAgo(60 * 48 + i) }, [])
    const first = await textOf(labsUrl)
    expect(first.indexOf('Complete blood count')).toBeLessThan(first.indexOf('Report 0.'))
    expect(first).toContain('Report 23.')
    expect(first).not.toContain('Report 24.')
    expect(first).toContain('Page 1 of 2')
    const second = await textOf(`${labsUrl}?page=2`)
    expect(second).toContain('Report 26.')
    expect((await as('rosa').get(`${labsUrl}?page=3`)).status).toBe(404)
  })

  test.each(['0', '-1', '1.5', 'x', '99999999999', '1%27'])('?page=%s is the first page', async (page) => {
    expect(await textOf(`${labsUrl}?page=${page}`)).toContain('Complete blood count')
  })

  test('say that there is nothing yet, with the phone', async () => {
    for (const url of ['/patients/ines-chart/labs', '/patients/ines-chart/labs/history'])
      expect(await textOf(url, 'ines')).toMatch(/No lab re\w+ yet\..*\(479\) 587-1700/s)
  })

  test('history has one line a test with its newest value and how many there are', async () => {
    const old = minutesAgo(60 * 24 * 30)
    await fileReport({ id: 'older', collectedAt: old }, [
      { code: '718-7', name: 'HGB', value: '9.9', unit: 'g/dL', flag: 'L' },
      { name: 'No code', value: 'Trace' },
    ])
    const text = await textOf(`${labsUrl}/history`)
    expect(text).toContain('Hemoglobin')
    expect(text).not.toMatch(/HGB|9\.9/)
    expect(text).toMatch(/11\.60 g\/dL.*2 results/s)
    expect(text).toContain('No code')
  })
})

test('what a laboratory sends stays text', async () => {
  const bad = hostile.markup ?? ''
  await fileReport(
    { id: 'bad', title: bad, orderedBy: bad, laboratory: bad, conclusion: bad, comment: bad, commentBy: bad },
    [
      {
        name: bad,
        value: bad,
        unit: bad,
        rangeText: bad,
        flag: bad,
        comment: bad,
        previousValue: bad,
        code: bad,
      },
      {
        name: bad,
        value: '5',
        unit: bad,
        rangeLow: bad,
        rangeHigh: bad,
        previousUnit: bad,
        previousValue: bad,
      },
    ]
  )
  for (const url of ['/patients/rosa-chart', labsUrl, `${labsUrl}/history`, reportUrl('bad')]) {
    const html = await read(url)
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/<script>|<img/)
  }
  expect((await readPage(await read(reportUrl('bad')))).title).toBe('Lab report – CareSpace')
})

describe('weight and trips', () => {
  const measured = async (url: string) => {
    const { database, asked } = watched(env.DB)
    const response = await as('rosa', { ...env, DB: database }).get(url)
    return { status: response.status, bytes: brotli(await response.text()), trips: asked.trips }
  }

  test('a report of 100 results is at most 14 kB and two trips', async () => {
    await fileReport(
      { id: 'big' },
      Array.from({ length: 100 }, (_, i) => ({
        name: `Measured thing number ${i} [Mass/volume] in Serum or Plasma`,
        code: ['718-7', '2160-0', '777-3', null][i % 4] ?? null,
        value: (i * 1.37 + Math.PI).toFixed(i % 3 === 0 ? 15 : 2),
        unit: ['g/dL', 'mmol/L', '10*3/uL'][i % 3] ?? null,
        rangeLow: (i * 1.1).toFixed(1),
        rangeHigh: (i * 1.5 + 2).toFixed(1),
        flag: [null, 'H', 'N'][i % 3] ?? null,
      }))
    )
    const { status, bytes, trips } = await measured(reportUrl('big'))
    expect(status).toBe(200)
    expect(trips).toBe(2)
    expect(bytes).toBeLessThanOrEqual(14_336)
  })

  test('a history of 1,000 values is at most 14 kB and two trips', async () => {
    for (let i = 0; i < 10; i++)
      await fileReport(
        { id: `h${i}`, collectedAt: minutesAgo(60 * 24 * i) },
        Array.from({ length: 100 }, (_, k) => ({
          name: `Measured thing number ${k} [Mass/volume] in Serum or Plasma`,
          code: `${k}-1`,
          value: (Math.E * (k + i)).toFixed(12),
          unit: 'mmol/L',
        }))
      )
    const { status, bytes, trips } = await measured(`${labsUrl}/history`)
    expect(status).toBe(200)
    expect(trips).toBe(2)
    expect(bytes).toBeLessThanOrEqual(14_336)
    expect(await textOf(`${labsUrl}/history`)).toContain('Page 1 of 3')
  })
})
