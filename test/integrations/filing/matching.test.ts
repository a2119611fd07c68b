import fc from 'fast-check'
import { expect, test } from 'vitest'
import { match } from '../../../src/integrations/filing/matching.ts'
import { type PatientRow, personByNumber, revisePatient } from '../../../src/integrations/filing/patient.ts'

const said = { recordNumber: '10001', familyName: 'Díaz', birthDate: '1952-03-27' }
const now = new Date('2026-11-30T12:00:00Z')

/** What becomes of a message about the patient on file, where the sender's words for them are changed. */
function matched(
  change: object,
  { mayRegister, ...known }: { mayRegister: boolean } & Partial<Pick<PatientRow, 'source' | 'accountId'>>
) {
  const row = {
    ...revisePatient(personByNumber(said), undefined, { id: 'rosa', source: 'lab' }, now),
    ...known,
  }
  const sent = { ...personByNumber(said), sourceId: row.sourceId ?? '', ...change }
  return match(sent, { patients: [row], known: [], linked: undefined }, { id: 'lab' }, mayRegister)
}

const against = fc.constantFrom(
  { familyName: 'Smith' },
  { birthDate: '1985-06-11' },
  { familyName: 'Smith', birthDate: '1985-06-11' }
)

test('a result or an appointment with another birth date or family name waits, whoever sends it', () => {
  fc.assert(
    fc.property(
      against,
      fc.boolean(),
      fc.constantFrom('lab', 'roster'),
      fc.option(fc.constant('an-account')),
      (change, isFromPractice, source, accountId) => {
        expect(
          matched({ ...change, isFromPractice }, { mayRegister: false, source, accountId })
        ).toMatchObject({ why: 'contradicts' })
      }
    )
  )
})

test.each([{ familyName: 'Smith' }, { birthDate: '1985-06-11' }])(
  'a roster corrects one of the two in its own record, until the patient has an account',
  (change) => {
    expect(matched(change, { mayRegister: true })).toHaveProperty('row')
    expect(matched(change, { mayRegister: true, accountId: 'an-account' })).toMatchObject({
      why: 'contradicts',
    })
  }
)
