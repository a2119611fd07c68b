import type { Child } from 'hono/jsx'
import { reportKinds } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { FileField, Select, SubmissionId, TextField } from '../../design/field.tsx'
import { CameToEnd, GoingOn } from '../../design/going-on.tsx'
import { BackLink, Button, Notice, Pagination } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { fields } from '../../integrations/csv/columns.ts'
import type { Counts } from '../../integrations/filing/filing.ts'
import type { Review } from '../../integrations/uploads/review.ts'
import { type Found, type Listed, perPage } from '../../integrations/uploads/store.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'

type ListProps = { rows: Listed[]; total: number; page: number; form: Form }

export const UploadsPage = ({ rows, total, page, form }: ListProps) => {
  const { uploads: t, staff } = useText()
  const { shortDate, time } = useFormat()
  return (
    <section id='uploads' class='flow'>
      <BackLink to={paths.admin}>{staff.dashboard.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <form method='post' action={paths.uploads} enctype='multipart/form-data' class='card mid' novalidate>
        <SubmissionId form={form} />
        <FileField name='file' label={t.file} hint={t.fileHint} form={form} />
        <Button>{t.look}</Button>
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
                    <a href={href(paths.upload, { uploadId: row.upload.inboxId })}>
                      {row.upload.name || '—'}
                    </a>
                  </th>
                  <td data-label={t.when}>
                    {shortDate(row.receivedAt)}, {time(row.receivedAt)}
                  </td>
                  <td data-label={t.by}>
                    <Bringer of={row} />
                  </td>
                  <td data-label={t.state}>
                    <HowFar row={row} />
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
        to={(number) => withQuery(paths.uploads, { page: number })}
      />
    </section>
  )
}

const Bringer = ({ of: { givenName, familyName } }: { of: Pick<Listed, 'givenName' | 'familyName'> }) => (
  <>{givenName && familyName ? fullName({ givenName, familyName }) : '—'}</>
)

const HowFar = ({ row: { upload, refusedAt } }: { row: Listed }) => {
  const { states } = useText().uploads
  if (upload.finishedAt) return <>{states.finished}</>
  if (upload.startedAt) return <>{states.filing(upload.done, upload.total ?? 0)}</>
  if (refusedAt) return <>{states.refused}</>
  return <>{upload.review ? states.reviewed : states.asked}</>
}

type OneProps = { found: Found; form: Form; isAsking: boolean }

export const UploadPage = ({ found, form, isAsking }: OneProps) => {
  const t = useText().uploads
  const { moment } = useFormat()
  const { upload, format, review, refusedAt } = found
  const asks = isAsking || (!review && !refusedAt)
  return (
    <section id='upload' class='mid flow'>
      <BackLink to={paths.uploads}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      {asks && format === 'csv' && <ColumnsForm upload={upload} form={form} />}
      {asks && format === 'pdf' && <HeaderForm upload={upload} form={form} />}
      {!asks && refusedAt && <h1>{t.states.refused}</h1>}
      {!asks && review && <Stage {...found} review={review} />}
      <p class='soft'>
        {upload.name}
        {', '}
        <Bringer of={found} />
        {', '}
        {moment(found.receivedAt)}
      </p>
    </section>
  )
}

const ColumnsForm = ({ upload, form }: { upload: Found['upload']; form: Form }) => {
  const t = useText().uploads
  const choices = [
    { value: '', label: t.notThere },
    ...(upload.columns ?? []).map(({ name, sample }, index) => ({
      value: String(index),
      label: t.column(index + 1, name, sample),
    })),
  ]
  return (
    <>
      <h1>{t.columnsTitle}</h1>
      <p>{t.columnsIntro}</p>
      <form method='post' action={href(paths.uploadColumns, { uploadId: upload.inboxId })} novalidate>
        <div class='fields'>
          {fields.map((field) => (
            <Select name={field} label={t.fields[field]} form={form} choices={choices} />
          ))}
        </div>
        <Button>{t.next}</Button>
      </form>
    </>
  )
}

const HeaderForm = ({ upload, form }: { upload: Found['upload']; form: Form }) => {
  const { uploads: t, labs } = useText()
  const words = t.header
  const plain = { form, autocomplete: 'off' }
  return (
    <>
      <h1>{t.headerTitle}</h1>
      <p>{t.headerIntro}</p>
      <form method='post' action={href(paths.uploadHeader, { uploadId: upload.inboxId })} novalidate>
        <div class='fields'>
          <TextField name='recordNumber' label={words.recordNumber} {...plain} />
          <TextField name='familyName' label={words.familyName} hint={words.familyNameHint} {...plain} />
          <TextField name='birthDate' label={words.birthDate} hint={words.birthDateHint} {...plain} />
        </div>
        <div class='fields'>
          <TextField name='title' label={words.title} hint={words.titleHint} {...plain} />
          <Select
            name='kind'
            label={words.kind}
            form={form}
            choices={reportKinds.map((value) => ({ value, label: labs.kinds[value] }))}
          />
        </div>
        <div class='fields'>
          <TextField name='collectedAt' label={words.collectedAt} hint={words.collectedAtHint} {...plain} />
          <TextField name='laboratory' label={words.laboratory} hint={words.optional} {...plain} />
          <TextField name='orderedBy' label={words.orderedBy} hint={words.optional} {...plain} />
        </div>
        <Button>{t.next}</Button>
      </form>
    </>
  )
}

/** Looked over, being filed, or filed. */
const Stage = ({ upload, review, format, fates }: Found & { review: Review }) => {
  const t = useText().uploads
  const to = { uploadId: upload.inboxId }
  const told = t.told(fates.filed, fates.waiting, fates.refused)
  if (upload.finishedAt)
    return (
      <>
        <h1>{t.doneTitle}</h1>
        <CameToEnd>{told}</CameToEnd>
        <div class='acts'>
          {fates.waiting > 0 && (
            <a class='btn' href={paths.unmatchedList}>
              {t.toWaiting}
            </a>
          )}
          <a class='btn alt' href={paths.uploads}>
            {t.another}
          </a>
        </div>
        <Problems review={review} />
      </>
    )
  if (upload.startedAt)
    return (
      <GoingOn
        title={t.filingTitle}
        said={t.states.filing(upload.done, review.messages)}
        done={upload.done}
        total={review.messages}
        action={href(paths.upload, to)}
        target='upload'
        hint={t.goOnHint}
        goOn={t.goOn}
      >
        <p>{told}</p>
      </GoingOn>
    )
  return (
    <>
      <h1>{t.reviewTitle}</h1>
      <ul>
        <Line counts={review.filed} words={t.willFile} />
        <Line counts={review.changed} words={t.willChange} />
        <Line counts={review.unchanged} words={t.isKnown} />
      </ul>
      {review.misfit && (
        <Notice kind='bad'>
          <p>{t.misfit}</p>
        </Notice>
      )}
      <div class='acts'>
        {review.messages > 0 && (
          <form method='post' action={href(paths.upload, to)}>
            <Button>{t.fileIt}</Button>
          </form>
        )}
        <form method='post' action={href(paths.uploadRemoval, to)}>
          <Button kind='alt'>{t.discard}</Button>
        </form>
        {(format === 'csv' || format === 'pdf') && (
          <a href={withQuery(href(paths.upload, to), { change: 'yes' })}>
            {format === 'csv' ? t.changeColumns : t.changeHeader}
          </a>
        )}
      </div>
      <Problems review={review} />
    </>
  )
}

const Line = ({ counts, words }: { counts: Counts; words: (count: string) => string }) => {
  const t = useText().uploads
  const parts = (Object.entries(counts) as [keyof Counts, number][]).map(([kind, count]) =>
    t.kinds[kind](count)
  )
  return <li>{words(parts.join(', ') || t.nothing)}</li>
}

/** What needs someone: who is not known for certain, what cannot be read, row by row. */
const Problems = ({ review: { waiting, refused, faulty, counts, skipped } }: { review: Review }) => {
  const { uploads: t, unmatched } = useText()
  return (
    <>
      <Listing title={t.faultyTitle(counts.faulty)} hint={t.faultyHint} all={counts.faulty}>
        {faulty.map(({ row, why }) => (
          <li>{t.faultyLine(row, t.faults[why])}</li>
        ))}
      </Listing>
      <Listing title={t.waitingTitle(counts.waiting)} hint={t.waitingHint} all={counts.waiting}>
        {waiting.map(({ name, number, why }) => (
          <li>
            {t.waitingLine(name, number)}: {unmatched.whys[why]}
          </li>
        ))}
      </Listing>
      <Listing title={t.refusedTitle(counts.refused)} all={counts.refused}>
        {refused.map(({ place, kind, why }) => (
          <li>{t.refusedLine(place, kind, why)}</li>
        ))}
      </Listing>
      <Listing title={t.skippedTitle} all={skipped.length}>
        {skipped.map(({ what, why, count }) => (
          <li>
            {what} {why} ({count})
          </li>
        ))}
      </Listing>
    </>
  )
}

type ListingProps = { title: string; hint?: string; all: number; children: Child[] }

const Listing = ({ title, hint, all, children }: ListingProps) =>
  all === 0 ? null : (
    <Notice kind='warn' title={title}>
      {hint && <p>{hint}</p>}
      <ul>{children}</ul>
      {all > children.length && <p>{useText().uploads.more(all - children.length)}</p>}
    </Notice>
  )
