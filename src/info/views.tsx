import { Notice } from '../design/parts.tsx'
import { Callable, OfficePhone } from '../design/phone.tsx'
import type { Part } from '../i18n/en/info.ts'
import { useText } from '../i18n/text.ts'

const Parts = ({ parts }: { parts: Part[] }) => (
  <>
    {parts.map(({ title, body, steps }) => (
      <section class='flow'>
        <h2>{title}</h2>
        {body?.map((line) => (
          <p>
            <Callable text={line} />
          </p>
        ))}
        {steps && (
          <ol class='steps'>
            {steps.map((step) => (
              <li>{step}</li>
            ))}
          </ol>
        )}
      </section>
    ))}
  </>
)

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

export const HelpPage = ({ phone }: { phone: string }) => {
  const t = useText().info.help
  return (
    <article id='help' class='mid flow'>
      <h1>{t.title}</h1>
      <p class='note bad'>
        <span>
          <Callable text={t.emergency} />
        </span>
      </p>
      <Parts parts={t.parts(phone)} />
      <StillHavingTrouble />
    </article>
  )
}

export const PartsPage = ({ title, intro, parts }: { title: string; intro?: string; parts: Part[] }) => (
  <article id='info' class='mid flow'>
    <h1>{title}</h1>
    {intro && <p class='soft'>{intro}</p>}
    <Parts parts={parts} />
    <StillHavingTrouble />
  </article>
)
