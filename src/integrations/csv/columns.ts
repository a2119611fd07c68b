/** What a column of a file of results may hold, in the order it is asked for. */
export const fields = [
  'recordNumber',
  'familyName',
  'birthDate',
  'collectedAt',
  'test',
  'value',
  'unit',
  'range',
  'flag',
  'status',
  'code',
  'panel',
  'order',
  'laboratory',
  'orderedBy',
  'comment',
] as const
export type CsvField = (typeof fields)[number]
/** The column of each field, counted from 0. */
export type Mapping = Partial<Record<CsvField, number>>

/** What no result can do without. */
export const required: readonly CsvField[] = ['recordNumber', 'collectedAt', 'test', 'value']

/** Names that laboratories give their columns, without case, spaces and signs. */
const usual: Record<CsvField, RegExp> = {
  recordNumber: /^(mrn|patientid|patientidentifier|recordnumber|medicalrecordnumber|chartnumber|patientmrn)$/,
  familyName: /^(patient)?(last|family|sur)name$/,
  birthDate: /^(patient)?(dob|birthdate|dateofbirth)$/,
  collectedAt:
    /^((specimen|sample)?(collected|collection)(date|datetime|on|at|time)?|(specimen|sample)?datecollected|testtime|effectivedate|orderteststdate|drawn)$/,
  test: /^(test|testname|component|analyte|observation|display(name)?|testdescription)$/,
  value: /^(value|result|testresult|resultvalue|resultdescription)$/,
  unit: /^(unit|units|resultunits?|uom|unitofmeasure)$/,
  range: /^((reference|normal|ref)range|range)$/,
  flag: /^((abnormal)?flag|abnormal|interpretation)$/,
  status: /^((test)?result)?status$/,
  code: /^(loinc|loinccode|code|testcode|orderedtestcode|testperformedcode)$/,
  panel: /^(panel|panelname|battery|orderedtest|reportname|ordername)$/,
  order: /^(order|ordernumber|accession|accessionnumber|specimenid|filler)$/,
  laboratory: /^(lab|laboratory|labname|performinglab|testinglabname)$/,
  orderedBy: /^(orderedby|orderingprovider|provider|orderingphysician|orderingprovidername)$/,
  comment: /^(comment|comments|note|notes)$/,
}

/** What the names of the columns suggest; a person looks it over. */
export function suggestMapping(names: string[]): Mapping {
  const plain = names.map((name) => name.toLowerCase().replace(/[^\p{L}\d]/gu, ''))
  const mapping: Mapping = {}
  for (const field of fields) {
    const column = plain.findIndex((name) => usual[field].test(name))
    if (column >= 0) mapping[field] = column
  }
  return mapping
}
