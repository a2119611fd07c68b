import type { Child } from 'hono/jsx'
import { directionsUrl } from '../appointments/appointment.ts'
import { Notice, OutsideLink, SummaryList } from '../design/parts.tsx'
import { Callable, OfficePhone } from '../design/phone.tsx'
import type { Part } from '../i18n/en/info.ts'
import { languageHelp } from '../i18n/language-help.ts'
import { useText } from '../i18n/text.ts'
import type { Practice } from '../identity/visit.ts'
import { OfficeHours } from '../practice/views.tsx'

/** `listed`: what stands one below the other is no order to follow. */
const Parts = ({ parts, listed = false }: { parts: Part[]; listed?: boolean | undefined }) => (
  <>
    {parts.map(({ title, body, steps }) => (
      <section class='flow'>
        <h2>{title}</h2>
        {body?.map((line) => (
          <p>
            <Callable text={line} />
          </p>
        ))}
        {steps && listed && <ul>{listOf(steps)}</ul>}
        {steps && !listed && <ol class='steps'>{listOf(steps)}</ol>}
      </section>
    ))}
  </>
)

const listOf = (steps: string[]) => steps.map((step) => <li>{step}</li>)

const StillHavingTrouble = () => {
  const t = useText().info
  return (
    <Notice title={t.stillTitle}>
      <p>
        {t.stillBody} <OfficePhone />
      </p>
    </Notice>
  )
}

/** Where we are, when, and by which number. */
const Reach = ({ practice: { address } }: { practice: Practice }) => {
  const t = useText().info.help
  return (
    <section class='card flow' aria-labelledby='reach'>
      <h2 id='reach'>{t.reach}</h2>
      <SummaryList
        rows={[
          [t.phone, <OfficePhone />],
          ...(address
            ? [
                [
                  t.address,
                  <>
                    {address}
                    <br />
                    <OutsideLink url={directionsUrl(address)}>{t.map}</OutsideLink>
                  </>,
                ] as [string, Child],
              ]
            : []),
        ]}
      />
      <OfficeHours />
    </section>
  )
}

export const HelpPage = ({ practice }: { practice: Practice }) => {
  const t = useText().info.help
  return (
    <article id='help' class='mid flow'>
      <h1>{t.title}</h1>
      <p class='note bad'>
        <span>
          <Callable text={t.emergency} />
        </span>
      </p>
      <Reach practice={practice} />
      <Parts parts={t.parts(practice.phone)} />
      <LanguageHelp practice={practice} />
      <StillHavingTrouble />
    </article>
  )
}

/** Who speaks neither of our languages finds their own here, and whom to call. */
const LanguageHelp = ({ practice: { phone } }: { practice: Practice }) => {
  const t = useText().info.help
  return (
    <section class='flow' aria-labelledby='language-help'>
      <h2 id='language-help'>{t.languages}</h2>
      <p>
        <Callable text={t.languagesBody(phone)} />
      </p>
      <p>{t.otherWays}</p>
      <ul class='flow'>
        {languageHelp.map(({ language, say, fromRight }) => (
          <li lang={language} dir={fromRight && 'rtl'}>
            <Callable text={say(phone)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type PartsPageProps = { title: string; intro?: string; parts: Part[]; listed?: boolean }

export const PartsPage = ({ title, intro, parts, listed }: PartsPageProps) => (
  <article id='info' class='mid flow'>
    <h1>{title}</h1>
    {intro && <p class='soft'>{intro}</p>}
    <Parts parts={parts} listed={listed} />
    <StillHavingTrouble />
  </article>
)
