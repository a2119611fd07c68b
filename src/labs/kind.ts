import type { ReportKind } from './release.ts'

/** What a sender tells about a report that lets us see what kind it is. */
export type KindFacts = {
  /** Codes of the sections it comes from: HL7 v2 table 0074 (OBR-24), DiagnosticReport.category. */
  categories: readonly string[]
  /** LOINC codes of the report and of the results in it. */
  codes: readonly string[]
  title: string
}

const sections: Record<string, ReportKind> = {
  ...kindOfAll('pathology', 'SP CP PAT OSL LP7839-6 22634-0'),
  ...kindOfAll('imaging', 'RAD RUS RX CT NMR NMS XRC OUS VUS CUS IMG LP29684-5 LP29708-2 18748-4'),
  ...kindOfAll('genetics', 'GE CG LP7824-8 LP418019-8 51969-4'),
}

/** Documents and tests that say what they are. */
const codes: Record<string, ReportKind> = {
  ...kindOfAll(
    'pathology',
    '11526-1 11529-5 22634-0 22635-7 22637-3 33716-2 33717-0 33718-8 33719-6 34574-4 60567-5 60568-3 50595-8 19765-7 47527-7 18743-5'
  ),
  ...kindOfAll(
    'imaging',
    '18748-4 24627-2 24725-4 24604-1 24605-8 24606-6 30746-2 36643-5 38268-9 44139-4 42272-5 24531-6 24590-2 29252-4'
  ),
  ...kindOfAll('genetics', '51969-4 55207-5 69548-6 81247-9 53041-0 21636-6 94076-7 62356-1 29770-5'),
  ...kindOfAll(
    'tumor-marker',
    '2857-1 10886-0 12841-3 19195-7 35741-8 2039-6 10334-1 83082-8 24108-3 83084-4 6875-9 83083-6 17842-6 1834-1 19176-7 53962-9 55180-4 9811-1 3013-0 1992-7 25390-6'
  ),
}

/** Words in a title, English and Spanish, where no code says it. */
const titles: [ReportKind, RegExp][] = [
  [
    'tumor-marker',
    /tumou?r marker|marcador(es)? tumoral|\bCA[ -]?(125|19-?9|15-?3|27[.-]?29|72-?4)\b|\bCEA\b|\bPSA\b|\bAFP\b|carcinoembryonic|prostate specific|alpha[ -]?fetoprotein|cancer antigen|chromogranin/i,
  ],
  [
    'genetics',
    /genetic|genomic|genétic|genómic|\bgene\b|\bBRCA|sequencing|secuenciación|karyotyp|cariotip|mutation|mutación|microsatellite|\bFISH\b|\bNGS\b/i,
  ],
  [
    'pathology',
    /patholog|patolog|\bbiops(y|ies|ias?)\b|cytolog|citolog|histolog|bone marrow|médula ósea|\bpap\b/i,
  ],
  [
    'imaging',
    /\b(CT|MRI|MR|PET|DXA|DEXA) (scan|of|chest|abdomen|pelvis|head|brain|neck|spine|breast)|\bPET\/CT\b|\bMRI\b|x-?ray\b|radiograph|radiograf|ultraso|mammogra|mamogra|tomogra|echocardiogra|ecocardiogra|bone scan|gammagraf|resonancia|scintigra/i,
  ],
]

function kindOfAll(kind: ReportKind, list: string): Record<string, ReportKind> {
  return Object.fromEntries(list.split(' ').map((code) => [code, kind]))
}

/** One tumour marker among other results makes a report one: whoever wants to be asked first means that number. */
const order: ReportKind[] = ['tumor-marker', 'genetics', 'pathology', 'imaging']

/** What kind of report it is, as release rules and the calm page need it. Codes speak first, then its section, then its title. */
export function kindOf({ categories, codes: given, title }: KindFacts): ReportKind {
  const said = given.flatMap((code) => (Object.hasOwn(codes, code) ? codes[code] : undefined) ?? [])
  const coded = order.find((kind) => said.includes(kind))
  if (coded) return coded
  const section = categories.find((code) => Object.hasOwn(sections, code))
  if (section) return sections[section] ?? 'lab'
  return titles.find(([, words]) => words.test(title))?.[0] ?? 'lab'
}

/** Kinds that open behind a calm page. */
export const isCalm = (kind: ReportKind) => kind !== 'lab'
