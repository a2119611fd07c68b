import type { Child } from 'hono/jsx'
import { BackLink, Button, Tag } from '../../design/parts.tsx'
import { OfficePhone } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Session } from '../visit.ts'
import { nameOf } from './kind.ts'
import type { Devices, SeenSession } from './store.ts'

export const DevicesPage = ({ live, past, trusted, here }: Devices & { here: Session }) => {
  const t = useText().devices
  const others = live.filter(({ id }) => id !== here.id)
  return (
    <section id='devices' class='mid flow'>
      <BackLink to={paths.settings}>{t.back}</BackLink>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <div class='card list'>
        <ul class='rows'>
          {live
            .filter(({ id }) => id === here.id)
            .map((session) => (
              <LiveSession session={session} isHere />
            ))}
          {others.map((session) => (
            <LiveSession session={session} isHere={false} />
          ))}
        </ul>
      </div>
      {others.length > 0 && (
        <form method='post' action={paths.devicesSignOut}>
          <Button>{t.signOutOthers}</Button>
        </form>
      )}
      {trusted.length > 0 && <TrustedDevices trusted={trusted} here={here.deviceId} />}
      {past.length > 0 && <PastSessions past={past} />}
    </section>
  )
}

/** A device by its name, what is known of it, and what can be done about it. */
const Device = ({
  userAgent,
  isHere,
  act,
  children,
}: {
  userAgent: string | null
  isHere: boolean
  act?: Child
  children?: Child
}) => {
  const t = useText().devices
  return (
    <li class='row still'>
      <div class='head'>
        <div>
          <p>
            <b>{nameOf(userAgent, t)}</b> {isHere && <Tag kind='ok'>{t.here}</Tag>}
          </p>
          {children}
        </div>
        {act}
      </div>
    </li>
  )
}

const useMoment = () => {
  const { shortDate, time } = useFormat()
  return (at: Date) => `${shortDate(at)}, ${time(at)}`
}

const LiveSession = ({ session, isHere }: { session: SeenSession; isHere: boolean }) => {
  const t = useText().devices
  const moment = useMoment()
  const { id, place, createdAt, seenAt, userAgent } = session
  const act = (
    <form method='post' action={href(paths.deviceSignOut, { sessionId: id })}>
      <Button kind='alt'>
        {t.signOut} <span class='vh'>{nameOf(userAgent, t)}</span>
      </Button>
    </form>
  )
  return (
    <Device userAgent={userAgent} isHere={isHere} act={act}>
      {place && <p class='m'>{t.near(place)}</p>}
      <p class='m'>{t.since(moment(createdAt))}</p>
      <p class='m'>{isHere ? t.now : t.seen(moment(seenAt))}</p>
    </Device>
  )
}

const TrustedDevices = ({ trusted, here }: { trusted: Devices['trusted']; here: string | null }) => {
  const t = useText().devices
  const { shortDate } = useFormat()
  return (
    <section class='flow' aria-labelledby='trusted'>
      <h2 id='trusted'>{t.trustTitle}</h2>
      <p>{t.trustIntro}</p>
      <div class='card list'>
        <ul class='rows'>
          {trusted.map(({ id, userAgent, trustedUntil }) => (
            <Device
              userAgent={userAgent}
              isHere={id === here}
              act={
                <RemoveTrust id={id}>
                  {t.askAgain} <span class='vh'>{nameOf(userAgent, t)}</span>
                </RemoveTrust>
              }
            >
              <p class='m'>{t.until(shortDate(trustedUntil))}</p>
            </Device>
          ))}
        </ul>
      </div>
      {trusted.length > 1 && <RemoveTrust id='all'>{t.askAgainAll}</RemoveTrust>}
    </section>
  )
}

const RemoveTrust = ({ id, children }: { id: string; children?: Child }) => (
  <form method='post' action={paths.trustRemoval}>
    <input type='hidden' name='id' value={id} />
    <Button kind='alt'>{children}</Button>
  </form>
)

const PastSessions = ({ past }: { past: SeenSession[] }) => {
  const t = useText().devices
  const moment = useMoment()
  return (
    <section class='flow' aria-labelledby='past'>
      <h2 id='past'>{t.pastTitle}</h2>
      <p>
        {t.pastIntro} <OfficePhone />.
      </p>
      <div class='card list'>
        <ul class='rows'>
          {past.map(({ userAgent, place, createdAt }) => (
            <Device userAgent={userAgent} isHere={false}>
              {place && <p class='m'>{t.near(place)}</p>}
              <p class='m'>{t.since(moment(createdAt))}</p>
            </Device>
          ))}
        </ul>
      </div>
      <p>
        <a class='tap' href={paths.credentials}>
          {t.change}
        </a>
      </p>
    </section>
  )
}
