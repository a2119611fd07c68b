import type { Child } from 'hono/jsx'
import { useText } from '../i18n/text.ts'
import type { Form } from '../web/form.ts'
import { Button } from './parts.tsx'

type FieldProps = { name: string; label: string; form: Form; hint?: string | undefined }

export const describedBy = (name: string, hint: string | undefined, error: string | undefined) =>
  [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || undefined

/** The hint and the error of a field, in the order a screen reader should meet them. */
export const FieldNotes = ({
  name,
  hint,
  error,
}: {
  name: string
  hint?: string | undefined
  error?: string | undefined
}) => (
  <>
    {hint && (
      <p class='hint' id={`${name}-hint`}>
        {hint}
      </p>
    )}
    {error && (
      <p class='err' id={`${name}-error`}>
        {error}
      </p>
    )}
  </>
)

type FileFieldProps = { name: string; label: string; hint: string; form: Form }

/** One file of any kind: what it is, its content tells. */
export const FileField = ({ name, label, hint, form }: FileFieldProps) => {
  const error = form.errors[name]
  return (
    <div class='f'>
      <label for={name}>{label}</label>
      <FieldNotes name={name} hint={hint} error={error} />
      <input
        id={name}
        name={name}
        type='file'
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(name, hint, error)}
      />
    </div>
  )
}

type TextFieldProps = FieldProps & {
  type?: 'text' | 'email' | 'tel' | 'search' | 'date' | 'time'
  inputmode?: 'numeric' | 'email' | 'tel' | 'text' | 'url'
  autocomplete?: string
  maxlength?: number
  class?: string
}

/** One line of text. */
export const TextField = ({
  name,
  label,
  form,
  hint,
  type = 'text',
  class: className,
  ...input
}: TextFieldProps) => {
  const error = form.errors[name]
  const plain = type === 'email' || input.inputmode === 'numeric'
  return (
    <div class={`f ${className ?? ''}`}>
      <label for={name}>{label}</label>
      <FieldNotes name={name} hint={hint} error={error} />
      <input
        id={name}
        name={name}
        type={type}
        value={form.typed[name]}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(name, hint, error)}
        autocapitalize={plain ? 'none' : undefined}
        spellcheck={plain ? false : undefined}
        {...input}
      />
    </div>
  )
}

/** A code of digits, as it came by mail or from an app. */
export const CodeField = (field: Omit<FieldProps, 'name'>) => (
  <TextField {...field} name='code' inputmode='numeric' autocomplete='one-time-code' class='code' />
)

export const TextArea = ({
  name,
  label,
  form,
  hint,
  rows = 7,
  lang,
}: FieldProps & { rows?: number; lang?: string }) => {
  const error = form.errors[name]
  return (
    <div class='f'>
      <label for={name}>{label}</label>
      <FieldNotes name={name} hint={hint} error={error} />
      {/* A line break right after the tag is eaten by the parser: what was typed may begin with one. */}
      <textarea
        id={name}
        name={name}
        rows={rows}
        lang={lang}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(name, hint, error)}
      >
        {`\n${form.typed[name] ?? ''}`}
      </textarea>
    </div>
  )
}

/** A password: never sent back, may be pasted, may be shown. */
export const PasswordField = ({
  name,
  label,
  form,
  autocomplete,
  children,
}: Omit<FieldProps, 'hint'> & { autocomplete: 'current-password' | 'new-password'; children?: Child }) => {
  const t = useText().common
  const error = form.errors[name]
  const ids = [children && `${name}-rules`, error && `${name}-error`].filter(Boolean).join(' ')
  return (
    <div class='f'>
      <label for={name}>{label}</label>
      {children && <div id={`${name}-rules`}>{children}</div>}
      <FieldNotes name={name} error={error} />
      <div class='pw'>
        <input
          id={name}
          name={name}
          type='password'
          data-pw
          autocomplete={autocomplete}
          autocapitalize='none'
          spellcheck={false}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={ids || undefined}
        />
        <button
          class='btn alt'
          type='button'
          hidden
          data-show={name}
          data-see={t.showPassword}
          data-hide={t.hidePassword}
          data-shown={t.passwordShown}
          data-hidden={t.passwordHidden}
        >
          {t.showPassword}
          <span class='vh'> {t.passwordWord}</span>
        </button>
      </div>
    </div>
  )
}

export const Checkbox = ({ name, form, children }: { name: string; form: Form; children?: Child }) => {
  const error = form.errors[name]
  return (
    <div class='f'>
      <FieldNotes name={name} error={error} />
      <label class='tick'>
        <input
          type='checkbox'
          id={name}
          name={name}
          value='yes'
          checked={form.typed[name] === 'yes'}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={error ? `${name}-error` : undefined}
        />
        <span>{children}</span>
      </label>
    </div>
  )
}

type Choice = { value: string; label: string; hint?: string | undefined }

/** A choice of one, each with a sentence of its own. */
export const Radios = ({
  name,
  legend,
  choices,
  form,
}: {
  name: string
  legend: string
  choices: Choice[]
  form: Form
}) => {
  const error = form.errors[name]
  return (
    <fieldset class='f' aria-describedby={error ? `${name}-error` : undefined}>
      <legend>{legend}</legend>
      <FieldNotes name={name} error={error} />
      <div class='picks'>
        {choices.map(({ value, label, hint }, index) => (
          <label>
            <input
              type='radio'
              id={index === 0 ? name : undefined}
              name={name}
              value={value}
              checked={form.typed[name] === value}
            />
            <span>
              {label}
              {hint && <small class='hint'>{hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** One of a list, closed until it is opened. What was typed is kept even if it is no choice. */
export const Select = ({
  name,
  label,
  hint,
  choices,
  form,
}: FieldProps & { choices: Pick<Choice, 'value' | 'label'>[] }) => {
  const error = form.errors[name]
  return (
    <div class='f'>
      <label for={name}>{label}</label>
      <FieldNotes name={name} hint={hint} error={error} />
      <select
        id={name}
        name={name}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(name, hint, error)}
      >
        {choices.map(({ value, label }) => (
          <option value={value} selected={form.typed[name] === value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** What is looked for, and the button that looks. */
export const SearchField = ({ submit, ...field }: FieldProps & { submit: string; maxlength: number }) => (
  <div class='find'>
    <TextField {...field} type='search' autocomplete='off' />
    <Button>{submit}</Button>
  </div>
)

/** Makes sending the form twice the same as once. */
export const SubmissionId = ({ form }: { form: Form }) => (
  <>
    <input type='hidden' name='submissionId' value={form.typed.submissionId} />
    <KeptId form={form} />
  </>
)

/** Which kept form this one was, where it was one: once it is taken, nobody is asked about it again. */
export const KeptId = ({ form }: { form: Form }) =>
  form.typed.keptId ? <input type='hidden' name='keptId' value={form.typed.keptId} /> : null
