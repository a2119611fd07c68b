import { getContext } from 'hono/context-storage'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Radios, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, Pagination, Tag } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import { pageSize } from '../thread.ts'
import { audiences, type RecipientStatus, recipientsPageSize, statusOf } from './announcement.ts'
import type { AnnouncementFound, AnnouncementSummary, Recipient } from './store.ts'

type ListProps = { rows: AnnouncementSummary[]; total: number; page: number }

export const AnnouncementsPage = ({ rows, total, page }: ListProps) => {
  const { announcements: t, messages } = useText()
  const { language } = getContext<Env>().var
  const format = useFormat()
  return (
    <section id='announcements' class='mid flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <h1>{t.title}</h1>
      <div class='acts'>
        <a class='btn' href={paths.announcementNew}>
          {t.newTitle}
        </a>
      </div>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <ul class='rows'>
            {rows.map((row) => (
              <li>
                <a class='row' href={href(paths.announcement, { announcementId: row.id })}>
                  <span class='t' lang={language}>
                    {language === 'es' ? row.subjectEs : row.subjectEn}
                  </span>
                  <span class='m'>
                    {fullName(row)} · {format.moment(row.startedAt ?? row.savedAt)}
                  </span>
                  <span class='m'>
                    {row.startedAt ? t.sentTo(row.sent, row.total - row.skipped) : t.notSent}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / pageSize)}
        to={(number) => withQuery(paths.announcements, { page: number })}
      />
    </section>
  )
}

export const NewAnnouncementPage = ({ form }: { form: Form }) => {
  const { announcements: t, practice } = useText()
  const languages = [
    ['En', practice.english, 'en'],
    ['Es', practice.spanish, 'es'],
  ] as const
  return (
    <section id='announcement-new' class='mid flow'>
      <BackLink to={paths.announcements}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.newTitle}</h1>
      <p>{t.intro}</p>
      <form method='post' action={paths.announcementNew} novalidate>
        <SubmissionId form={form} />
        <div class='fields'>
          {languages.map(([suffix, language, lang]) => (
            <div class='flow'>
              <TextField
                name={`subject${suffix}`}
                label={t.subject(language)}
                form={form}
                autocomplete='off'
              />
              <TextArea name={`body${suffix}`} label={t.body(language)} form={form} lang={lang} />
            </div>
          ))}
        </div>
        <Radios
          name='audience'
          legend={t.audience}
          form={form}
          choices={audiences.map((value) => ({ value, label: t.audiences[value] }))}
        />
        <TextArea name='mrns' label={t.mrns} hint={t.mrnsHint} form={form} rows={5} />
        <Button>{t.lookOver}</Button>
      </form>
    </section>
  )
}

const kinds: Record<RecipientStatus, 'new' | 'ok' | 'off' | 'crit'> = {
  waiting: 'new',
  sent: 'ok',
  read: 'ok',
  'mail-failed': 'crit',
  'no-account': 'off',
  inactive: 'off',
  deceased: 'off',
}

const RecipientLine = ({ recipient }: { recipient: Recipient }) => {
  const t = useText().announcements
  const { moment } = useFormat()
  const status = statusOf(recipient, recipient.mails)
  return (
    <tr>
      <th scope='row'>
        {fullName(recipient)} {recipient.mrn && <small>{t.mrn(recipient.mrn)}</small>}
      </th>
      <td data-label={t.status}>
        <Tag kind={kinds[status]}>{t.statuses[status]}</Tag>
      </td>
      <td data-label={t.when}>
        {recipient.readAt !== null ? moment(new Date(recipient.readAt)) : t.notRead}
      </td>
    </tr>
  )
}

type OneProps = { found: AnnouncementFound; isOwn: boolean; page: number }

export const AnnouncementPage = ({ found, isOwn, page }: OneProps) => {
  const t = useText().announcements
  const { moment } = useFormat()
  const to = { announcementId: found.id }
  const reached = found.total - found.skipped
  return (
    <section id='announcement' class='mid flow'>
      <BackLink to={paths.announcements}>{t.title}</BackLink>
      <h1>{t.oneTitle}</h1>
      <p class='soft'>{fullName(found)}</p>
      {(['En', 'Es'] as const).map((suffix) => (
        <section class='card flow' lang={suffix.toLowerCase()} aria-label={found[`subject${suffix}`]}>
          <h2>{found[`subject${suffix}`]}</h2>
          <p class='body'>{found[`body${suffix}`]}</p>
        </section>
      ))}
      <Notice title={found.startedAt ? t.progress : t.check}>
        <p>{found.startedAt ? t.sentTo(found.sent, reached) : t.willGet(reached)}</p>
        {found.startedAt && <p>{t.readBy(found.read)}</p>}
        {found.skipped > 0 && <p>{t.skipped(found.skipped)}</p>}
        {found.startedAt && <p class='soft'>{t.startedAt(moment(found.startedAt))}</p>}
      </Notice>
      {!found.startedAt && isOwn && (
        <div class='acts'>
          {reached > 0 && (
            <form method='post' action={href(paths.announcementSending, to)}>
              <Button>{t.send(reached)}</Button>
            </form>
          )}
          <a class='btn alt' href={withQuery(paths.announcementNew, { change: found.id })}>
            {t.change}
          </a>
          <form method='post' action={href(paths.announcementRemoval, to)}>
            <Button kind='text'>{t.remove}</Button>
          </form>
        </div>
      )}
      <div class='card list scroll'>
        <table class='queue'>
          <caption class='vh'>{t.recipients}</caption>
          <thead>
            <tr>
              <th scope='col'>{t.patient}</th>
              <th scope='col'>{t.status}</th>
              <th scope='col'>{t.when}</th>
            </tr>
          </thead>
          <tbody>
            {found.recipients.map((recipient) => (
              <RecipientLine recipient={recipient} />
            ))}
          </tbody>
        </table>
      </div>
      <Pagination
        page={page}
        pages={Math.ceil(found.total / recipientsPageSize)}
        to={(number) => withQuery(href(paths.announcement, to), { page: number })}
      />
    </section>
  )
}
