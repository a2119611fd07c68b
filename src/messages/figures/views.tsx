import { getContext } from 'hono/context-storage'
import { BackLink } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useText } from '../../i18n/text.ts'
import { paths } from '../../paths.ts'
import { Duration, queueUrl, useQueueNames } from '../queue/views.tsx'
import type { QueueFigures } from './store.ts'

export const FiguresPage = ({ figures }: { figures: QueueFigures[] }) => {
  const { desk, messages } = useText()
  const t = desk.figures
  const nameOf = useQueueNames(figures)
  const { now } = getContext<Env>().var
  return (
    <section id='figures' class='flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <h1>{t.title}</h1>
      <p id='figures-intro'>{t.intro}</p>
      <div class='card list'>
        <table class='queue' aria-describedby='figures-intro'>
          <caption class='vh'>{t.title}</caption>
          <thead>
            <tr>
              {[t.queue, t.open, t.overdue, t.oldest, t.answered, t.median, t.longest].map((heading) => (
                <th scope='col'>{heading}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figures.map(({ id: queue, open, overdue, oldest, replies }) => (
              <tr>
                <th scope='row'>
                  <a href={queueUrl({ filter: 'all', queue })}>{nameOf(queue)}</a>
                </th>
                <td data-label={t.open}>{open}</td>
                <td data-label={t.overdue}>{overdue}</td>
                <td data-label={t.oldest}>
                  <Took milliseconds={oldest === null ? undefined : now.getTime() - oldest} />
                </td>
                <td data-label={t.answered}>{replies?.answered ?? t.none}</td>
                <td data-label={t.median}>
                  <Took milliseconds={replies?.median} />
                </td>
                <td data-label={t.longest}>
                  <Took milliseconds={replies?.longest} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const Took = ({ milliseconds }: { milliseconds: number | undefined }) => {
  const { none } = useText().desk.figures
  if (milliseconds === undefined) return <>{none}</>
  return <Duration minutes={Math.round(milliseconds / 60_000)} />
}
