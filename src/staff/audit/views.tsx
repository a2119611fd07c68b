import { cursorOf } from '../../audit/reading.ts'
import { actInWords, type Told, whoInWords } from '../../audit/telling.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { TextField } from '../../design/field.tsx'
import { BackLink, Button } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'

type Props = {
  rows: (Told & { mrn: string | null })[]
  more: boolean
  sealed: { last: number; at: Date } | undefined
  form: Form
  find: string | undefined
}

export const AuditPage = ({ rows, more, sealed, form, find }: Props) => {
  const { accessHistory: t, staff } = useText()
  const { moment, shortDate, time } = useFormat()
  const last = rows.at(-1)
  const plain = { form, autocomplete: 'off' }
  return (
    <section id='audit' class='flow'>
      <BackLink to={paths.admin}>{staff.dashboard.title}</BackLink>
      <ErrorSummary form={form} />
      <div class='head'>
        <h1 id='entries'>{t.log}</h1>
        <a href={withQuery(paths.auditExport, { find })} type='text/csv'>
          {t.export}
        </a>
      </div>
      <p>{t.logIntro}</p>
      <p class='soft'>{sealed ? t.sealed(sealed.last, moment(sealed.at)) : t.notSealed}</p>
      <form method='post' action={paths.auditLog} novalidate class='card fields'>
        <TextField name='from' label={t.from} type='date' {...plain} />
        <TextField name='to' label={t.to} type='date' {...plain} />
        <TextField name='email' label={t.email} type='email' {...plain} />
        <TextField name='mrn' label={t.mrn} {...plain} />
        <TextField name='action' label={t.action} hint={t.actionHint} {...plain} />
        <Button>{t.find}</Button>
      </form>
      {find && (
        <p role='status' tabindex={-1} autofocus>
          {rows.length === 0 ? t.none : t.found(rows.length, more)}
        </p>
      )}
      {rows.length === 0 ? (
        !find && <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <table class='queue' aria-labelledby='entries'>
            <thead>
              <tr>
                <th scope='col'>{t.number}</th>
                <th scope='col'>{t.when}</th>
                <th scope='col'>{t.who}</th>
                <th scope='col'>{t.what}</th>
                <th scope='col'>{t.mrn}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <td data-label={t.number}>{row.seq}</td>
                  <td data-label={t.when} class='nw'>
                    {shortDate(row.at)}, {time(row.at)}
                  </td>
                  <td data-label={t.who}>{whoInWords(row, t)}</td>
                  <td data-label={t.what}>
                    {actInWords(row, t)} <small>{row.action}</small>
                  </td>
                  <td data-label={t.mrn}>{row.mrn ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <p>
          <a href={withQuery(paths.auditLog, { find, before: last && cursorOf(last) })}>{t.older}</a>
        </p>
      )}
    </section>
  )
}
