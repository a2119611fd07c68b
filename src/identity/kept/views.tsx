import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { SubmissionId, TextArea } from '../../design/field.tsx'
import { Button, Notice } from '../../design/parts.tsx'
import { Callable, OfficePhone, UrgentHelp } from '../../design/phone.tsx'
import type { Env } from '../../env.ts'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import { kindAt, type Unsent } from './kept-form.ts'
import type { Kept } from './own-form.ts'

/** What was typed, on its way to where it was going: the text may still be changed, the rest is shown and sent along. */
const UnsentForm = ({ unsent, keptId, children }: { unsent: Unsent; keptId?: string; children?: Child }) => {
  const { kept: t } = useText()
  const { path, kind, fields } = unsent
  const { body, submissionId, ...carried } = fields
  const typed = { ...fields, ...(keptId && { keptId }) }
  return (
    <form method='post' action={path} novalidate>
      <SubmissionId form={{ typed, errors: {} }} />
      {Object.entries(carried).map(([name, value]) => (
        <input type='hidden' name={name} value={value} />
      ))}
      <Shown kind={kind} fields={carried} />
      <FilesLeft fields={fields} />
      {kind.shown.includes('body') && (
        <TextArea name='body' label={t.fields.body} form={{ typed, errors: {} }} rows={10} />
      )}
      {children}
    </form>
  )
}

type Fields = Pick<Unsent, 'fields'>

/** That files did not come along. */
const FilesLeft = ({ fields: { filesLeft } }: Fields) =>
  filesLeft ? (
    <p class='err' dir='auto'>
      {useText().kept.filesLeft(filesLeft)}
    </p>
  ) : null

/** To the page where they can be added once more. */
const SaveInstead = ({ fields: { filesLeft } }: Fields) =>
  filesLeft ? (
    <Button kind='alt' name='act' value='save'>
      {useText().kept.addFiles}
    </Button>
  ) : null

/** What a person typed into a form, field by field. */
const Shown = ({ kind, fields }: Pick<Unsent, 'kind' | 'fields'>) => {
  const t = useText().kept.fields
  return (
    <>
      {kind.shown.map(
        (name) =>
          fields[name] && (
            <div>
              <b>{t[name]}</b>
              <p class='body' dir='auto'>
                {name === 'category' ? <Category id={fields[name]} /> : fields[name]}
              </p>
            </div>
          )
      )}
    </>
  )
}

const Category = ({ id }: { id: string }) => {
  const { language, visit } = getContext<Env>().var
  return <>{visit.practice.categories.find((category) => category.id === id)?.[language][0] ?? id}</>
}

/** What kind of form it was, in words. */
const KindName = ({ path }: { path: string }) => {
  const t = useText().kept.kinds
  const kind = kindAt(path)?.kind
  if (kind?.shown.includes('note')) return <>{t.note}</>
  if (kind?.shown.includes('subject')) return <>{t.message}</>
  if (kind?.path === paths.announcementNew) return <>{t.announcement}</>
  if (kind?.path === paths.thread) return <>{t.reply}</>
  return <>{kind?.path === paths.adminThread ? t.answer : t.form}</>
}

export const KeptPage = ({ kept: { row, unsent, others } }: { kept: Kept }) => {
  const { common, kept: t } = useText()
  const format = useFormat()
  const isMessage = unsent.kind.shown.includes('body')
  return (
    <section id='kept' class='narrow flow'>
      <h1>{t.heading}</h1>
      <p>
        <strong>
          <KindName path={row.path} />.
        </strong>{' '}
        {isMessage ? t.notSentYet : t.notSavedYet}
      </p>
      {isMessage && !unsent.kind.permission && <UrgentHelp title={common.emergency.doNotUse} />}
      <div class='card flow'>
        <UnsentForm unsent={unsent} keptId={row.id}>
          <div class='acts'>
            <Button>{isMessage ? t.send : t.goOn}</Button>
            <SaveInstead fields={unsent.fields} />
            <a class='btn alt' href={row.path}>
              {t.openPage}
            </a>
          </div>
        </UnsentForm>
        <form method='post' action={href(paths.keptRemoval, { keptId: row.id })}>
          <Button kind='text'>{t.remove}</Button>
        </form>
      </div>
      <p class='soft'>{t.until(format.fullDate(row.expiresAt))}</p>
      {others.length > 0 && (
        <section class='flow' aria-labelledby='others'>
          <h2 id='others'>{t.others(others.length)}</h2>
          <p>{t.othersLater}</p>
          <div class='card list'>
            <ul class='rows'>
              {others.map(({ id, path, keptAt }) => (
                <li>
                  <a class='row' href={href(paths.kept, { keptId: id })}>
                    <span class='t'>
                      <KindName path={path} />
                    </span>
                    <span class='m'>{format.moment(keptAt)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </div>
        </section>
      )}
    </section>
  )
}

export const UnsentPage = ({ unsent }: { unsent: Unsent }) => {
  const { common, kept, signIn } = useText()
  const t = kept.unsent
  return (
    <section id='unsent' class='narrow flow'>
      <h1>{t.title}</h1>
      <p>{t.why}</p>
      <ol class='steps'>
        <li>
          <a class='btn alt' href={paths.signIn} target='_blank' rel='noopener'>
            {signIn.title} <small>({common.opensNewTab})</small>
          </a>
        </li>
        <li>{t.thenSend}</li>
      </ol>
      <UnsentForm unsent={unsent}>
        <div class='acts'>
          <Button>{kept.send}</Button>
          <SaveInstead fields={unsent.fields} />
        </div>
      </UnsentForm>
      <Notice title={signIn.troubleTitle}>
        <p>
          {signIn.troubleCall} <OfficePhone />. <Callable text={signIn.trouble} />
        </p>
      </Notice>
    </section>
  )
}

export const RefusedPage = ({ unsent }: { unsent: Unsent }) => {
  const { kept, system } = useText()
  const t = kept.refused
  return (
    <section id='refused' class='narrow flow' tabindex={-1} autofocus>
      <h1>{t.title}</h1>
      <p>{t.why}</p>
      <p>
        {t.call} <OfficePhone />
      </p>
      <div class='card flow'>
        <Shown {...unsent} />
        <FilesLeft fields={unsent.fields} />
      </div>
      <p>
        <a class='tap' href={paths.front}>
          {system.notFound.home}
        </a>
      </p>
    </section>
  )
}
