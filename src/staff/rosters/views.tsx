import type { Child } from 'hono/jsx'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { FileField, Select, SubmissionId } from '../../design/field.tsx'
import { CameToEnd, GoingOn } from '../../design/going-on.tsx'
import { BackLink, Button, Notice, Pagination } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { RoundForm } from '../invitation-rounds/views.tsx'
import { type Fault, fields } from './roster.ts'
import { type Listed, type Problem, perPage, type Roster } from './store.ts'

type ListProps = { rows: Listed[]; total: number; page: number; form: Form }

export const RostersPage = ({ rows, total, page, form }: ListProps) => {
  const { rosters: t, inviteDesk } = useText()
  const { shortDate, time } = useFormat()
  return (
    <section id='rosters' class='flow'>
      <BackLink to={paths.adminInvitations}>{inviteDesk.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <form method='post' action={paths.rosters} enctype='multipart/form-data' class='card mid' novalidate>
        <SubmissionId form={form} />
        <FileField name='file' label={t.file} hint={t.fileHint} form={form} />
        <Button>{t.next}</Button>
      </form>
      <h2 id='before'>{t.list}</h2>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <table class='queue' aria-labelledby='before'>
            <thead>
              <tr>
                <th scope='col'>{t.name}</th>
                <th scope='col'>{t.when}</th>
                <th scope='col'>{t.by}</th>
                <th scope='col'>{t.state}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <th scope='row'>
                    <a href={href(paths.roster, { rosterId: row.id })}>{row.name || '—'}</a>
                  </th>
                  <td data-label={t.when}>
                    {shortDate(row.uploadedAt)}, {time(row.uploadedAt)}
                  </td>
                  <td data-label={t.by}>{fullName(row)}</td>
                  <td data-label={t.state}>
                    {row.finishedAt
                      ? t.states.finished
                      : row.startedAt
                        ? t.states.filing
                        : row.reviewedAt
                          ? t.states.reviewed
                          : t.states.asked}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / perPage)}
        to={(number) => withQuery(paths.rosters, { page: number })}
      />
    </section>
  )
}

type OneProps = { found: Roster; form: Form; isAsking: boolean }

export const RosterPage = ({ found, form, isAsking }: OneProps) => {
  const t = useText().rosters
  const { moment } = useFormat()
  const { roster } = found
  return (
    <section id='roster' class='mid flow'>
      <BackLink to={paths.rosters}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      {isAsking || !roster.reviewedAt ? <ColumnsForm found={found} form={form} /> : <Stage found={found} />}
      <p class='soft'>
        {roster.name}
        {', '}
        {fullName(found)}
        {', '}
        {moment(roster.uploadedAt)}
      </p>
    </section>
  )
}

const ColumnsForm = ({ found: { roster }, form }: { found: Roster; form: Form }) => {
  const { rosters: t, uploads } = useText()
  const choices = [
    { value: '', label: uploads.notThere },
    ...roster.columns.map(({ name, sample }, index) => ({
      value: String(index),
      label: uploads.column(index + 1, name, sample),
    })),
  ]
  return (
    <>
      <h1>{uploads.columnsTitle}</h1>
      <p>{t.columnsIntro}</p>
      <form method='post' action={href(paths.rosterColumns, { rosterId: roster.id })} novalidate>
        <div class='fields'>
          {fields.map((field) => (
            <Select name={field} label={t.fields[field]} form={form} choices={choices} />
          ))}
        </div>
        <Button>{t.look}</Button>
      </form>
    </>
  )
}

/** Looked over, being brought in, or done. */
const Stage = ({ found }: { found: Roster }) => {
  const t = useText().rosters
  const { roster, planned, filed } = found
  const to = { rosterId: roster.id }
  const post = href(paths.roster, to)
  const total = planned.create + planned.update
  if (roster.finishedAt)
    return (
      <>
        <h1>{t.doneTitle}</h1>
        <CameToEnd>{t.done(planned.create, planned.update, planned.same)}</CameToEnd>
        <RoundForm list='roster' rosterId={roster.id} />
        <Problems found={found} />
      </>
    )
  if (roster.startedAt)
    return (
      <GoingOn
        title={t.filingTitle}
        said={t.progress(filed, total)}
        done={filed}
        total={total}
        action={post}
        target='roster'
        hint={t.goOnHint}
        goOn={t.goOn}
      />
    )
  return (
    <>
      <h1>{t.reviewTitle}</h1>
      <ul>
        <li>{t.willCreate(planned.create)}</li>
        <li>{t.willUpdate(planned.update)}</li>
        <li>{t.isSame(planned.same)}</li>
        {planned.decide > 0 && <li>{t.toDecide(planned.decide)}</li>}
        {planned.fault > 0 && <li>{t.leftOut(planned.fault)}</li>}
      </ul>
      <div class='acts'>
        <form method='post' action={post}>
          <Button>{t.fileIt}</Button>
        </form>
        <form method='post' action={href(paths.rosterRemoval, to)}>
          <Button kind='alt'>{t.discard}</Button>
        </form>
        <a href={withQuery(post, { change: 'yes' })}>{t.changeColumns}</a>
      </div>
      <Problems found={found} />
    </>
  )
}

/** What needs someone: rows that cannot be read, and rows that look like somebody on file. */
const Problems = ({ found: { roster, planned, toDecide, faulty } }: { found: Roster }) => {
  const t = useText().rosters
  return (
    <>
      <Listing title={t.decideTitle(planned.decide)} hint={t.decideHint} all={planned.decide}>
        {toDecide.map((row) => (
          <Decision row={row} rosterId={roster.id} />
        ))}
      </Listing>
      <Listing title={t.faultyTitle(planned.fault)} hint={t.faultyHint} all={planned.fault}>
        {faulty.map((row) => (
          <li>
            {t.faultyLine(row.position, [row.givenName, row.familyName].filter(Boolean).join(' '))}{' '}
            {row.fault && t.faults[row.fault as Fault]}
          </li>
        ))}
      </Listing>
    </>
  )
}

const Decision = ({ row, rosterId }: { row: Problem; rosterId: string }) => {
  const t = useText().rosters
  const { birthDate } = useFormat()
  const name = [row.givenName, row.familyName].join(' ')
  return (
    <li>
      <p>
        {t.decideLine(row.position, name, row.birthDate ? birthDate(row.birthDate) : '', row.mrn ?? '')}{' '}
        {row.patientId && (
          <a href={href(paths.adminPatient, { patientId: row.patientId })}>{t.known(row.knownMrn ?? '—')}</a>
        )}
      </p>
      <form method='post' action={href(paths.rosterDecision, { rosterId, position: String(row.position) })}>
        <div class='acts'>
          <Button kind='alt' name='same' value='yes'>
            {t.same}
            <span class='vh'> ({name})</span>
          </Button>
          <Button kind='alt' name='same' value='no'>
            {t.another}
            <span class='vh'> ({name})</span>
          </Button>
        </div>
      </form>
    </li>
  )
}

type ListingProps = { title: string; hint: string; all: number; children: Child[] }

const Listing = ({ title, hint, all, children }: ListingProps) =>
  all === 0 ? null : (
    <Notice kind='warn' title={title}>
      <p>{hint}</p>
      <ul>{children}</ul>
      {all > children.length && <p>{useText().uploads.more(all - children.length)}</p>}
    </Notice>
  )
