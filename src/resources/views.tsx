import { OutsideLink } from '../design/parts.tsx'
import { OfficePhone, telHref } from '../design/phone.tsx'
import { type Language, useText } from '../i18n/text.ts'
import type { Resource } from './store.ts'

export const ResourcesPage = ({ resources, language }: { resources: Resource[]; language: Language }) => {
  const { info, common } = useText()
  const t = info.resources
  return (
    <section id='resources' class='mid flow'>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      {resources.length === 0 && (
        <p>
          {t.none} <OfficePhone />
        </p>
      )}
      {resources.map(({ name, url, phone, purposeEn, purposeEs }) => (
        <section class='card flow'>
          <h2>
            <OutsideLink url={url}>
              <span lang='en'>{name}</span>
            </OutsideLink>
          </h2>
          <p>{language === 'es' ? purposeEs : purposeEn}</p>
          {phone && (
            <p>
              <a class='btn alt' href={telHref(phone)}>
                {common.callNumber(phone)}
              </a>
            </p>
          )}
        </section>
      ))}
    </section>
  )
}
