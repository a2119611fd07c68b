import { getContext } from 'hono/context-storage'
import type { Env } from '../env.ts'
import { useText } from '../i18n/text.ts'

/** `tel:` for a US number as people write it. */
export const telHref = (phone: string) => {
  const digits = phone.replace(/\D/g, '')
  return `tel:${digits.length === 10 ? `+1${digits}` : digits.length === 11 ? `+${digits}` : digits}`
}

/** The office's number, ready to tap. */
export const OfficePhone = () => {
  const { phone } = getContext<Env>().var.visit.practice
  return (
    <a class='nw' href={telHref(phone)}>
      {phone}
    </a>
  )
}

/** A sentence whose numbers, the office's and 9-1-1, are ready to tap and never broken in two. */
export const Callable = ({ text }: { text: string }) => {
  const { phone } = getContext<Env>().var.visit.practice
  return (
    <>
      {text.split('9-1-1').map((part, index) => (
        <>
          {index > 0 && (
            <a class='nw' href='tel:911'>
              9-1-1
            </a>
          )}
          {part.split(phone).map((words, office) => (
            <>
              {office > 0 && <OfficePhone />}
              {words}
            </>
          ))}
        </>
      ))}
    </>
  )
}

/** What to do when a message is too slow: 9-1-1 and the office, each one tap away. */
export const UrgentHelp = ({ title, id = 'urgent' }: { title: string; id?: string }) => {
  const { phone } = getContext<Env>().var.visit.practice
  const { common } = useText()
  const t = common.emergency
  return (
    <section class='note bad' aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <dl class='calls'>
        <dt>{t.medical}</dt>
        <dd>
          <a class='btn stop' href='tel:911'>
            {t.call911}
          </a>
        </dd>
        <dt>{t.urgent}</dt>
        <dd>
          <a class='btn' href={telHref(phone)} aria-label={common.callNumber(phone)}>
            {phone}
          </a>
        </dd>
      </dl>
    </section>
  )
}
