import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { OfficePhone } from './design/phone.tsx'
import type { RequestContext } from './env.ts'
import { preferredLanguage, speak, useText } from './i18n/text.ts'
import { loadVisit, visitWithoutDatabase } from './identity/visit.ts'
import { paths } from './paths.ts'

const kinds = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'notFound',
  405: 'notAllowed',
  413: 'tooLarge',
  429: 'tooMany',
  500: 'broken',
  503: 'away',
} as const
type Kind = (typeof kinds)[keyof typeof kinds]

/** The page of a dead end: what happened, whom to call, and a code that staff can find in the log. */
export async function systemPage(c: RequestContext, status: number) {
  const known = status in kinds ? (status as keyof typeof kinds) : status < 500 ? 400 : 500
  if (!c.var.visit)
    await loadVisit(c).catch(() => {
      c.set('visit', visitWithoutDatabase(c.env))
      return speak(c, preferredLanguage(c))
    })
  c.status(status as ContentfulStatusCode)
  if (status === 429 || status === 503) c.header('Retry-After', '60')
  const kind = kinds[known]
  return c.render(<SystemPage kind={kind} reference={c.var.requestId} />, {
    title: c.var.t.system[kind].title,
    ...(c.var.visit.viewer ? {} : { layout: 'entry' as const }),
  })
}

const SystemPage = ({ kind, reference }: { kind: Kind; reference: string }) => {
  const { system, common } = useText()
  const t = system[kind]
  return (
    <section id='system' class='narrow flow' tabindex={-1} autofocus>
      <h1>{t.title}</h1>
      <p>{t.body}</p>
      <p>
        {system.callUs} <OfficePhone />
      </p>
      <p class='soft'>{common.reference(reference)}</p>
      <p>
        <a class='tap' href={paths.front}>
          {system.notFound.home}
        </a>
      </p>
    </section>
  )
}
