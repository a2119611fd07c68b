import type { Filing, Outcome } from '../filing/filing.ts'
import type { Bundle } from './bundle.ts'
import { asksForVersion } from './draft.ts'

type Severity = 'error' | 'warning' | 'information'

/** An OperationOutcome with one issue. */
export const outcomeOf = (severity: Severity, code: string, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity, code, diagnostics }],
})

/** What R4 calls what became of an entry: http.html#transaction-response. */
function responseTo({ fate, why }: Outcome) {
  const filed = why ? { outcome: outcomeOf('warning', 'not-supported', `It ${why}.`) } : {}
  if (fate === 'new') return { status: '201 Created', ...filed }
  if (fate === 'changed' || fate === 'restated') return { status: '200 OK', ...filed }
  if (fate === 'unchanged')
    return {
      status: '200 OK',
      outcome: outcomeOf('information', 'informational', 'It was on file already.'),
      ...filed,
    }
  if (fate === 'waiting')
    return {
      status: '202 Accepted',
      outcome: outcomeOf(
        'warning',
        'business-rule',
        `It waits for the practice to say whose it is (${why}).`
      ),
    }
  const status = why === asksForVersion ? '412 Precondition Failed' : '422 Unprocessable Entity'
  return { status, outcome: outcomeOf('warning', 'not-supported', `It ${why}.`) }
}

const notDeleted: Outcome = { fate: 'skipped', why: 'asks for a deletion, and a feed deletes nothing' }
/** A practitioner whose name stands in a report, a result that is the heading of others. */
const readAlong: Outcome = { fate: 'skipped', why: 'is read along with others, and not filed by itself' }

/** An answer for every entry of a transaction or batch and every line of NDJSON, in their order. */
export const answerEach = (bundle: Bundle, { fates }: Filing) => ({
  resourceType: 'Bundle',
  type: `${bundle.kind === 'Bundle:transaction' ? 'transaction' : 'batch'}-response`,
  entry: bundle.entryNames.map((name) => ({
    response: responseTo(name === undefined ? notDeleted : (fates.get(name) ?? readAlong)),
  })),
})
