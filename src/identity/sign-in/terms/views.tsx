import { ErrorSummary } from '../../../design/error-summary.tsx'
import { Checkbox } from '../../../design/field.tsx'
import { Button, Notice } from '../../../design/parts.tsx'
import { OfficePhone } from '../../../design/phone.tsx'
import { useText } from '../../../i18n/text.ts'
import { paths, withQuery } from '../../../paths.ts'
import type { Form } from '../../../web/form.ts'

export const TermsUpdatePage = ({ form, next }: { form: Form; next: string | undefined }) => {
  const { signIn, common } = useText()
  const t = signIn.termsUpdate
  return (
    <section id='terms-update' class='narrow flow'>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <p>
        <a class='tap' href={paths.terms} target='_blank' rel='noopener'>
          {common.terms} <small>({common.opensNewTab})</small>
        </a>
      </p>
      <form method='post' action={withQuery(paths.termsUpdate, { next })} novalidate>
        <Checkbox name='terms' form={form}>
          {t.agree}
        </Checkbox>
        <Button>{t.submit}</Button>
      </form>
      <Notice title={t.decline}>
        <p>
          {t.declining} <OfficePhone />
        </p>
        <form method='post' action={paths.signOut}>
          <Button kind='alt'>{t.signOut}</Button>
        </form>
      </Notice>
    </section>
  )
}
