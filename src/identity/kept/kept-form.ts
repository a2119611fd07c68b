import { type Path, paths } from '../../paths.ts'
import { may, type Permission, type StaffRole } from '../permissions.ts'

type Field =
  | 'category'
  | 'subject'
  | 'body'
  | 'email'
  | 'spokeWith'
  | 'note'
  | 'subjectEn'
  | 'bodyEn'
  | 'subjectEs'
  | 'bodyEs'
  | 'mrns'

type Kind = {
  path: Path
  /** What a person meets of it, in order; the rest is carried along unseen. */
  shown: readonly Field[]
  /** Staff need this to fill it in; without it the patient and their caregivers do. */
  permission?: Permission
}

/**
 * The forms whose words outlive a session. Each is a page of its own at the same path; what patients and caregivers
 * fill in is about one record. Those that are not here are in test/identity/kept-forms.test.ts, with the reason: a new
 * form needs a line in one of the two.
 */
export const kinds: readonly Kind[] = [
  { path: paths.newMessage, shown: ['category', 'subject', 'body'] },
  { path: paths.draft, shown: ['category', 'subject', 'body'] },
  { path: paths.thread, shown: ['body'] },
  { path: paths.appointmentRequest, shown: ['body'] },
  { path: paths.treatmentDay, shown: ['body'] },
  { path: paths.adminNewMessage, shown: ['category', 'subject', 'body'], permission: 'messages' },
  { path: paths.adminThread, shown: ['body'], permission: 'desk-messages' },
  { path: paths.adminDraft, shown: ['category', 'subject', 'body'], permission: 'messages' },
  {
    path: paths.announcementNew,
    shown: ['subjectEn', 'bodyEn', 'subjectEs', 'bodyEs', 'mrns'],
    permission: 'messages',
  },
  { path: paths.adminThreadNotes, shown: ['note'], permission: 'desk-messages' },
  { path: paths.adminThreadCall, shown: ['spokeWith', 'note'], permission: 'desk-messages' },
  { path: paths.adminPatientAddress, shown: ['email'], permission: 'invitations' },
]

/** A form that came when nobody was signed in, as it was typed. */
export type Unsent = {
  kind: Kind
  path: string
  patientId: string | null
  threadId: string | null
  fields: Record<string, string>
}

const day = 24 * 60 * 60_000
/** In milliseconds: how long a form is kept, and how long after its last use a session may still leave one. */
export const life = { kept: 7 * day, session: day }
/** How many forms an account has waiting at most, and how many bytes one may have. */
export const most = { forms: 5, bytes: 64 * 1024 }

/** Whatever form it is in: what proves who someone is is never kept, nor what they agreed to. */
const isSecret = (name: string) => /password|code|answer|terms|token|secret/i.test(name)

const patternOf = (path: Path) => new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[\\w-]{1,64})')}$`)
const patterns = kinds.map((kind) => ({ kind, pattern: patternOf(kind.path) }))

/** What kind of form is posted to a path, and at whose record and in which conversation, if any. Undefined for every path that is none of ours. */
export function kindAt(path: string) {
  for (const { kind, pattern } of patterns) {
    const found = path.match(pattern)
    const { patientId = null, threadId = null } = found?.groups ?? {}
    if (found) return { kind, patientId, threadId }
  }
  return undefined
}

/** The form on its way to a path. Undefined where it is none of those we keep, and where nothing was typed into it. */
export function unsentForm(path: string, typed: Record<string, string>): Unsent | undefined {
  const found = kindAt(path)
  if (!found) return undefined
  // Which button it was does not outlive the page: what is kept is sent or thrown away.
  const { keptId: _, keptPath: __, act: ___, ...rest } = typed
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => !isSecret(name)))
  const isTyped = found.kind.shown.some((name) => name !== 'category' && fields[name]?.trim())
  return isTyped ? { ...found, path, fields } : undefined
}

/** Whether someone with this role, or none, fills in such forms at all. */
export const fillsIn = (staffRole: StaffRole | null, { permission }: Kind) =>
  permission === undefined || may(staffRole, permission)
