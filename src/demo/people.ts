import type { accounts, grants, invitations, outbox, patients, staffRoles } from '../db/schema.ts'
import { hashPassword } from '../identity/password.ts'
import { invitationToken, seal, sha256 } from '../identity/secret.ts'
import { typedSecret } from '../identity/totp.ts'
import { searchName } from '../patients/name.ts'
import type { Calendar } from './calendar.ts'
import { chance, idOf } from './chance.ts'
import type { Rows } from './store.ts'

export type SignIn = { name: string; role: string; address: string; password: string; totpSecret?: string }

const domain = 'carespace.example'
const termsVersion = '2026-11'

type Staff = {
  key: string
  name: [given: string, family: string]
  role: string
  staffRole: (typeof staffRoles)[number]
  credentials?: string
  password: string
  /** Has not set up the second step: the first sign-in asks for it. */
  newHere?: true
}
const staff: Staff[] = [
  {
    key: 'jo',
    name: ['Jo', 'Bennett'],
    role: 'Front desk',
    staffRole: 'front-desk',
    password: 'Copper-Ladder-31',
  },
  {
    key: 'dana',
    name: ['Dana', 'Reyes'],
    role: 'Nurse',
    staffRole: 'clinical',
    credentials: 'RN',
    password: 'Violet-Harbor-64',
  },
  {
    key: 'rao',
    name: ['Anita', 'Rao'],
    role: 'Oncologist, admin',
    staffRole: 'admin',
    credentials: 'MD',
    password: 'Granite-Meadow-85',
  },
  {
    key: 'lou',
    name: ['Lou', 'Castell'],
    role: 'Billing, front desk',
    staffRole: 'front-desk',
    password: 'Walnut-Bridge-27',
  },
  {
    key: 'audrey',
    name: ['Audrey', 'Kim'],
    role: 'Auditor',
    staffRole: 'auditor',
    password: 'Silver-Canyon-49',
  },
  {
    key: 'nina',
    name: ['Nina', 'Patel'],
    role: 'Nurse, first sign-in',
    staffRole: 'clinical',
    credentials: 'RN',
    password: 'Amber-Lantern-72',
    newHere: true,
  },
]

type Visitor = {
  key: string
  name: [given: string, family: string]
  role: string
  password: string
  language?: 'es'
  address?: string
}
const visitors: Visitor[] = [
  { key: 'maria', name: ['Maria', 'Alvarez'], role: 'Patient', password: 'Orchard-Kettle-58' },
  {
    key: 'ana',
    name: ['Ana', 'Alvarez'],
    role: 'Caregiver of Maria and Robert',
    password: 'Willow-Compass-36',
  },
  {
    key: 'jorge',
    name: ['Jorge', 'Santos'],
    role: 'Patient (Spanish)',
    password: 'Cobre-Ventana-43',
    language: 'es',
  },
  { key: 'earl', name: ['Earl', 'Whitfield'], role: 'Patient', password: 'Maple-Anchor-95' },
  { key: 'carol', name: ['Carol', 'Finch'], role: 'Caregiver, access revoked', password: 'Quartz-Garden-62' },
]

/** Patients who signed up and whose passwords nobody is told. */
const quiet = ['june', 'thomas', 'olive', 'wayne', 'priya', 'frank', 'teresa', 'leonard'] as const

