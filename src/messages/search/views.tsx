import { ErrorSummary } from '../../design/error-summary.tsx'
import { SearchField } from '../../design/field.tsx'
import { BackLink, Pagination } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths, withQuery } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { pageSize } from '../thread.ts'
import { AuthorName } from '../views.tsx'
import { longestSearch, pieces } from './search.ts'
import type { Found } from './store.ts'

const Marked = ({ text }: { text: string }) => (
  <>{pieces(text).map(({ text, isFound }) => (isFound ? <mark>{text}</mark> : text))}</>
)

type Results = { rows: Found[]; total: number; page: number; find: string }

export const SearchPage = ({
  patient,
  form,
  results,
}: {
  patient: Patient
  form: Form
  results?: Results | undefined
}) => {
  const t = useText().messages
  const { shortDate } = useFormat()
  const to = { patientId: patient.id }
  const url = href(paths.messageSearch, to)
  return (
    <section id='message-search' class='mid flow'>
      <BackLink to={href(paths.messages, to)}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.search}</h1>
      <search>
        <form method='post' action={url} novalidate>
          <SearchField
            name='q'
            label={t.searchWords}
            hint={t.searchHint}
            form={form}
            maxlength={longestSearch}
            submit={t.searchButton}
          />
        </form>
      </search>
      {results && (
        <section class='flow' aria-labelledby='found'>
          <h2 id='found' tabindex={-1} autofocus>
            {t.found(results.total)}
          </h2>
          {results.total > 0 && (
            <div class='card list'>
              <ul class='rows'>
                {results.rows.map((found) => (
                  <li>
                    <a
                      class='row'
                      href={`${href(paths.thread, { ...to, threadId: found.threadId })}#m-${found.messageId}`}
                    >
                      <span class='m'>
                        <AuthorName author={found} patient={patient} /> · {shortDate(new Date(found.sentAt))}
                      </span>
                      <span class='t' dir='auto'>
                        <Marked text={found.subject} />
                      </span>
                      <span class='m' dir='auto' lang={found.language}>
                        <Marked text={found.excerpt} />
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <Pagination
            page={results.page}
            pages={Math.ceil(results.total / pageSize)}
            to={(number) => withQuery(url, { find: results.find, page: number > 1 ? number : undefined })}
          />
        </section>
      )}
    </section>
  )
}
