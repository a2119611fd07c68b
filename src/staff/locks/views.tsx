import { Button, Tag } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Lock, SignedIn } from './store.ts'

type Props = {
  locks: Lock[]
  now: Date
  /** Where clearing an account's tries is posted to; nothing where the viewer may not. */
  action: (lock: Lock) => string | undefined
}

/** Who has given wrong passwords and codes, and who has to wait because of it. */
const Locks = ({ locks, now, action }: Props) => {
  const t = useText().staffLocks
  return (
    <div class='flow'>
      <h2 id='locks'>{t.title}</h2>
      {locks.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <>
          <p>{t.intro}</p>
          <div class='card list'>
            <table class='queue' aria-labelledby='locks'>
              <thead>
                <tr>
                  <th scope='col'>{t.person}</th>
                  <th scope='col'>{t.tries}</th>
                  <th scope='col'>{t.clearing}</th>
                </tr>
              </thead>
              <tbody>
                {[...Map.groupBy(locks, ({ accountId }) => accountId).values()].map((own) => (
                  <Person own={own} now={now} action={own[0] && action(own[0])} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  )
}

/** A person of the record, and what they are to the patient. */
const Who = ({ of }: { of: Pick<Lock, 'givenName' | 'familyName' | 'relationship'> }) => {
  const t = useText().staffLocks
  return (
    <th scope='row'>
      {fullName(of)}
      {of.relationship && (
        <>
          {' '}
          <br />
          <small>{t.caregiver(of.relationship)}</small>
        </>
      )}
    </th>
  )
}

const Person = ({ own, now, action }: { own: Lock[]; now: Date; action: string | undefined }) => {
  const t = useText().staffLocks
  const [first] = own
  if (!first) return null
  return (
    <tr>
      <Who of={first} />
      <td data-label={t.tries}>
        <ul>
          {own.map((lock) => (
            <li>
              {lock.purpose && t.purposes[lock.purpose]}: {t.count(lock.tries)}{' '}
              <Pause lock={lock} now={now} />
            </li>
          ))}
        </ul>
      </td>
      <td data-label={t.clearing}>
        {action ? (
          <form method='post' action={action}>
            <Button kind='alt'>
              {t.clear}
              <span class='vh'> {t.of(fullName(first))}</span>
            </Button>
          </form>
        ) : (
          t.notYours
        )}
      </td>
    </tr>
  )
}

const day = 86_400_000

/** Nobody waits for longer than an hour, but after the last try of all. */
const Pause = ({ lock: { pausedUntil }, now }: { lock: Lock; now: Date }) => {
  const t = useText().staffLocks
  const { time } = useFormat()
  if (!pausedUntil || pausedUntil <= now) return null
  return (
    <Tag kind='crit'>
      {pausedUntil.getTime() - now.getTime() > day ? t.stopped : t.paused(time(pausedUntil))}
    </Tag>
  )
}

export const RecordLocks = ({ patientId, ...props }: { patientId: string; locks: Lock[]; now: Date }) => (
  <Locks
    {...props}
    action={({ accountId, staffRole }) =>
      staffRole ? undefined : href(paths.adminAccountLockRemoval, { patientId, accountId })
    }
  />
)

export const StaffLocks = ({ isSelf, ...props }: { isSelf: boolean; locks: Lock[]; now: Date }) => (
  <Locks
    {...props}
    action={({ accountId }) =>
      isSelf ? undefined : href(paths.adminStaffLockRemoval, { staffId: accountId })
    }
  />
)

/** Who of a record is signed in somewhere, for when a phone was lost or a shared computer left open. */
export const RecordSessions = ({ patientId, signedIn }: { patientId: string; signedIn: SignedIn[] }) => {
  const t = useText().staffLocks
  const { time } = useFormat()
  return (
    <div class='flow'>
      <h2 id='signed-in'>{t.signedIn.title}</h2>
      {signedIn.length === 0 ? (
        <p>{t.signedIn.none}</p>
      ) : (
        <>
          <p>{t.signedIn.intro}</p>
          <div class='card list'>
            <table class='queue' aria-labelledby='signed-in'>
              <thead>
                <tr>
                  <th scope='col'>{t.person}</th>
                  <th scope='col'>{t.signedIn.seen}</th>
                  <th scope='col'>{t.signedIn.ending}</th>
                </tr>
              </thead>
              <tbody>
                {signedIn.map(({ accountId, staffRole, seenAt, ...who }) => (
                  <tr>
                    <Who of={who} />
                    <td data-label={t.signedIn.seen}>{seenAt ? time(seenAt) : t.signedIn.trusted}</td>
                    <td data-label={t.signedIn.ending}>
                      {staffRole ? (
                        t.signedIn.notYours
                      ) : (
                        <form
                          method='post'
                          action={href(paths.adminAccountSignOut, { patientId, accountId })}
                        >
                          <Button kind='alt'>
                            {t.signedIn.end}
                            <span class='vh'>: {fullName(who)}</span>
                          </Button>
                        </form>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  )
}