type Chart = {
  key: string
  name: [given: string, family: string]
  born: string
  phone?: string
  email?: string | null
  language?: 'es'
  account?: string
  deceased?: true
}
const named: Chart[] = [
  { key: 'maria', name: ['Maria', 'Alvarez'], born: '1948-03-27', phone: '(479) 555-0111', account: 'maria' },
  { key: 'robert', name: ['Robert', 'Alvarez'], born: '1945-08-19', phone: '(479) 555-0111' },
  {
    key: 'jorge',
    name: ['Jorge', 'Santos'],
    born: '1957-01-30',
    phone: '(479) 555-0134',
    language: 'es',
    account: 'jorge',
  },
  { key: 'earl', name: ['Earl', 'Whitfield'], born: '1951-11-02', phone: '(479) 555-0142', account: 'earl' },
  { key: 'june', name: ['June', 'Park'], born: '1960-06-14', phone: '(479) 555-0150', account: 'june' },
  {
    key: 'thomas',
    name: ['Thomas', 'Nguyen'],
    born: '1944-09-30',
    phone: '(479) 555-0163',
    account: 'thomas',
  },
  { key: 'olive', name: ['Olive', 'Brandt'], born: '1953-02-11', account: 'olive' },
  { key: 'wayne', name: ['Wayne', 'Oduya'], born: '1962-12-05', account: 'wayne' },
  { key: 'priya', name: ['Priya', 'Menon'], born: '1971-07-23', account: 'priya' },
  { key: 'frank', name: ['Frank', 'Delgado'], born: '1949-04-08', account: 'frank' },
  { key: 'teresa', name: ['Teresa', 'Muñoz'], born: '1966-10-17', language: 'es', account: 'teresa' },
  { key: 'leonard', name: ['Leonard', 'Fox'], born: '1940-05-21', account: 'leonard' },
  // One for each thing the front desk may meet when it presses Invite.
  { key: 'helen', name: ['Helen', 'Marsh'], born: '1955-09-09', phone: '(479) 555-0171' },
  { key: 'samuel', name: ['Samuel', 'Ortiz'], born: '1950-01-14', phone: '(479) 555-0172', language: 'es' },
  { key: 'beth', name: ['Beth', 'Larkin'], born: '1947-06-03', phone: '(479) 555-0173' },
  { key: 'victor', name: ['Victor', 'Hale'], born: '1959-11-26', phone: '(479) 555-0174' },
  { key: 'grace', name: ['Grace', 'Tillman'], born: '1952-03-18', phone: '(479) 555-0175' },
  { key: 'opal', name: ['Opal', 'Jennings'], born: '1938-12-30', phone: '(479) 555-0176', email: null },
  { key: 'caleb', name: ['Caleb', 'Wright'], born: 'minor', phone: '(479) 555-0177' },
  { key: 'harold', name: ['Harold', 'Voss'], born: '1936-02-07', phone: '(479) 555-0178', deceased: true },
  {
    key: 'edith',
    name: ['Edith', 'Lowell'],
    born: '1943-08-25',
    phone: '(479) 555-0179',
    email: `lowells@${domain}`,
  },
  {
    key: 'arthur',
    name: ['Arthur', 'Lowell'],
    born: '1941-04-12',
    phone: '(479) 555-0179',
    email: `lowells@${domain}`,
  },
]

const givenNames =
  'Abigail Bernard Celia Dorothy Edgar Fay Gordon Hazel Ivan Joyce Kenneth Lucille Marvin Norma Oscar Paula Quentin Rita Stanley Thelma Ursula Vincent Wanda Xavier Yvonne Zelda Martín Noemí Rosalía Héctor'.split(
    ' '
  )
const familyNames =
  'Abbott Barnes Calloway Dawson Ellison Foster Greer Hobbs Ingram Jarvis Keller Lindgren Maddox Norwood Osborne Pruitt Quinn Rhodes Sutton Thatcher Underwood Vaughn Wheeler Xiong Yates Zimmer Ibáñez Quiñones Peña Núñez'.split(
    ' '
  )

/** Enough neighbours that a search has something to choose from. */
const crowd: Chart[] = givenNames.map((given, index) => {
  const next = chance(`neighbour ${index}`)
  const two = (most: number) => String(1 + Math.floor(next() * most)).padStart(2, '0')
  return {
    key: `${given} ${familyNames[index]}`,
    name: [given, familyNames[index] ?? ''],
    born: `${1934 + Math.floor(next() * 48)}-${two(12)}-${two(28)}`,
    phone: `(479) 555-02${String(index).padStart(2, '0')}`,
    ...(index >= 26 ? { language: 'es' as const } : {}),
  }
})

