import type { observations, reports } from '../db/schema.ts'
import { cycles } from './appointments.ts'
import type { Calendar } from './calendar.ts'
import { chance, idOf } from './chance.ts'
import { pdfOf } from './pdf.ts'
import { accountId, patientId } from './people.ts'
import type { Rows } from './store.ts'

type Report = typeof reports.$inferInsert
type Observation = typeof observations.$inferInsert
/** What the laboratory prints: code, name, unit, usual range, decimals, and a healthy value for this patient. */
type Test = [
  code: string,
  name: string,
  unit: string,
  low: number | null,
  high: number | null,
  decimals: number,
  usual: number,
]

const cbc: Test[] = [
  ['6690-2', 'White blood cells', '10*3/uL', 4, 10.5, 1, 6.4],
  ['789-8', 'Red blood cells', '10*6/uL', 3.8, 5.1, 2, 4.2],
  ['718-7', 'Hemoglobin', 'g/dL', 12, 15.5, 1, 12.8],
  ['4544-3', 'Hematocrit', '%', 36, 46, 1, 38.6],
  ['787-2', 'MCV', 'fL', 80, 100, 1, 91.4],
  ['777-3', 'Platelets', '10*3/uL', 150, 400, 0, 238],
  ['751-8', 'Neutrophils', '10*3/uL', 1.8, 7.7, 2, 3.9],
  ['731-0', 'Lymphocytes', '10*3/uL', 1, 4, 2, 1.5],
  ['742-7', 'Monocytes', '10*3/uL', 0.2, 0.9, 2, 0.5],
]
const cmp: Test[] = [
  ['2951-2', 'Sodium', 'mmol/L', 135, 145, 0, 139],
  ['2823-3', 'Potassium', 'mmol/L', 3.5, 5.1, 1, 4.2],
  ['2075-0', 'Chloride', 'mmol/L', 98, 107, 0, 103],
  ['2028-9', 'Carbon dioxide', 'mmol/L', 22, 29, 0, 25],
  ['3094-0', 'Urea nitrogen', 'mg/dL', 8, 23, 0, 16],
  ['2160-0', 'Creatinine', 'mg/dL', 0.5, 1.1, 2, 0.86],
  ['2345-7', 'Glucose', 'mg/dL', 70, 99, 0, 104],
  ['17861-6', 'Calcium', 'mg/dL', 8.6, 10.2, 1, 9.3],
  ['2885-2', 'Total protein', 'g/dL', 6.4, 8.3, 1, 6.9],
  ['1751-7', 'Albumin', 'g/dL', 3.5, 5, 1, 3.9],
  ['1975-2', 'Total bilirubin', 'mg/dL', 0.2, 1.2, 1, 0.6],
  ['6768-6', 'Alkaline phosphatase', 'U/L', 40, 130, 0, 82],
  ['1920-8', 'AST', 'U/L', 0, 32, 0, 24],
  ['1742-6', 'ALT', 'U/L', 0, 33, 0, 22],
]

/** How far chemotherapy pulls each count down ten days after an infusion, and how much it has drifted over the months. */
const nadir: Record<string, number> = {
  '6690-2': 0.32,
  '751-8': 0.16,
  '777-3': 0.5,
  '731-0': 0.75,
  '742-7': 0.6,
}
const drift: Record<string, number> = {
  '718-7': 0.82,
  '789-8': 0.84,
  '4544-3': 0.84,
  '787-2': 1.05,
  '777-3': 0.85,
  '751-8': 0.85,
}

const laboratory = 'Hillside Cancer Care Laboratory'
const doctor = 'Anita Rao, MD'

