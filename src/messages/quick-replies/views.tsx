import { ErrorSummary } from '../../design/error-summary.tsx'
import { Radios, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, Tag } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { Form } from '../../web/form.ts'
import { filled, type Places, type QuickReply } from './quick-reply.ts'

type ListProps = { replies: QuickReply[]; mayShare: boolean; places: Places }

export const QuickRepliesPage = ({ replies, mayShare, places }: ListProps) => {
  const { desk, messages } = useText()
  const t = desk.quick
  const shared = replies.filter(({ ownerId }) => ownerId === null)
  const own = replies.filter(({ ownerId }) => ownerId !== null)
  return (
    <section id='quick-replies' class='mid flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <div class='head'>
        <h1>{t.title}</h1>
        <a class='btn' href={paths.quickReplyNew}>
          {t.add}
        </a>
      </div>
      <p>{t.intro}</p>
      <h2>{t.mine}</h2>
      <Replies replies={own} mayChange places={places} />
      <h2>{t.practice}</h2>
      <Replies replies={shared} mayChange={mayShare} places={places} />
    </section>
  )
}

type RepliesProps = { replies: QuickReply[]; mayChange: boolean; places: Places }

const Replies = ({ replies, mayChange, places }: RepliesProps) => {
  const t = useText().desk.quick
  if (replies.length === 0) return <p>{t.none}</p>
  return (
    <div class='card'>
      {replies.map((reply) => (
        <details class='more'>
          <summary dir='auto'>{reply.title}</summary>
          <Preview words={reply} places={places} />
          {mayChange && (
            <div class='acts'>
              <a class='btn alt' href={href(paths.quickReply, { replyId: reply.id })}>
                {t.editTitle} <span class='vh'>{reply.title}</span>
              </a>
              <form method='post' action={href(paths.quickReplyRemoval, { replyId: reply.id })}>
                <Button kind='text'>
                  {t.remove} <span class='vh'>{reply.title}</span>
                </Button>
              </form>
            </div>
          )}
        </details>
      ))}
    </div>
  )
}

type Texts = { bodyEn?: string | undefined; bodyEs?: string | undefined }

/** Both texts as a patient would read them. */
const Preview = ({ words, places }: { words: Texts; places: Places }) => {
  const { languages } = useText().common
  return (
    <div class='flow'>
      {(['en', 'es'] as const).map((language) => (
        <div>
          <Tag>{languages[language]}</Tag>
          <p class='body' dir='auto' lang={language}>
            {filled((language === 'en' ? words.bodyEn : words.bodyEs) ?? '', places)}
          </p>
        </div>
      ))}
    </div>
  )
}

const PreviewCard = ({ form, places }: { form: Form; places: Places | undefined }) => {
  const t = useText().desk.quick
  if (!places) return null
  return (
    <section id='preview' class='card flow' aria-labelledby='preview-title'>
      <h2 id='preview-title' tabindex={-1} autofocus>
        {t.preview}
      </h2>
      <Preview words={form.typed} places={places} />
    </section>
  )
}

const Fields = ({ form }: { form: Form }) => {
  const t = useText().desk.quick
  return (
    <>
      <TextField name='title' label={t.name} hint={t.nameHint} form={form} autocomplete='off' />
      <p>{t.places}</p>
      <div class='fields'>
        <TextArea name='bodyEn' label={t.bodyEn} form={form} rows={6} lang='en' />
        <TextArea name='bodyEs' label={t.bodyEs} form={form} rows={6} lang='es' />
      </div>
    </>
  )
}

const Acts = () => {
  const t = useText().desk.quick
  return (
    <div class='acts'>
      <Button name='act' value='save'>
        {t.save}
      </Button>
      <Button kind='alt' name='act' value='preview'>
        {t.preview}
      </Button>
    </div>
  )
}

type NewProps = { form: Form; mayShare: boolean; places: Places | undefined }

export const NewReplyPage = ({ form, mayShare, places }: NewProps) => {
  const t = useText().desk.quick
  return (
    <section id='quick-reply-new' class='mid flow'>
      <BackLink to={paths.quickReplies}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.addTitle}</h1>
      <PreviewCard form={form} places={places} />
      <form method='post' action={paths.quickReplyNew} novalidate>
        <SubmissionId form={form} />
        {mayShare && (
          <Radios
            name='owner'
            legend={t.owner}
            form={form}
            choices={[
              { value: 'me', label: t.owners.me },
              { value: 'practice', label: t.owners.practice },
            ]}
          />
        )}
        <Fields form={form} />
        <Acts />
      </form>
    </section>
  )
}

type ReplyProps = { reply: QuickReply; form: Form; isNews: boolean; places: Places | undefined }

export const ReplyPage = ({ reply, form, isNews, places }: ReplyProps) => {
  const t = useText().desk.quick
  const to = { replyId: reply.id }
  return (
    <section id='quick-reply' class='mid flow'>
      <BackLink to={paths.quickReplies}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.editTitle}</h1>
      <p>{reply.ownerId ? t.owners.me : t.owners.practice}</p>
      <PreviewCard form={form} places={places} />
      <form method='post' action={href(paths.quickReply, to)} novalidate>
        <input type='hidden' name='seen' value={form.typed.seen} />
        <Fields form={form} />
        <Acts />
      </form>
      {isNews && (
        <Notice kind='warn' title={t.standsNow}>
          <p>
            <b>{reply.title}</b>
          </p>
          {[reply.bodyEn, reply.bodyEs].map((text) => (
            <p class='body' dir='auto'>
              {text}
            </p>
          ))}
        </Notice>
      )}
      <form method='post' action={href(paths.quickReplyRemoval, to)}>
        <Button kind='alt'>{t.remove}</Button>
      </form>
    </section>
  )
}