export const accountId = (key: string) => idOf(`account ${key}`)
export const patientId = (key: string) => idOf(`patient ${key}`)

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const addressOf = ([given, family]: [string, string]) => `${plain(given)}.${plain(family)}@${domain}`

/** Everyone who can sign in, with what they sign in with. */
export async function makeAccounts(days: Calendar, tokenKey: string) {
  const created = days.at(days.officeDay(-160), '09:00')
  const rows: (typeof accounts.$inferInsert)[] = []
  const signIns: SignIn[] = []
  const base = (key: string, [givenName, familyName]: [string, string], passwordHash: string) => ({
    id: accountId(key),
    email: addressOf([givenName, familyName]),
    givenName,
    familyName,
    passwordHash,
    termsVersion,
    createdAt: created,
  })

  for (const { key, name, role, staffRole, credentials, password, newHere } of staff) {
    const secret = secretOf(key)
    const row = base(key, name, await hashPassword(password))
    const enrolled = newHere
      ? {}
      : {
          totpSecret: await seal(tokenKey, secret),
          totpConfirmedAt: created,
          secondStepAt: created,
          lastSignInAt: days.hoursAgo(20),
        }
    rows.push({ ...row, staffRole, credentials, ...enrolled })
    signIns.push({
      name: name.join(' '),
      role,
      address: row.email,
      password,
      ...(newHere ? {} : { totpSecret: typedSecret(secret).replaceAll(' ', '') }),
    })
  }
  for (const { key, name, role, password, language } of visitors) {
    const row = base(key, name, await hashPassword(password))
    rows.push({ ...row, language, lastSignInAt: days.hoursAgo(30) })
    signIns.push({ name: name.join(' '), role, address: row.email, password })
  }
  const untold = await hashPassword(idOf('nobody is told'))
  for (const chart of named.filter(({ key }) => (quiet as readonly string[]).includes(key)))
    rows.push({
      ...base(chart.key, chart.name, untold),
      language: chart.language,
      lastSignInAt: days.hoursAgo(50),
    })
  return { rows, signIns }
}

/** The charts, who may open them, and where each invitation stands. */
export async function makePatients(days: Calendar, tokenKey: string): Promise<Rows> {
  const rows: (typeof patients.$inferInsert)[] = [...named, ...crowd].map((chart, index) => ({
    id: patientId(chart.key),
    mrn: String(204_100 + index * 7),
    givenName: chart.name[0],
    familyName: chart.name[1],
    searchName: searchName(chart.name[1], chart.name[0]),
    birthDate: chart.born === 'minor' ? `${days.now.getUTCFullYear() - 14}-05-16` : chart.born,
    email: chart.email === undefined ? addressOf(chart.name) : chart.email,
    phone: chart.phone ?? `(479) 555-03${String(index).padStart(2, '0')}`,
    language: chart.language,
    accountId: chart.account ? accountId(chart.account) : null,
    deceasedAt: chart.deceased ? days.at(-40, '12:00') : null,
    createdAt: days.at(days.officeDay(-200), '10:00'),
  }))
  const invitations = await makeInvitations(days, tokenKey, rows)
  const expired = invitations.find(({ id }) => id === idOf('invitation beth'))
  return {
    patients: rows,
    grants: makeGrants(days),
    invitations,
    outbox: makeMails(invitations),
    invitationRequests: expired
      ? [
          {
            id: idOf('request beth'),
            invitationId: expired.id,
            patientId: expired.patientId,
            requestedAt: days.hoursAgo(5),
          },
        ]
      : [],
  }
}

function makeGrants(days: Calendar): (typeof grants.$inferInsert)[] {
  const grant = (patient: string, caregiver: string, relationship: string) => ({
    id: idOf(`grant ${patient} ${caregiver}`),
    patientId: patientId(patient),
    accountId: accountId(caregiver),
    relationship,
    grantedAt: days.at(-120, '14:10'),
    grantedBy: accountId('maria'),
  })
  return [
    grant('maria', 'ana', 'Daughter'),
    { ...grant('robert', 'ana', 'Daughter'), grantedBy: accountId('jo') },
    {
      ...grant('maria', 'carol', 'Neighbor'),
      revokedAt: days.at(-25, '18:40'),
      revokedBy: accountId('maria'),
    },
  ]
}

