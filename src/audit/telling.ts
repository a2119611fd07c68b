import type { Dictionary } from '../i18n/text.ts'

/** An entry of the trail, with who it was as far as we know. */
export type Told = {
  seq: number
  at: Date
  actor: string
  action: string
  patientId: string | null
  subjectId: string | null
  name: string | null
  staffRole: string | null
  accountId: string | null
  relationship: string | null
  /** The kind of device it was done on. */
  device: string | null
  /** Why it was done, where whoever did it had to say. */
  reason: string | null
}

type Words = Dictionary['accessHistory']

const has = <T extends object>(words: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(words, key)

/** What was done, in plain words. What has none of its own is told by what it was done to. */
export function actInWords({ action, reason }: Pick<Told, 'action' | 'reason'>, t: Words): string {
  const act = plainAct(action, t)
  return reason ? `${act}. ${t.because(reason)}` : act
}

function plainAct(action: string, t: Words): string {
  if (has(t.acts, action)) return t.acts[action]
  const [scope = '', verb = ''] = action.split('.')
  if (scope === 'sign-in') return t.signedIn
  if (!has(t.things, scope)) return t.other
  const thing = t.things[scope]
  if (verb === 'read' || verb === 'listed' || verb.endsWith('-read')) return t.looked(thing)
  if (verb === 'downloaded') return t.downloaded(thing)
  if (verb === 'refused') return t.refused(thing)
  return t.changed(thing)
}

/** Who it was: by name and role, or what kind of sender. */
export function whoInWords({ actor, name, relationship }: Told, t: Words): string {
  if (actor === 'feed') return name ? t.system(name) : t.someSystem
  if (actor === 'nobody' || !name) return t.unknown
  if (actor === 'caregiver') return relationship ? t.asCaregiver(name, relationship) : name
  return has(t.roles, actor) ? t.asRole(name, t.roles[actor]) : name
}
