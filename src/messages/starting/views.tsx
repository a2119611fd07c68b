import { getContext } from 'hono/context-storage'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Checkbox, Select, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Notice } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { PatientLine } from '../../patients/views.tsx'
import type { Form } from '../../web/form.ts'
import { WrittenIn } from '../case/views.tsx'
import { offered } from '../thread.ts'
import { SendByEnter, WritingFoot } from '../writing/views.tsx'
import type { Start } from './store.ts'

type StartProps = Start & { patient: Patient; mayOpenPatient: boolean; saysAdded: boolean; form: Form }

export const StartPage = (props: StartProps) => {
  const { patient, caregivers, mayOpenPatient, form } = props
  const { messages, desk } = useText()
  const t = desk.start
  const isRead = patient.accountId !== null || caregivers.length > 0
  return (
    <section id='start' class='mid flow'>
      <BackLink to={paths.adminQueue}>{messages.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.title}</h1>
      <PatientLine patient={patient} />
      {isRead ? (
        <StartForm {...props} />
      ) : (
        <Notice kind='warn' title={t.nobodyTitle}>
          <p>{t.nobody}</p>
          {mayOpenPatient && (
            <p>
              <a href={href(paths.adminPatient, { patientId: patient.id })}>{t.toPatient}</a>
            </p>
          )}
        </Notice>
      )}
    </section>
  )
}

const StartForm = ({ patient, caregivers, queues, files, saysAdded, form }: StartProps) => {
  const { messages, desk } = useText()
  const { language, visit } = getContext<Env>().var
  const t = desk.start
  const { language: spoken } = desk.case
  const to = { patientId: patient.id }
  const readers = [...(patient.accountId ? [patient] : []), ...caregivers]
  const signs = queues.some(({ signatureEn, signatureEs }) => signatureEn || signatureEs)
  return (
    <>
      <p>{t.intro}</p>
      <p>
        <b>{spoken}:</b> {useText().common.languages[patient.language]}
      </p>
      <p>{t.tellWho(readers.map(fullName).join(', '))}</p>
      <form method='post' action={href(paths.adminNewMessage, to)} enctype='multipart/form-data' novalidate>
        <SendByEnter />
        <SubmissionId form={form} />
        <Select
          name='category'
          label={messages.category}
          form={form}
          choices={[
            { value: '', label: '–' },
            ...offered(visit.practice.categories).map(({ id, [language]: [label] }) => ({
              value: id,
              label,
            })),
          ]}
        />
        <TextField name='subject' label={messages.subject} form={form} autocomplete='off' />
        <TextArea name='body' label={t.body} form={form} rows={9} {...(signs && { hint: t.signs })} />
        <WrittenIn form={form} />
        <WritingFoot
          files={files}
          form={form}
          threadId={null}
          patientId={patient.id}
          saysAdded={saysAdded}
          byStaff
        >
          {caregivers.length > 0 && (
            <Checkbox name='tell' form={form}>
              {t.tell}
            </Checkbox>
          )}
          <Checkbox name='mayReply' form={form}>
            {t.mayReply}
          </Checkbox>
        </WritingFoot>
      </form>
    </>
  )
}
