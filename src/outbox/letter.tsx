import type { Child } from 'hono/jsx'
import { mailWords } from '../i18n/mail/words.ts'
import type { Language } from '../i18n/text.ts'
import type { Practice } from '../identity/visit.ts'
import type { Mail } from './mail.ts'

/** A paragraph, a link with its whole address in sight, or something to copy, such as a code. */
export type Passage = string | { link: string; label: string } | { copy: string }

type Letter = {
  language: Language
  practice: Practice
  subject: string
  passages: Passage[]
  /** Where people say that they want no more of this kind. */
  unsubscribe?: string
}

/** The one look of all our mail, as text and as HTML: plain markup that every mail program shows. */
export function writeLetter({
  language,
  practice,
  subject,
  passages,
  unsubscribe,
}: Letter): Pick<Mail, 'subject' | 'text' | 'html'> {
  const t = mailWords[language].mail.letter
  const signature = [t.regards(practice.name), t.phone(practice.phone)] as const
  const ways = unsubscribe ? [{ link: unsubscribe, label: t.unsubscribe }] : []
  const footnotes: Passage[] = [t.noReply, t.emergency, ...ways]
  const text = [...passages.map(asText), signature.join('\n'), ...footnotes.map(asText)].join('\n\n')
  const html = (
    <html lang={language}>
      <head>
        <meta charset='utf-8' />
        <meta name='viewport' content='width=device-width' />
        <meta name='color-scheme' content='light dark' />
        <title>{subject}</title>
        <style>{style}</style>
      </head>
      <body>
        {passages.map((passage) => (
          <p>{asHtml(passage, 'b')}</p>
        ))}
        <p>
          {signature[0]}
          <br />
          {withWholeNumbers(signature[1])}
        </p>
        <hr />
        {footnotes.map((note) => (
          <p>
            <small>{asHtml(note)}</small>
          </p>
        ))}
      </body>
    </html>
  )
  return { subject, text: `${text}\n`, html: `<!doctype html>${html}` }
}

const style =
  'body{font:17px/1.5 sans-serif;max-width:36em;margin:1.5em auto;padding:0 1em;color:#20302b;background:#fff;overflow-wrap:anywhere;word-break:break-word}strong{font-size:1.5em;letter-spacing:.1em}a{color:#0f5a4f;font-weight:bold}.b{display:inline-block;padding:.6em 1.2em;margin-bottom:.5em;border-radius:.5em;color:#fff;background:#0f5a4f;text-decoration:none}.n{white-space:nowrap}@media (prefers-color-scheme:dark){body{color:#edf1ec;background:#131917}a{color:#86d3c1}.b{color:#131917;background:#86d3c1}}'

const asText = (passage: Passage) =>
  typeof passage === 'string'
    ? passage
    : 'link' in passage
      ? `${passage.label}:\n${passage.link}`
      : `    ${passage.copy}`

function asHtml(passage: Passage, linkClass?: string): Child {
  if (typeof passage === 'string') return withWholeNumbers(passage)
  if ('copy' in passage) return <strong>{passage.copy}</strong>
  return (
    <>
      <a href={passage.link} class={linkClass}>
        {passage.label}
      </a>
      <br />
      {passage.link}
    </>
  )
}

/** A phone number that is broken over two lines is one nobody dials. */
const withWholeNumbers = (text: string): Child =>
  text
    .split(/(\(\d{3}\) \d{3}-\d{4}|9-1-1)/)
    .map((part, index) => (index % 2 === 1 ? <b class='n'>{part}</b> : part))
