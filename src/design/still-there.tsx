import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import type { Env } from '../env.ts'
import { paths } from '../paths.ts'
import { Button } from './parts.tsx'

/** Two windows that stay closed until static/session.js opens one: before the idle limit, and before the last hour ends. */
export const StillThere = () => {
  const { var: v } = getContext<Env>()
  const { viewer, endsIn } = v.visit
  if (!viewer || !endsIn) return null
  const t = v.t.common.stillThere
  return (
    <>
      <dialog
        id='still-there'
        class='card'
        aria-labelledby='still-there-title'
        data-ends={`${endsIn.idle} ${endsIn.last}`}
        data-keep={paths.keep}
      >
        <div class='flow'>
          <h2 id='still-there-title'>{t.title}</h2>
          <p aria-live='polite' aria-atomic='true'>
            {t.before} <b class='nw'>{t.left}</b>.
          </p>
          <p class='err' role='alert' />
          <div class='acts'>
            <form method='post' action={paths.sessionExtension}>
              <input type='hidden' name='account' value={viewer.id} />
              <Button>{t.stay}</Button>
            </form>
            <SignOutNow>{t.signOut}</SignOutNow>
          </div>
        </div>
      </dialog>
      <dialog id='last-minutes' class='card' aria-labelledby='last-minutes-title'>
        <div class='flow'>
          <h2 id='last-minutes-title'>{t.lastTitle}</h2>
          <p aria-live='polite' aria-atomic='true'>
            {t.lastBefore} <b class='nw'>{t.lastLeft}</b>.
          </p>
          <p>{t.lastAfter}</p>
          <div class='acts'>
            <button type='button' class='btn'>
              {t.goOn}
            </button>
            <SignOutNow>{t.signOut}</SignOutNow>
          </div>
        </div>
      </dialog>
    </>
  )
}

const SignOutNow = ({ children }: { children?: Child }) => (
  <form method='post' action={paths.signOut}>
    <Button kind='alt'>{children}</Button>
  </form>
)
