import { beforeEach, describe, expect, test } from 'vitest'
import { as } from '../../support/browser.ts'
import { message, msh, pid, post, rows, seedLab } from './feed.ts'

beforeEach(seedLab)

const person = (id: string, fields: { name?: string; born?: string; phone?: string; mail?: string } = {}) =>
  `PID|1||${id}||${fields.name ?? 'VEGA^LUZ^M'}||${fields.born ?? '19610704'}|F|||1 Elm^^Rogers^AR^72756||${fields.phone ?? '(479) 555-0188'}~^NET^Internet^${fields.mail ?? 'luz@example.test'}||es`
const find = (mrn: string) => rows<Record<string, unknown>>('SELECT * FROM patients WHERE mrn = ?', mrn)

describe('the practice’s own system', () => {
  test.each(['ADT^A01', 'ADT^A04', 'ADT^A28'])('%s brings a new patient', async (kind) => {
    expect((await post(message(msh(kind), person('30009^^^HILLSIDE^MR')))).verdicts).toEqual(['AA'])
    expect(await find('30009')).toMatchObject([
      {
        given_name: 'LUZ M',
        family_name: 'VEGA',
        birth_date: '1961-07-04',
        phone: '(479) 555-0188',
        email: 'luz@example.test',
        language: 'es',
      },
    ])
  })

  test('corrects a name, keeps what is left empty, and never undoes what is newer', async () => {
    await post(message(msh('ADT^A04', { at: '20261001100000' }), person('30009^^^HILLSIDE^MR')))
    await post(
      message(
        msh('ADT^A08', { at: '20261003100000' }),
        person('30009^^^HILLSIDE^MR', { name: 'VEGA-ORTIZ^LUZ', phone: '', mail: '' })
      )
    )
    await post(
      message(msh('ADT^A08', { at: '20261002100000' }), person('30009^^^HILLSIDE^MR', { name: 'VEGA^LUCY' }))
    )
    expect(await find('30009')).toMatchObject([
      { family_name: 'VEGA-ORTIZ', given_name: 'LUZ', phone: '(479) 555-0188' },
    ])
  })

  test('that leaves the given name empty keeps the one on file', async () => {
    await post(message(msh('ADT^A04', { at: '20261001100000' }), person('30009^^^HILLSIDE^MR')))
    await post(
      message(msh('ADT^A08', { at: '20261002100000' }), person('30009^^^HILLSIDE^MR', { name: 'VEGA' }))
    )
    expect(await find('30009')).toMatchObject([{ given_name: 'LUZ M', search_name: 'vega luz m' }])
  })

  test('is heard as it says it, for staff who correct: its last word, and not an older one that comes late', async () => {
    const heard = () => rows('SELECT feed_id, facts, heard_at FROM patient_heard')
    const facts = async () => JSON.parse(String((await heard())[0]?.facts))
    const corrected = message(
      msh('ADT^A08', { at: '20261003100000' }),
      person('10001^^^HILLSIDE^MR', { name: 'DIAZ^ROSA', born: '19520327', phone: '555-0199' })
    )
    await post(corrected)
    expect(await facts()).toEqual({
      givenName: 'ROSA',
      familyName: 'DIAZ',
      birthDate: '1952-03-27',
      phone: '555-0199',
    })
    const [first] = await heard()
    await post(
      message(
        msh('ADT^A08', { at: '20261004100000' }),
        person('10001^^^HILLSIDE^MR', { name: 'DIAZ^ROSA', born: '19520327', phone: '555-0199' })
      )
    )
    expect(await heard()).toEqual([first])
    await post(
      message(
        msh('ADT^A08', { at: '20261002100000' }),
        person('10001^^^HILLSIDE^MR', { name: 'DIAZ^ROSALIA', born: '19520327' })
      )
    )
    expect(await facts()).toMatchObject({ givenName: 'ROSA' })
    const page = await (await as('frida').get('/admin/patients/rosa-chart/details')).text()
    expect(page).toContain('Laboratory said on')
    expect(page).toContain('DIAZ')
    expect(page).toContain('555-0199')
  })

  test('does not replace what someone with an account is reached by, nor their name unseen', async () => {
    const before = await find('10001')
    await post(
      message(
        msh('ADT^A08'),
        person('10001^^^HILLSIDE^MR', {
          name: 'DIAZ^ROSA',
          born: '19520327',
          phone: '1',
          mail: 'other@example.test',
        })
      )
    )
    expect((await find('10001'))[0]).toMatchObject({ email: before[0]?.email, phone: before[0]?.phone })
    await post(
      message(msh('ADT^A08'), person('10001^^^HILLSIDE^MR', { name: 'OTHER^ROSA', born: '19520327' }))
    )
    expect(await rows('SELECT why FROM unmatched')).toEqual([{ why: 'contradicts' }])
    expect((await find('10001'))[0]).toMatchObject({ family_name: 'Díaz' })
  })
})

test('someone else’s system brings nobody into the files', async () => {
  expect((await post(message(msh('ADT^A04'), person('30009^^^ELSEWHERE^MR')))).verdicts).toEqual(['AA'])
  expect(await rows("SELECT id FROM patients WHERE family_name = 'VEGA'")).toEqual([])
  expect(await rows('SELECT id FROM unmatched')).toEqual([])
})

test('a social security number is nobody’s key', async () => {
  await post(message(msh('ADT^A04'), person('999112222^^^HILLSIDE^SS')))
  expect(await rows("SELECT id FROM patients WHERE mrn = '999112222'")).toEqual([])
})

test('who is only named is not changed by results', async () => {
  const before = await find('10001')
  await post(
    message(
      msh(),
      pid('10001^^^HILLSIDE^MR', 'DIAZ^ROSALINDA'),
      'OBR|1||A1|58410-2^CBC^LN|||20261001',
      'OBX|1|NM|718-7^Hgb^LN||5||||||F'
    )
  )
  expect(await find('10001')).toEqual(before)
})