type Invitation = typeof invitations.$inferInsert

async function makeInvitations(days: Calendar, tokenKey: string, charts: (typeof patients.$inferInsert)[]) {
  const life = 96 * 3_600_000
  const byId = new Map(charts.map((chart) => [chart.id, chart]))

  async function invitation(
    key: string,
    sentHoursAgo: number,
    state: Partial<Invitation> = {}
  ): Promise<Invitation & { id: string }> {
    const id = idOf(`invitation ${key}`)
    const sentAt = days.hoursAgo(sentHoursAgo)
    const patient = byId.get(patientId(key))
    return {
      kind: 'patient',
      patientId: patientId(key),
      email: patient?.email ?? '',
      tokenHash: await sha256(await invitationToken(tokenKey, id)),
      language: patient?.language ?? 'en',
      invitedBy: accountId('jo'),
      createdAt: sentAt,
      sentAt,
      expiresAt: new Date(sentAt.getTime() + life),
      ...state,
      id,
    }
  }
  const accepted = named.filter(({ account }) => account)
  return Promise.all([
    ...accepted.map(({ key }) =>
      invitation(key, 24 * 150, { acceptedAt: days.hoursAgo(24 * 149), acceptedBy: accountId(key) })
    ),
    invitation('samuel', 20),
    invitation('arthur', 70, { remindedAt: days.hoursAgo(22) }),
    invitation('beth', 24 * 9),
    invitation('victor', 30, { birthDateTries: 5, lockedAt: days.hoursAgo(26) }),
    invitation('edith', 6, { sentAt: null, expiresAt: null }),
    invitation('grace', 50, { revokedAt: days.hoursAgo(44) }),
  ])
}

/** What became of the mails: all arrived, but for one that was refused and one that came back. */
function makeMails(sent: Invitation[]): (typeof outbox.$inferInsert)[] {
  const mail = (kind: string, { id = '', patientId }: Invitation, at: Date) => ({
    id: idOf(`${kind} ${id}`),
    kind,
    subjectId: id,
    patientId,
    createdAt: at,
    dueAt: at,
    attempts: 1,
    firstTriedAt: at,
    renderedAt: at,
  })
  return sent.flatMap((invitation) => {
    const { createdAt, sentAt, remindedAt } = invitation
    const mails: (typeof outbox.$inferInsert)[] = [
      {
        ...mail('invitation', invitation, createdAt),
        ...(sentAt
          ? { sentAt, ...fateOf(invitation, sentAt) }
          : { failedAt: createdAt, failure: 'validation_error' }),
      },
    ]
    if (remindedAt) mails.push({ ...mail('invitation-reminder', invitation, remindedAt), sentAt: remindedAt })
    return mails
  })
}

const fateOf = ({ patientId: to }: Invitation, sentAt: Date): Partial<typeof outbox.$inferInsert> => {
  const at = new Date(sentAt.getTime() + 4000)
  return to === patientId('samuel')
    ? { bouncedAt: at, bounceKind: 'hard', bounceReason: 'no_mailbox' }
    : { deliveredAt: at }
}

const secretOf = (key: string) => {
  const next = chance(`authenticator ${key}`)
  return Uint8Array.from({ length: 20 }, () => Math.floor(next() * 256))
}

/** Who signed the terms, and when. */
export const acceptTerms = (
  people: (typeof accounts.$inferInsert)[]
): NonNullable<Rows['termsAcceptances']> =>
  people.map(({ id = '', createdAt }) => ({
    accountId: id,
    version: termsVersion,
    acceptedAt: createdAt,
    networkAddress: '203.0.113.20',
  }))