/** Everything of the laboratory, and the documents that belong into R2. */
export async function makeLabs(days: Calendar): Promise<{ rows: Rows; documents: Map<string, Uint8Array> }> {
  const made: Made[] = [
    ...mariasCounts(days),
    ...mariasYear(days),
    ...mariasOthers(days),
    ...otherPatients(days),
    ...heldBack(days),
  ]
  const read = made.filter(({ isRead }) => isRead)
  const commented = made.filter(({ report }) => report.comment)
  const documents = new Map(
    made.flatMap(({ report, document }) =>
      document ? [[`reports/${idOf(`file ${report.id}`)}`, document]] : []
    )
  )
  const scan = made.find(({ document }) => document)
  const potassium = made.find(({ report }) => report.sourceId === 'maria potassium')?.results[0]
  const held = made.find(({ report }) => report.sourceId === 'earl scan')?.report
  return {
    documents,
    rows: {
      reports: made.map(({ report }) => report),
      observations: made.flatMap(({ results }) => results),
      reportReads: read.map(({ report }) => ({
        reportId: report.id ?? '',
        accountId: accountId('maria'),
        readAt: new Date(Number(report.releasedAt) + 7_200_000),
      })),
      reportOpenings: read
        .filter(({ report }) => report.kind !== 'lab')
        .map(({ report }) => ({
          reportId: report.id ?? '',
          accountId: accountId('maria'),
          openedAt: new Date(Number(report.releasedAt) + 7_100_000),
        })),
      reportComments: commented.map(({ report }) => ({
        id: idOf(`comment ${report.id}`),
        reportId: report.id ?? '',
        authorId: accountId(report.commentBy === doctor ? 'rao' : 'dana'),
        body: report.comment ?? '',
        writtenAt: report.commentedAt as Date,
        submissionId: idOf(`comment form ${report.id}`),
      })),
      observationVersions: potassium
        ? [
            {
              id: idOf('version potassium'),
              observationId: potassium.id ?? '',
              status: 'final',
              value: '6.2',
              unit: 'mmol/L',
              rangeLow: '3.5',
              rangeHigh: '5.1',
              flag: 'H',
              replacedAt: potassium.correctedAt as Date,
            },
          ]
        : [],
      reportFiles: await Promise.all(
        [...documents].map(async ([objectKey, bytes], position) => ({
          id: idOf(`file ${scan?.report.id}`),
          reportId: scan?.report.id ?? '',
          position,
          name: 'CT report.pdf',
          type: 'application/pdf' as const,
          size: bytes.length,
          sha256: await digestOf(bytes),
          objectKey,
          addedAt: scan?.report.releasedAt as Date,
        }))
      ),
      releaseChoices: [
        {
          patientId: patientId('maria'),
          kind: 'genetics',
          timing: 'ask-first',
          chosenAt: days.at(-160, '18:20'),
          chosenBy: accountId('maria'),
        },
      ],
      releaseHolds: held
        ? [
            {
              id: idOf('hold'),
              reportId: held.id ?? '',
              reason:
                'He is alone until Thursday and has said that he might harm himself. Dr. Rao sees him then.',
              heldAt: held.issuedAt as Date,
              heldBy: accountId('rao'),
              heldUntil: held.releasedAt as Date,
            },
          ]
        : [],
    },
  }
}

const digestOf = async (bytes: Uint8Array) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

type Made = { report: Report; results: Observation[]; isRead: boolean; document?: Uint8Array }

type Stage = 'before' | 'treatment' | 'low' | 'recovering'

/** How much of the fall shows at each stage. */
const depth: Record<Stage, number> = { before: 0, treatment: 0, low: 1, recovering: 0.3 }

