import { allSlices } from '../../src/parts/loading.ts'
import { draftId } from './drafts.ts'
import { openToken } from './invitation.ts'
import { infusionDay, type Person, people } from './people.ts'

/** Every route there is. What a slice adds is walked by the tests of the whole site without anyone asking. */
export const table = (await allSlices()).flatMap((slice) => slice.table)

/** An example of every parameter, as the cast has it (people.ts). A parameter without one fails the test that fills it. */
const examples: Record<'rosa' | 'ines', Record<string, string>> = {
  rosa: {
    patientId: 'rosa-chart',
    threadId: 'refill',
    messageId: 'refill-1',
    announcementId: 'flu',
    appointmentId: 'infusion',
    reportId: 'cbc',
    invitationId: 'otto-invitation',
    accountId: 'rosa',
    staffId: 'nadia',
    sessionId: 'rosa-browser',
    passkeyId: 'rosa-passkey',
    keptId: 'rosa-kept',
    categoryId: 'medicine',
    queueId: 'billing',
    token: openToken,
    fileId: 'no-file',
    observationId: 'hgb',
    holdId: 'no-hold',
    uploadId: 'county-upload',
    day: infusionDay,
    questionId: 'no-question',
    requestId: 'no-request',
    grantId: 'milo-grant',
    calendarToken: 'x'.repeat(43),
    mailId: 'otto-mail',
    mergeId: 'rosa-merge',
    unmatchedId: 'parked',
    feedId: 'county-lab',
    inboxId: 'parked-body',
    draftId,
    replyId: 'nadia-reply',
    rosterId: 'spring-roster',
    roundId: 'spring-round',
    position: '2',
  },
  ines: { patientId: 'ines-chart', threadId: 'ines-thread' },
}

export const params = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')

/** A route's URL at someone's record; what that record lacks is borrowed from Rosa's, where it is not theirs. */
export const fill = (path: string, whose: keyof typeof examples = 'rosa') =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const value = examples[whose][name] ?? examples.rosa[name]
    if (!value) throw new Error(`test/support/site.ts has no example for :${name}`)
    return value
  })

const patientSide = { rosa: ['rosa', 'milo'], ines: ['ines'] } as const
const staffSide = (...who: Person[]) => ({ rosa: who, ines: who })
const everyone: Person[] = ['nobody', ...(Object.keys(people) as Person[])]

/**
 * Who passes the door of each kind of access, at Rosa's record and at Ines's. A new kind of access has no row here, and
 * the tests fail until someone writes down what each person should see.
 */
export const admitted: Record<string, Record<'rosa' | 'ines', readonly Person[]>> = {
  anyone: staffSide(...everyone),
  health: staffSide(...everyone),
  'signed in': staffSide('rosa', 'milo', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'),
  'signed in, confirmed': staffSide('rosa', 'milo', 'vera', 'ines', 'frida', 'nadia', 'okafor', 'audra'),
  'signed in, own session': staffSide('rosa'),
  'signed in, own passkey': staffSide('rosa'),
  'signed in, own passkey, confirmed': staffSide('rosa'),
  'second step owed': staffSide(),
  'own kept form': staffSide('rosa'),
  development: staffSide(),

  'chart:record': patientSide,
  'chart:messages': patientSide,
  'chart:appointments': patientSide,
  'chart:labs': patientSide,
  'readable chart:record': patientSide,
  'readable chart:messages': patientSide,
  'readable chart:appointments': patientSide,
  'readable chart:labs': patientSide,
  'confirmed chart:record': patientSide,
  'confirmed chart:messages': patientSide,
  'confirmed chart:appointments': patientSide,
  'confirmed chart:labs': patientSide,
  'own chart:labs': { rosa: ['rosa'], ines: ['ines'] },
  'own chart:sharing': { rosa: ['rosa'], ines: ['ines'] },
  'caregiver chart': { rosa: ['milo'], ines: [] },
  'staff chart:sharing:patients': staffSide('frida', 'okafor'),

  'staff:any': staffSide('frida', 'nadia', 'okafor', 'audra'),
  'staff:patients': staffSide('frida', 'okafor'),
  'staff:invitations': staffSide('frida', 'okafor'),
  'staff:staff': staffSide('okafor'),
  'staff:settings': staffSide('okafor'),
  'staff:integrations': staffSide('okafor'),
  'staff:appointments': staffSide('frida', 'okafor'),
  'staff chart:appointments:appointments': staffSide('frida', 'okafor'),
  'staff:audit': staffSide('okafor', 'audra'),
  'staff:labs': staffSide('nadia', 'okafor'),
  'staff:messages': staffSide('nadia', 'okafor'),
  'staff:desk-messages': staffSide('frida', 'nadia', 'okafor'),
  'own quick reply': staffSide('nadia'),
  'staff chart:record:patients': staffSide('frida', 'okafor'),
  'staff chart:record:view-as': staffSide('nadia', 'okafor'),
  'staff chart:record:invitations': staffSide('frida', 'okafor'),
  'staff chart:sharing:invitations': staffSide('frida', 'okafor'),
  'staff chart:messages:messages': staffSide('nadia', 'okafor'),
  'staff chart:labs:labs': staffSide('nadia', 'okafor'),
  // Both conversations are the nurses'. What Frida answers is in test/messages/front-desk.test.ts.
  'staff thread': staffSide('nadia', 'okafor'),
}

/** Kinds of access for programs, which come with a key and not with a session: no person passes. */
export const machines = ['feed:fhir', 'feed:hl7', 'mail provider', 'link in a mail', 'token']
