import { SubmissionId, TextArea } from '../design/field.tsx'
import { Button, Notice } from '../design/parts.tsx'
import { Callable, OfficePhone } from '../design/phone.tsx'
import type { RequestContext } from '../env.ts'
import { useText } from '../i18n/text.ts'
import { paths } from '../paths.ts'
import type { Form } from '../web/form.ts'

/** The answer to a message that came after its session had ended: nothing was taken, and no word of it is lost. */
export function renderUnsent(c: RequestContext, typed: Form['typed']) {
  c.status(401)
  return c.render(<UnsentPage to={c.req.path} form={{ typed, errors: {} }} />, {
    title: c.var.t.signIn.unsent.title,
    layout: 'entry',
  })
}

const UnsentPage = ({ to, form }: { to: string; form: Form }) => {
  const { common, messages, signIn } = useText()
  const t = signIn.unsent
  const { body: _, submissionId: __, ...carried } = form.typed
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
      <form method='post' action={to} novalidate>
        <SubmissionId form={form} />
        {Object.entries(carried).map(([name, value]) => (
          <input type='hidden' name={name} value={value} />
        ))}
        <TextArea name='body' label={t.words} form={form} />
        <Button>{messages.send}</Button>
      </form>
      <Notice title={signIn.troubleTitle}>
        <p>
          {signIn.troubleCall} <OfficePhone />. <Callable text={signIn.trouble} />
        </p>
      </Notice>
    </section>
  )
}