/** A full panel on every treatment day, a blood count at the low point between two of them, and one on the way up. */
function mariasCounts(days: Calendar): Made[] {
  const { past, next } = cycles(days)
  const start = past[0] ?? 0
  const draws: { day: number; stage: Stage; cycle: number }[] = [
    { day: days.officeDay(start - 27), stage: 'before', cycle: -1 },
    { day: days.officeDay(start - 13), stage: 'before', cycle: -1 },
    ...past.flatMap((day, cycle) => [
      { day, stage: 'treatment' as const, cycle },
      { day: days.officeDay(day + 10), stage: 'low' as const, cycle },
    ]),
    { day: days.officeDay(Math.min(next - 5, -1)), stage: 'recovering', cycle: past.length - 1 },
  ]
  return draws.flatMap(({ day, stage, cycle }, index) => {
    const isLowest = stage === 'low' && cycle === 3
    const progress = index / (draws.length - 1)
    const value = ([code, , , , , , usual]: Test) => {
      const noise = 1 + (chance(`${code} ${index}`)() - 0.5) * 0.06
      const fall = (1 - (nadir[code] ?? 1)) * depth[stage]
      const worst = isLowest && code === '751-8' ? 0.6 : 1
      return usual * noise * (1 - fall) * worst * (1 + ((drift[code] ?? 1) - 1) * progress)
    }
    const at = days.at(day, '08:35')
    const count = panel('maria', `cbc ${index}`, 'Complete blood count', '58410-2', at, cbc, value)
    for (const result of count.results)
      if (result.code === '751-8' && Number(result.value) < 0.5) result.flag = 'LL'
    if (isLowest) comment(count, 'Dana Reyes, RN', veryLow)
    if (stage === 'recovering')
      comment(count, doctor, 'Your counts are recovering well. No change to your plan.')
    count.isRead = stage !== 'recovering'
    if (stage !== 'treatment') return [count]
    const metabolic = panel(
      'maria',
      `cmp ${index}`,
      'Comprehensive metabolic panel',
      '24323-8',
      at,
      cmp,
      value
    )
    return [count, { ...metabolic, isRead: true }]
  })
}

const comment = ({ report }: Made, commentBy: string, words: string) =>
  Object.assign(report, {
    comment: words,
    commentBy,
    commentedAt: new Date(Number(report.issuedAt) + 5_400_000),
  })

/** Counts before the cancer was found, from another laboratory with other ranges; its creatinine in another unit. */
function mariasYear(days: Calendar): Made[] {
  const names: Record<string, [name: string, unit: string]> = {
    '6690-2': ['WBC', 'K/uL'],
    '718-7': ['Hemoglobin', 'g/dL'],
    '777-3': ['Platelet count', 'K/uL'],
    '751-8': ['Neutrophils, absolute', 'K/uL'],
  }
  const ranges: Record<string, [low: string, high: string]> = {
    '6690-2': ['4.5', '11.0'],
    '718-7': ['11.7', '16.0'],
    '777-3': ['140', '450'],
    '751-8': ['1.5', '8.0'],
  }
  return [-352, -309, -268, -231, -196].map((offset, index) => {
    const results = cbc.flatMap(([code, , , , , decimals, usual]): Result[] => {
      const [name, unit] = names[code] ?? []
      const [rangeLow, rangeHigh] = ranges[code] ?? []
      if (!name || !unit || !rangeLow || !rangeHigh) return []
      const number = usual * (1 - index * 0.012) * (1 + (chance(`year ${code} ${index}`)() - 0.5) * 0.08)
      const value = number.toFixed(decimals)
      return [
        { code, name, unit, value, rangeLow, rangeHigh, flag: flagOf(Number(value), +rangeLow, +rangeHigh) },
      ]
    })
    const creatinine: Result = {
      code: '2160-0',
      name: 'Creatinine',
      value: String(74 + index),
      unit: 'umol/L',
      rangeLow: '44',
      rangeHigh: '97',
      flag: 'N',
    }
    const made = report(
      'maria',
      `year ${index}`,
      'Blood count and kidney function',
      '58410-2',
      days.at(days.officeDay(offset), '10:05'),
      [...results, creatinine],
      { laboratory: 'Prairie Street Family Clinic', orderedBy: 'Helen Marsh, MD' }
    )
    return { ...made, isRead: true }
  })
}

