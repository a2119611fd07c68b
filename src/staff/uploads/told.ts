import * as v from 'valibot'
import { reportKinds } from '../../db/schema.ts'
import { fields, required } from '../../integrations/csv/columns.ts'
import { dateIn, momentIn } from '../../integrations/csv/time.ts'

/** Which column holds what: numbers of columns, counted from 0, or nothing. */
export const Columns = v.pipe(
  v.object(
    Object.fromEntries(
      fields.map((field) => [
        field,
        v.pipe(v.string(), v.regex(required.includes(field) ? /^\d{1,3}$/ : /^\d{0,3}$/, 'columnMissing')),
      ])
    )
  ),
  v.forward(
    v.check(({ familyName, birthDate }) => Boolean(familyName || birthDate), 'personMissing'),
    ['familyName']
  )
)

const line = v.pipe(v.string(), v.trim(), v.maxLength(200, 'lineLong'))
const said = (missing: string) => v.pipe(line, v.minLength(1, missing))

/** What a person writes about a PDF. Dates as they are written in the United States; times on the practice's wall. */
export const Header = v.pipe(
  v.object({
    recordNumber: said('recordNumberMissing'),
    familyName: line,
    birthDate: v.pipe(
      line,
      v.check((sent) => sent === '' || dateIn(sent) !== null, 'birthDateWrong')
    ),
    title: said('titleMissing'),
    kind: v.picklist(reportKinds, 'kindMissing'),
    collectedAt: v.pipe(
      line,
      v.check((sent) => momentIn(sent, 'UTC') !== null, 'collectedAtWrong')
    ),
    laboratory: line,
    orderedBy: line,
  }),
  v.forward(
    v.check(({ familyName, birthDate }) => Boolean(familyName || birthDate), 'personUntold'),
    ['familyName']
  )
)
