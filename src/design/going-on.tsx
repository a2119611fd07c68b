import type { Child } from 'hono/jsx'
import { Button } from './parts.tsx'

type GoingOnProps = {
  title: string
  said: string
  done: number
  total: number
  /** Where each post does the next portion, and the id of what its answer takes the place of. */
  action: string
  target: string
  hint: string
  goOn: string
  children?: Child
}

/** Work that is done in portions: how far it has come, and a form that goes on by itself, or by its button. */
export const GoingOn = ({ title, said, done, total, action, target, hint, goOn, children }: GoingOnProps) => (
  <>
    <h1>{title}</h1>
    <p role='status'>{said}</p>
    <progress value={done} max={Math.max(total, 1)} aria-label={title} />
    {children}
    <form
      method='post'
      action={action}
      hx-post={action}
      hx-trigger='every 500ms, submit'
      hx-target={`#${target}`}
      hx-swap='outerMorph'
      hx-sync='this:drop'
    >
      <p class='soft'>{hint}</p>
      <Button>{goOn}</Button>
    </form>
  </>
)

/** What became of the work once it is done, in place of how far it had come: read out, and with the focus that its button had. */
export const CameToEnd = ({ children }: { children?: Child }) => (
  <p class='note good' role='status' tabindex={-1} autofocus>
    {children}
  </p>
)