const genesText = `RESULT
No disease-causing change was found in BRCA1, BRCA2, or the 34 other genes of this panel.

WHAT WAS TESTED
Blood, for changes that run in families. Changes in the tumor alone are not part of this test.

A genetic counselor can explain what this means for you and your family.`

const scanText = `FINDINGS
Chest: The lungs are clear. No enlarged lymph nodes.
Abdomen and pelvis: Status after surgery. The deposits near the omentum are no longer seen. No new deposits. No fluid.

IMPRESSION
Good response to treatment. No sign of active disease on this scan.`

/** A report that one of the staff keeps back for a few days. */
function heldBack(days: Calendar): Made[] {
  const at = days.at(days.officeDay(-1), '13:40')
  return [
    report('earl', 'scan', 'CT of the chest', '24627-2', at, [], {
      kind: 'imaging',
      conclusion: 'FINDINGS\nA nodule of 9 mm in the right upper lobe, new since the last scan.',
      laboratory: 'Washington Imaging Center',
      releasedAt: days.at(4, '17:00'),
      noticedAt: null,
      teamSeenAt: new Date(at.getTime() + 4 * 3_600_000),
      teamSeenBy: accountId('rao'),
    }),
  ]
}

const veryLow =
  'Your infection-fighting cells are very low, as we expected this week. Call us at once if you have a fever of 100.4 °F or more. We will check your blood again before the next treatment.'

