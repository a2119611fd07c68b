import type { Dictionary } from '../i18n/text.ts'

type PlainWords = keyof Dictionary['labs']['tests']

/** LOINC codes by what they measure: several codes differ only in method or unit. */
const codes: Record<PlainWords, string> = {
  hemoglobin: '718-7 20509-6 30313-1',
  hematocrit: '4544-3 20570-8',
  redCells: '789-8 26453-1',
  whiteCells: '6690-2 26464-8 804-5',
  neutrophils: '751-8 26499-4 753-4 770-8 26511-6',
  lymphocytes: '731-0 26474-7 736-9 26478-8',
  monocytes: '742-7 26484-6 5905-5 26485-3',
  eosinophils: '711-2 26449-9 713-8 26450-7',
  basophils: '704-7 26444-0 706-2 30180-4',
  platelets: '777-3 26515-7 778-1',
  plateletSize: '32623-1 32207-3',
  cellSize: '787-2 30428-7',
  cellHemoglobin: '785-6 28539-5 786-4 28540-3',
  cellSpread: '788-0 21000-5 30385-9 30384-2',
  sodium: '2947-0 2951-2',
  potassium: '2823-3 6298-4',
  chloride: '2069-3 2075-0',
  bicarbonate: '2028-9 20565-8 1963-8',
  calcium: '17861-6 49765-1',
  magnesium: '19123-9 2601-3',
  phosphate: '2777-1',
  glucose: '2339-0 2345-7',
  hba1c: '4548-4 17856-6',
  urea: '3094-0 6299-2',
  creatinine: '2160-0 38483-4',
  kidneyFiltering: '33914-3 48642-3 48643-1 62238-1 69405-9 98979-8',
  protein: '2885-2',
  albumin: '1751-7 2862-1',
  globulin: '10834-0',
  bilirubin: '1975-2 1968-7',
  alkalinePhosphatase: '6768-6',
  alt: '1742-6',
  ast: '1920-8',
  ldh: '2532-0 14804-9',
  uricAcid: '3084-1',
  clotting: '5902-2 6301-6 34714-6 14979-9 3173-2',
  psa: '2857-1 10886-0 19195-7 35741-8',
  cea: '2039-6',
  ca125: '10334-1',
  ca199: '24108-3',
  ca153: '6875-9',
  ca2729: '17842-6',
  afp: '1834-1',
  hcg: '21198-7 19080-1',
  thyroid: '3016-3 11580-8',
  freeThyroxine: '3024-7',
  ferritin: '2276-4',
  iron: '2498-4',
  b12: '2132-9',
  folate: '2284-8',
  crp: '1988-5 30522-7',
  sedRate: '4537-7 30341-2',
  immunoglobulins: '2465-3 2458-8 2472-9',
  lightChains: '36916-5 33944-0 48378-4',
  mProtein: '33358-3',
  beta2: '1952-1',
  cholesterol: '2093-3 2085-9 18262-6 13457-7 2089-1',
  triglycerides: '2571-8',
  hiddenBlood: '57905-2 29771-3 2335-8',
  urineAlbumin: '14959-1 9318-7',
}

const known = new Map(
  Object.entries(codes).flatMap(([words, list]) =>
    list.split(' ').map((code) => [code, words as PlainWords] as const)
  )
)

/** Which sentence says in plain words what a test measures; undefined when we have none. */
export const plainWordsFor = (code: string | null) => known.get(code ?? '')
