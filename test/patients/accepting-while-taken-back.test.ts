import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { invitationToken, sha256 } from '../../src/identity/secret.ts'
import { as } from '../support/browser.ts'
import { auditMark, auditSince, seed } from '../support/people.ts'

beforeEach(seed)

const rounds = 50
const day = 86_400_000
const birth = { month: '3', day: '27', year: '1952' }
const rows = async <T>(query: string, ...bound: unknown[]) =>
  (
    await env.DB.prepare(query)
      .bind(...bound)
      .all<T>()
  ).results

/** Rosa has invited someone with an account; says where the link leads. */
async function invite(id: string, email: string) {
  const token = await invitationToken(env.TOKEN_KEY, id)
  await env.DB.prepare(
    `INSERT INTO invitations (id, kind, patient_id, email, token_hash, language, relationship, invited_by, created_at, sent_at, expires_at)
     VALUES (?1, 'caregiver', 'rosa-chart', ?2, ?3, 'en', 'Friend', 'rosa', ?4, ?4, ?5)`
  )
    .bind(id, email, await sha256(token), Date.now(), Date.now() + day)
    .run()
  return `/register/${token}`
}

/** Two at once, now one a little earlier and now the other. */
async function race(round: number, one: () => Promise<Response>, other: () => Promise<Response>) {
  const late = async (act: () => Promise<Response>, by: number) => {
    if (by > 0) await new Promise((resolve) => setTimeout(resolve, by))
    return act()
  }
  const by = ((round % 13) - 6) * 5
  return Promise.all([late(one, by), late(other, -by)])
}

/** What is true of an invitation and what it opens, once all is quiet. */
async function endOf(id: string, who: 'ines' | 'milo', since: number) {
  const [invitation] = await rows<{ accepted: number; revoked: number }>(
    'SELECT accepted_at IS NOT NULL AS accepted, revoked_at IS NOT NULL AS revoked FROM invitations WHERE id = ?',
    id
  )
  const live = await rows(
    "SELECT id FROM grants WHERE patient_id = 'rosa-chart' AND account_id = ? AND revoked_at IS NULL",
    who
  )
  const told = await rows("SELECT id FROM outbox WHERE kind = 'registered' AND subject_id = ?", id)
  const trail = (await auditSince(since)).map(({ action }) => action)
  return {
    isAccepted: invitation?.accepted === 1,
    isRevoked: invitation?.revoked === 1,
    grants: live.length,
    mails: told.length,
    added: trail.filter((action) => action === 'invitation.record-added').length,
    takenBack: trail.filter((action) => action === 'sharing.invitation-revoked').length,
    revoked: trail.filter((action) => action === 'sharing.revoked').length,
    opens: (await as(who).get('/patients/rosa-chart/labs')).status,
  }
}

const patientSide = '/patients/rosa-chart/users'
const deskSide = '/admin/patients/rosa-chart/users'

describe.each([
  ['the patient', 'rosa', patientSide],
  ['staff', 'frida', deskSide],
] as const)('%s', (_, who, url) => {
  test(`takes an invitation back while it is taken up: ${rounds} times one of the two, and all agree`, async () => {
    const ends = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const id = `race-${round}`
      const link = await invite(id, 'ines@example.test')
      const mark = await auditMark()
      const desk = as(who)
      const [accepted, removed] = await race(
        round,
        () => as('ines').post(link, birth),
        () => desk.post(`${url}/invitations/${id}/removal`)
      )
      expect(removed.status).toBe(303)
      const said = desk.jar.get('__Host-flash')
      const end = await endOf(id, 'ines', mark)
      if (end.isAccepted) {
        expect([accepted.status, said]).toEqual([303, 'invitationTakenUp'])
        expect(end).toEqual({
          isAccepted: true,
          isRevoked: false,
          grants: 1,
          mails: 1,
          added: 1,
          takenBack: 0,
          revoked: 0,
          opens: 200,
        })
      } else {
        expect([accepted.status, said]).toEqual([410, 'invitationTakenBack'])
        expect(end).toEqual({
          isAccepted: false,
          isRevoked: true,
          grants: 0,
          mails: 0,
          added: 0,
          takenBack: 1,
          revoked: 0,
          opens: 404,
        })
      }
      ends.add(said ?? '')
      await env.DB.prepare(
        "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE account_id = 'ines' AND revoked_at IS NULL"
      ).run()
    }
    expect(ends.size, 'both were first at times').toBe(2)
  })

  test(`ends access while it is being taken up: ${rounds} times it is open or it is not, as the answers say`, async () => {
    const ends = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      // A grant bears the id of its invitation: whoever is quick can end it the moment it is there.
      const id = `race-${round}`
      const link = await invite(id, 'ines@example.test')
      const mark = await auditMark()
      const [accepted, ended] = await race(
        round,
        () => as('ines').post(link, birth),
        () => as(who).post(`${url}/${id}/revocation`, { reason: 'She called.' })
      )
      expect(accepted.status).toBe(303)
      const isOpen = ended.status === 404
      expect(await endOf(id, 'ines', mark)).toEqual({
        isAccepted: true,
        isRevoked: false,
        grants: isOpen ? 1 : 0,
        mails: 1,
        added: 1,
        takenBack: 0,
        revoked: isOpen ? 0 : 1,
        opens: isOpen ? 200 : 404,
      })
      ends.add(ended.status)
      await env.DB.prepare(
        "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE account_id = 'ines' AND revoked_at IS NULL"
      ).run()
    }
    expect([...ends].sort()).toEqual([303, 404])
  })

  test(`ends access of someone who takes up another invitation meanwhile: ${rounds} times nothing is left open`, async () => {
    const ends = new Set<boolean>()
    for (let round = 0; round < rounds; round++) {
      const id = `race-${round}`
      const grantId = `milo-grant-${round}`
      await env.DB.batch([
        env.DB.prepare(
          "UPDATE grants SET revoked_at = 1, revoked_by = 'rosa' WHERE account_id = 'milo' AND revoked_at IS NULL"
        ),
        env.DB.prepare(
          "INSERT INTO grants (id, patient_id, account_id, relationship, granted_at, granted_by) VALUES (?, 'rosa-chart', 'milo', 'Son', 1, 'rosa')"
        ).bind(grantId),
      ])
      const link = await invite(id, 'milo@example.test')
      const mark = await auditMark()
      const [accepted, ended] = await race(
        round,
        () => as('milo').post(link, birth),
        () => as(who).post(`${url}/${grantId}/revocation`, { reason: 'He called.' })
      )
      expect(ended.status).toBe(303)
      const end = await endOf(id, 'milo', mark)
      expect([end.grants, end.opens, end.revoked, end.takenBack]).toEqual([0, 404, 1, 0])
      // Taken up before access ended, or ended with it: never neither, never both.
      expect(end.isAccepted).toBe(!end.isRevoked)
      expect([accepted.status, end.mails, end.added]).toEqual(end.isAccepted ? [303, 1, 1] : [410, 0, 0])
      ends.add(end.isAccepted)
    }
    expect(ends.size, 'both were first at times').toBe(2)
  })
})