function mariasOthers(days: Calendar): Made[] {
  const { past } = cycles(days)
  const marker = past.map((day, index) => {
    const value = ['412', '298', '171', '88.4', '51.2', '33'][index] ?? '33'
    return report(
      'maria',
      `ca125 ${index}`,
      'Cancer antigen 125',
      '10334-1',
      days.at(day, '08:35'),
      [
        {
          code: '10334-1',
          name: 'CA 125',
          value,
          unit: 'U/mL',
          rangeLow: '0',
          rangeHigh: '35',
          flag: Number(value) > 35 ? 'H' : null,
          // A new analyzer: numbers before and after it are not on one line.
          method: index < 2 ? 'Elecsys CA 125 II' : 'Architect CA 125 II',
        },
      ],
      { kind: 'tumor-marker' }
    )
  })
  const corrected = report(
    'maria',
    'potassium',
    'Potassium, repeat',
    '2823-3',
    days.at(days.officeDay(-33), '15:10'),
    [
      {
        code: '2823-3',
        name: 'Potassium',
        value: '4.4',
        unit: 'mmol/L',
        rangeLow: '3.5',
        rangeHigh: '5.1',
        flag: 'N',
        status: 'corrected',
        previousValue: '6.2',
        previousUnit: 'mmol/L',
        correctedAt: days.at(days.officeDay(-32), '09:05'),
        comment: 'The first sample was damaged. It was measured again.',
      },
    ],
    { status: 'corrected' }
  )
  const pending = report(
    'maria',
    'culture',
    'Urine culture',
    '630-4',
    days.at(days.officeDay(-1), '10:20'),
    [
      {
        code: '630-4',
        name: 'Urine culture',
        value: 'No growth so far',
        unit: null,
        status: 'preliminary',
        rangeText: 'No growth',
      },
      {
        code: '18907-6',
        name: 'Sensitivities',
        value: null,
        unit: null,
        status: 'registered',
        absentReason: 'temp-unknown',
      },
    ],
    { status: 'preliminary', finalizedAt: null, teamSeenAt: null, teamSeenBy: null }
  )
  const genes = report(
    'maria',
    'genes',
    'Hereditary cancer gene panel',
    '51969-4',
    days.at(days.officeDay(-12), '09:30'),
    [],
    {
      kind: 'genetics',
      laboratory: 'Regional Genetics Laboratory',
      conclusion: genesText,
      releasedAt: null,
      askAt: days.at(days.officeDay(-2), '11:15'),
    }
  )
  const scan = report(
    'maria',
    'scan',
    'CT of the chest, abdomen, and pelvis',
    '18748-4',
    days.at(days.officeDay(-3), '13:30'),
    [],
    {
      kind: 'imaging',
      laboratory: 'Washington Imaging Center',
      conclusion: scanText,
      teamSeenAt: null,
      teamSeenBy: null,
    }
  )
  const pathology = report(
    'maria',
    'pathology',
    'Surgical pathology report',
    '11529-5',
    days.at(days.officeDay(-172), '11:00'),
    [],
    {
      kind: 'pathology',
      laboratory: 'Ozark Pathology Associates',
      orderedBy: 'Samir Haddad, MD',
      conclusion: pathologyText,
    }
  )
  const hepatitis = report(
    'maria',
    'hepatitis',
    'Hepatitis B screening',
    '58452-4',
    days.at(days.officeDay(-165), '09:10'),
    [
      {
        code: '5196-1',
        name: 'Hepatitis B surface antigen',
        value: 'NOT DETECTED',
        unit: null,
        rangeText: 'NOT DETECTED',
      },
      { code: '16935-9', name: 'Hepatitis B surface antibody', value: '<3.50', unit: 'mIU/mL' },
      {
        code: '22316-4',
        name: 'Antinuclear antibody titer',
        value: '1:80',
        unit: null,
        rangeText: '<1:80',
        flag: 'A',
      },
    ],
    { laboratory: 'Regional Reference Laboratory' }
  )
  const elsewhere = report(
    'maria',
    'emergency',
    'Blood count, emergency department',
    '58410-2',
    days.at(-88, '20:05'),
    [
      {
        code: '6690-2',
        name: 'WBC',
        value: '2.9',
        unit: 'K/uL',
        rangeLow: '4.5',
        rangeHigh: '11.0',
        flag: 'L',
      },
      {
        code: '718-7',
        name: 'HGB',
        value: '10.9',
        unit: 'g/dL',
        rangeLow: '11.7',
        rangeHigh: '16.0',
        flag: 'L',
      },
      {
        code: '777-3',
        name: 'PLT',
        value: '131',
        unit: 'K/uL',
        rangeLow: '140',
        rangeHigh: '450',
        flag: 'L',
      },
      { code: '2345-7', name: 'Glucose, fingerstick', value: '148', unit: 'mg/dL' },
    ],
    { laboratory: 'Washington Regional Medical Center', orderedBy: 'Lena Ross, MD' }
  )
  return [
    ...marker.map((made, index) => ({ ...made, isRead: index < marker.length - 1 })),
    genes,
    {
      ...scan,
      document: pdfOf([
        'Washington Imaging Center',
        'Maria Alvarez',
        scan.report.title,
        '',
        ...scanText.split('\n'),
      ]),
    },
    { ...corrected, isRead: true },
    { ...pending, isRead: false },
    { ...pathology, isRead: true },
    { ...hepatitis, isRead: true },
    { ...elsewhere, isRead: true },
  ]
}

const otherPatients = (days: Calendar): Made[] =>
  ['jorge', 'earl', 'robert', 'june', 'thomas'].flatMap((key, person) =>
    [-4, -32, -61, -95].map((offset, index) =>
      panel(
        key,
        `cbc ${index}`,
        'Complete blood count',
        '58410-2',
        days.at(days.officeDay(offset - person), '09:20'),
        cbc,
        ([code, , , , , , usual]) => usual * (0.84 + chance(`${key} ${code} ${index}`)() * 0.24)
      )
    )
  )

