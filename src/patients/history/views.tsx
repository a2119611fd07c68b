import { cursorOf, type Shown } from '../../audit/reading.ts'
import { actInWords, type Told, whoInWords } from '../../audit/telling.ts'
import { BackLink } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { deviceInWords } from '../../identity/devices/kind.ts'
import { href, paths, withQuery } from '../../paths.ts'

export const shows: readonly Shown[] = ['read', 'download', 'write', 'sign-in']

type Props = { rows: Told[]; more: boolean; patientId: string; show: Shown | undefined }

export const HistoryPage = ({ rows, more, patientId, show }: Props) => {
  const { accessHistory: t, nav } = useText()
  const url = href(paths.accessHistory, { patientId })
  const last = rows.at(-1)
  return (
    <section id='history' class='mid flow'>
      <BackLink to={paths.settings}>{nav.settings}</BackLink>
      <h1 id='entries'>{t.title}</h1>
      <p>{t.intro}</p>
      <nav aria-label={t.show}>
        <ul class='chips'>
          <li>
            <a href={url} aria-current={show ? undefined : 'page'}>
              {t.all}
            </a>
          </li>
          {shows.map((each) => (
            <li>
              <a href={withQuery(url, { show: each })} aria-current={each === show ? 'page' : undefined}>
                {t.kinds[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {rows.length === 0 ? <p>{t.none}</p> : <Entries rows={rows} />}
      {more && (
        <p class='screen'>
          <a class='tap' href={withQuery(url, { show, before: last && cursorOf(last) })}>
            {t.older}
          </a>
        </p>
      )}
      <p class='screen'>
        <a
          class='tap'
          href={withQuery(href(paths.accessHistoryCsv, { patientId }), { show })}
          type='text/csv'
        >
          {t.download}
        </a>
      </p>
    </section>
  )
}

const Entries = ({ rows }: { rows: Told[] }) => {
  const { accessHistory: t, devices } = useText()
  const { moment } = useFormat()
  return (
    <div class='card list'>
      <table class='queue' aria-labelledby='entries'>
        <thead>
          <tr>
            <th scope='col'>{t.when}</th>
            <th scope='col'>{t.who}</th>
            <th scope='col'>{t.what}</th>
            <th scope='col'>{t.device}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <td data-label={t.when}>{moment(row.at)}</td>
              <td data-label={t.who}>{whoInWords(row, t)}</td>
              <td data-label={t.what}>{actInWords(row, t)}</td>
              <td data-label={t.device}>{row.device ? deviceInWords(row.device, devices) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
