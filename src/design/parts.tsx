import type { Child } from 'hono/jsx'
import { useText } from '../i18n/text.ts'

export const Button = ({
  children,
  kind,
  ...button
}: {
  children?: Child
  kind?: 'alt' | 'stop' | 'text'
  formaction?: string
  name?: string
  value?: string
}) => (
  <button type='submit' class={kind ? `btn ${kind}` : 'btn'} {...button}>
    {children}
  </button>
)

/** An address that is longer than a phone's line goes on after its @, and a long part of it before a dot. */
export const EmailAddress = ({ children }: { children: string }) => (
  <>{children.length < 24 ? children : children.split(/(?<=@)/).map((part) => <Piece>{part}</Piece>)}</>
)

const Piece = ({ children }: { children: string }) => (
  <span class='whole'>
    {children.split(/(?=[.+_-])/).map((part, index) => (
      <>
        {index > 0 && <wbr />}
        {part}
      </>
    ))}
  </span>
)

/** A form's end: do it, or go back with everything as it was. */
export const SubmitOrKeep = ({
  submit,
  keep,
  back,
  kind,
}: {
  submit: string
  keep: string
  back: string
  kind?: 'stop'
}) => (
  <div class='acts'>
    <Button {...(kind && { kind })}>{submit}</Button>
    <a class='btn alt' href={back}>
      {keep}
    </a>
  </div>
)

export const BackLink = ({ to, children }: { to: string; children?: Child }) => (
  <a class='back' href={to}>
    {children}
  </a>
)

/** A status in words; the colour only helps. */
export const Tag = ({ kind, children }: { kind?: 'new' | 'ok' | 'off' | 'crit'; children?: Child }) => (
  <span class={kind ? `tag ${kind}` : 'tag'}>{children}</span>
)

export const Notice = ({
  kind,
  title,
  children,
}: {
  kind?: 'warn' | 'bad' | 'good'
  title?: string
  children?: Child
}) => (
  <div class={kind ? `note ${kind}` : 'note'}>
    {title && <h2>{title}</h2>}
    {children}
  </div>
)

/** Facts as pairs: what it is called, what it is, and an act upon it. */
export const SummaryList = ({ rows }: { rows: [label: string, value: Child, act?: Child][] }) => (
  <dl class='facts'>
    {rows.map(([label, value, act]) => (
      <div>
        <dt>{label}</dt>
        <dd>{value}</dd>
        {act && <dd>{act}</dd>}
      </div>
    ))}
  </dl>
)

/** A link that opens elsewhere, and says so; a button has room for an arrow only. `url` must be http(s). */
export const OutsideLink = ({
  url,
  class: className,
  children,
}: {
  url: string
  class?: string
  children?: Child
}) => {
  const t = useText().common
  return (
    <a class={className} href={safeUrl(url)} target='_blank' rel='noopener noreferrer external'>
      {children} {className && <span aria-hidden='true'>↗</span>}
      <small class={className && 'vh'}>({t.opensNewTab})</small>
    </a>
  )
}

/** JSX escapes text, but would keep `javascript:` in a link: only web addresses pass, anything else becomes "#". */
const safeUrl = (url: string) => (/^https?:\/\//i.test(url) ? url : '#')

/** Newer and older pages of a list, by links. `to` makes the URL of a page, counted from 1. */
export const Pagination = ({
  page,
  pages,
  to,
}: {
  page: number
  pages: number
  to: (page: number) => string
}) => {
  const t = useText().common
  if (pages <= 1) return null
  return (
    <nav class='pager' aria-label={t.pageOf(page, pages)}>
      {page > 1 ? <a href={to(page - 1)}>{t.newer}</a> : <span />}
      <span>{t.pageOf(page, pages)}</span>
      {page < pages ? <a href={to(page + 1)}>{t.older}</a> : <span />}
    </nav>
  )
}