function panel(
  key: string,
  what: string,
  title: string,
  code: string,
  collectedAt: Date,
  tests: Test[],
  value: (test: Test) => number
): Made {
  const results = tests.map((test) => {
    const [testCode, name, unit, low, high, decimals] = test
    const text = value(test).toFixed(decimals)
    const print = (bound: number | null) => bound?.toFixed(decimals) ?? null
    return {
      code: testCode,
      name,
      unit,
      value: text,
      rangeLow: print(low),
      rangeHigh: print(high),
      flag: flagOf(Number(text), low, high),
    }
  })
  return report(key, what, title, code, collectedAt, results)
}

const flagOf = (value: number, low: number | null, high: number | null) =>
  low !== null && value < low ? 'L' : high !== null && value > high ? 'H' : 'N'

type Result = Pick<Observation, 'name'> & Partial<Observation>

function report(
  key: string,
  what: string,
  title: string,
  code: string,
  collectedAt: Date,
  results: Result[],
  rest: Partial<Report> = {}
): Made {
  const sourceId = `${key} ${what}`
  const id = idOf(`report ${sourceId}`)
  const issuedAt = new Date(collectedAt.getTime() + 3 * 3_600_000)
  return {
    isRead: false,
    report: {
      id,
      patientId: patientId(key),
      title,
      code,
      status: 'final',
      collectedAt,
      issuedAt,
      finalizedAt: issuedAt,
      releasedAt: issuedAt,
      noticedAt: issuedAt,
      versionAt: issuedAt,
      changedAt: issuedAt,
      kind: 'lab',
      teamSeenAt: new Date(issuedAt.getTime() + 3_600_000),
      teamSeenBy: accountId('dana'),
      orderedBy: doctor,
      laboratory,
      source: 'demo',
      sourceId,
      ...rest,
    },
    results: results.map((result, index) => ({
      id: idOf(`observation ${sourceId} ${index}`),
      reportId: id,
      patientId: patientId(key),
      position: index + 1,
      status: 'final',
      valueNumber: result.value && /^-?\d+(\.\d+)?$/.test(result.value) ? Number(result.value) : null,
      collectedAt,
      source: 'demo',
      sourceId: `${sourceId} ${index}`,
      ...result,
    })),
  }
}

const pathologyText = `DIAGNOSIS
A. Left ovary and fallopian tube, removal:
   High-grade serous carcinoma, 6.4 cm in greatest dimension.
   Fallopian tube: involved by serous tubal intraepithelial carcinoma.
B. Uterus, right ovary and fallopian tube, removal:
   No carcinoma identified.
C. Omentum, biopsy:
   Metastatic high-grade serous carcinoma, largest deposit 1.1 cm.
D. Lymph nodes, pelvic, removal:
   No carcinoma in nine lymph nodes (0/9).

STAGE
pT3b pN0 (AJCC, 8th edition).

IMMUNOHISTOCHEMISTRY
PAX8 positive. WT1 positive. p53 aberrant (overexpression). ER positive, 60 percent of cells, moderate. PR negative. Mismatch repair proteins MLH1, PMS2, MSH2, MSH6: intact.

CLINICAL HISTORY
78-year-old woman with a pelvic mass and CA 125 of 640 U/mL.

GROSS DESCRIPTION
A. Received fresh, labeled with the patient's name and "left tube and ovary": an ovary of 7.2 x 5.8 x 4.4 cm with a smooth, partly disrupted capsule. The cut surface shows a tan-white, soft tumor with areas of hemorrhage, 6.4 cm across. The fallopian tube is 5.1 cm long. The fimbriated end is submitted entirely.
B. Received in formalin: a uterus with cervix, right ovary and tube, 96 g. The endometrium is 0.2 cm thick. No lesion is seen.
C. Received in formalin: fatty tissue of 14 x 8 x 2 cm with firm nodules of up to 1.1 cm.
D. Received in formalin: fatty tissue with nine possible lymph nodes of 0.3 to 1.8 cm, all submitted.

COMMENT
The findings support a tubo-ovarian origin. Genetic counseling and germline testing are suggested, as for all patients with this diagnosis.

Electronically signed by the pathologist.`
