import { staffRoles } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { PasswordField, Radios, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import {
  BackLink,
  Button,
  EmailAddress,
  Notice,
  SubmitOrKeep,
  SummaryList,
  Tag,
} from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { allPermissions, may } from '../../identity/permissions.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import type { Form } from '../../web/form.ts'
import type { Lock } from '../locks/store.ts'
import { StaffLocks } from '../locks/views.tsx'
import type { Act, Holder, Invited, RecordAccount } from './store.ts'

const SecondStepState = ({ since }: { since: Date | null }) => {
  const t = useText().staffAccounts
  const { date } = useFormat()
  return <Tag kind={since ? 'ok' : 'off'}>{since ? t.on(date(since)) : t.notSetUp}</Tag>
}

const nameOf = (holder: Pick<Holder, 'givenName' | 'familyName' | 'credentials'>) =>
  [fullName(holder), holder.credentials].filter(Boolean).join(', ')

export const StaffListPage = ({
  members,
  invited,
  now,
}: {
  members: Holder[]
  invited: Invited[]
  now: Date
}) => {
  const { staffAccounts: t, joining } = useText()
  const { shortDate } = useFormat()
  return (
    <section id='staff' class='flow'>
      <h1>{t.title}</h1>
      <p>{t.listed}</p>
      <p>
        <a class='btn' href={paths.adminStaffNew}>
          {joining.invite.title}
        </a>
      </p>
      <InvitedStaff invited={invited} now={now} />
      <div class='card list'>
        <table class='queue'>
          <caption class='vh'>{t.title}</caption>
          <thead>
            <tr>
              <th scope='col'>{t.name}</th>
              <th scope='col'>{t.role}</th>
              <th scope='col'>{t.email}</th>
              <th scope='col'>{t.secondStep}</th>
              <th scope='col'>{t.lastSignIn}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr>
                <th scope='row'>
                  <a href={href(paths.adminStaffMember, { staffId: member.id })}>{nameOf(member)}</a>{' '}
                  {member.deactivatedAt && <Tag kind='off'>{t.off}</Tag>}
                </th>
                <td data-label={t.role}>{member.staffRole && t.roles[member.staffRole]}</td>
                <td data-label={t.email}>
                  <EmailAddress>{member.email}</EmailAddress>
                </td>
                <td data-label={t.secondStep}>
                  <SecondStepState since={member.secondStepAt} />
                </td>
                <td class='nw' data-label={t.lastSignIn}>
                  {member.lastSignInAt ? shortDate(member.lastSignInAt) : t.never}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Permissions />
    </section>
  )
}

const InvitedStaff = ({ invited, now }: { invited: Invited[]; now: Date }) => {
  const { staffAccounts: t, joining } = useText()
  const words = joining.invite
  const { moment } = useFormat()
  if (invited.length === 0) return null
  return (
    <div class='flow'>
      <h2 id='invited'>{words.open}</h2>
      <div class='card list'>
        <table class='queue' aria-labelledby='invited'>
          <thead>
            <tr>
              <th scope='col'>{t.name}</th>
              <th scope='col'>{t.role}</th>
              <th scope='col'>{t.email}</th>
              <th scope='col'>{words.status}</th>
            </tr>
          </thead>
          <tbody>
            {invited.map(({ id, role, email, expiresAt, ...who }) => (
              <tr>
                <th scope='row'>{nameOf(who)}</th>
                <td data-label={t.role}>{t.roles[role]}</td>
                <td data-label={t.email}>
                  <EmailAddress>{email}</EmailAddress>
                </td>
                <td data-label={words.status}>
                  {expiresAt
                    ? (expiresAt > now ? words.sentOn : words.expired)(moment(expiresAt))
                    : words.notSent}
                  <form
                    method='post'
                    action={href(paths.adminStaffInvitationRevocation, { invitationId: id })}
                  >
                    <Button kind='text'>
                      {words.takeBack}
                      <span class='vh'> ({nameOf(who)})</span>
                    </Button>
                  </form>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

export const InviteStaffPage = ({ form }: { form: Form }) => {
  const { staffAccounts: t, joining } = useText()
  const words = joining.invite
  const plain = { form, autocomplete: 'off' }
  return (
    <section id='invite-staff' class='mid flow'>
      <BackLink to={paths.adminStaff}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      <form method='post' action={paths.adminStaffNew} class='flow' novalidate>
        <SubmissionId form={form} />
        <div class='fields'>
          <TextField name='givenName' label={words.givenName} {...plain} />
          <TextField name='familyName' label={words.familyName} {...plain} />
          <TextField name='credentials' label={words.credentials} hint={words.credentialsHint} {...plain} />
        </div>
        <TextField
          name='email'
          label={words.email}
          hint={words.emailHint}
          type='email'
          inputmode='email'
          {...plain}
        />
        <RoleChoice form={form} />
        <PasswordField name='password' label={words.password} form={form} autocomplete='current-password' />
        <SubmitOrKeep submit={words.submit} keep={words.keep} back={paths.adminStaff} />
      </form>
    </section>
  )
}

const RoleChoice = ({ form }: { form: Form }) => {
  const t = useText().staffAccounts
  return (
    <Radios
      name='role'
      legend={t.role}
      form={form}
      choices={staffRoles.map((value) => ({ value, label: t.roles[value], hint: t.roleHints[value] }))}
    />
  )
}

/** Which role may do what, from the table that the doors themselves ask. */
const Permissions = () => {
  const t = useText().staffAccounts
  return (
    <div class='flow'>
      <h2 id='permissions'>{t.permissions}</h2>
      <div class='card list'>
        <table class='queue' aria-labelledby='permissions'>
          <thead>
            <tr>
              <th scope='col'>{t.what}</th>
              {staffRoles.map((role) => (
                <th scope='col'>{t.roles[role]}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {allPermissions.map((permission) => (
              <tr>
                <th scope='row'>{t.may[permission]}</th>
                {staffRoles.map((role) => (
                  <td data-label={t.roles[role]}>{may(role, permission) ? t.yes : t.no}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

type ActKind = 'role' | 'deactivation' | 'reactivation'
const actPaths = {
  role: paths.adminStaffRole,
  deactivation: paths.adminStaffDeactivation,
  reactivation: paths.adminStaffReactivation,
} as const

/** One act at a colleague's account, its effect in plain words, and who says why. */
export const ActPage = ({ kind, member, form }: { kind: ActKind; member: Holder; form: Form }) => {
  const { staffAccounts: t } = useText()
  const words = t.acting[kind]
  const to = { staffId: member.id }
  const back = href(paths.adminStaffMember, to)
  return (
    <section id='act' class='mid flow'>
      <BackLink to={back}>{nameOf(member)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{words.heading(fullName(member))}</h1>
      <Notice kind='warn'>
        <p>{words.effects}</p>
      </Notice>
      <form method='post' action={href(actPaths[kind], to)} class='flow' novalidate>
        {kind === 'role' && <RoleChoice form={form} />}
        <TextArea name='reason' label={t.acting.reason} rows={2} form={form} />
        <PasswordField name='password' label={t.reset.password} form={form} autocomplete='current-password' />
        <SubmitOrKeep
          {...(kind === 'deactivation' && { kind: 'stop' as const })}
          submit={words.submit}
          keep={t.acting.keep}
          back={back}
        />
      </form>
    </section>
  )
}

export const MemberPage = ({
  member,
  acts,
  locks,
  isSelf,
  now,
}: {
  member: Holder
  acts: Act[]
  locks: Lock[]
  isSelf: boolean
  now: Date
}) => {
  const { staffAccounts: t, secondStep } = useText()
  const { date, moment } = useFormat()
  return (
    <section id='staff-member' class='flow'>
      <BackLink to={paths.adminStaff}>{t.title}</BackLink>
      <h1>
        {nameOf(member)} {member.deactivatedAt && <Tag kind='off'>{t.off}</Tag>}
      </h1>
      <div class='mid'>
        <SummaryList
          rows={[
            [
              t.role,
              member.staffRole && t.roles[member.staffRole],
              !isSelf && (
                <a href={href(paths.adminStaffRole, { staffId: member.id })}>{t.acting.role.link}</a>
              ),
            ],
            [t.email, member.email],
            [
              t.account,
              member.deactivatedAt ? t.offSince(date(member.deactivatedAt)) : t.isOn,
              !isSelf && (
                <a
                  href={href(
                    member.deactivatedAt ? paths.adminStaffReactivation : paths.adminStaffDeactivation,
                    { staffId: member.id }
                  )}
                >
                  {(member.deactivatedAt ? t.acting.reactivation : t.acting.deactivation).link}
                </a>
              ),
            ],
            [t.since, date(member.createdAt)],
            [t.lastSignIn, member.lastSignInAt ? moment(member.lastSignInAt) : t.never],
            [
              t.secondStep,
              <SecondStepState since={member.secondStepAt} />,
              member.secondStepAt && !isSelf && (
                <a href={href(paths.adminStaffSecondStepReset, { staffId: member.id })}>{t.reset.link}</a>
              ),
            ],
          ]}
        />
      </div>
      {isSelf && (
        <Notice>
          <p>{t.self}</p>
          <p>
            {t.selfHelp} <a href={paths.secondStepSettings}>{secondStep.title}</a>.
          </p>
        </Notice>
      )}
      <StaffLocks locks={locks} isSelf={isSelf} now={now} />
      <Acts acts={acts} />
    </section>
  )
}

/** What staff did to an account, and what they wrote about it. */
const Acts = ({ acts, names }: { acts: Act[]; names?: Map<string, string> }) => {
  const t = useText().staffAccounts
  const { moment } = useFormat()
  if (acts.length === 0) return null
  return (
    <div class='flow'>
      <h2 id='acts'>{t.acts}</h2>
      <div class='card list'>
        <table class='queue' aria-labelledby='acts'>
          <thead>
            <tr>
              <th scope='col'>{t.act}</th>
              {names && <th scope='col'>{t.name}</th>}
              <th scope='col'>{t.reason}</th>
              <th scope='col'>{t.doneBy}</th>
              <th scope='col'>{t.doneAt}</th>
            </tr>
          </thead>
          <tbody>
            {acts.map((act) => (
              <tr>
                <th scope='row'>
                  {t.actNames[act.act]}
                  {act.detail && (
                    <>
                      {' '}
                      <br />
                      <small>
                        {t.roles[act.detail[0]]} → {t.roles[act.detail[1]]}
                      </small>
                    </>
                  )}
                </th>
                {names && <td data-label={t.name}>{names.get(act.accountId)}</td>}
                <td data-label={t.reason} class='body'>
                  {act.reason}
                </td>
                <td data-label={t.doneBy}>{fullName(act)}</td>
                <td data-label={t.doneAt}>{moment(act.doneAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

type ResetFormProps = { action: string; back: string; then: string; form: Form }

const ResetForm = ({ action, back, then, form }: ResetFormProps) => {
  const t = useText().staffAccounts.reset
  return (
    <>
      <p>{t.intro}</p>
      <Notice kind='warn'>
        <p>{t.effects}</p>
        <p>{then}</p>
      </Notice>
      <form method='post' action={action} novalidate>
        <TextArea name='reason' label={t.reason} hint={t.reasonHint} rows={3} form={form} />
        <PasswordField name='password' label={t.password} form={form} autocomplete='current-password' />
        <SubmitOrKeep kind='stop' submit={t.submit} keep={t.keep} back={back} />
      </form>
    </>
  )
}

export const StaffResetPage = ({ member, form }: { member: Holder; form: Form }) => {
  const t = useText().staffAccounts.reset
  const back = href(paths.adminStaffMember, { staffId: member.id })
  return (
    <section id='reset' class='mid flow'>
      <BackLink to={back}>{nameOf(member)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.heading(fullName(member))}</h1>
      <ResetForm
        action={href(paths.adminStaffSecondStepReset, { staffId: member.id })}
        back={back}
        then={t.thenStaff}
        form={form}
      />
    </section>
  )
}

type RecordResetProps = { patient: Patient; account: RecordAccount; form: Form }

export const RecordResetPage = ({ patient, account, form }: RecordResetProps) => {
  const { staffAccounts } = useText()
  const t = staffAccounts.reset
  const to = { patientId: patient.id }
  const back = href(paths.adminPatient, to)
  return (
    <section id='reset' class='mid flow'>
      <BackLink to={back}>{fullName(patient)}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.heading(fullName(account))}</h1>
      <p>
        {account.relationship ? staffAccounts.ofCaregiver(account.relationship) : staffAccounts.ofPatient},{' '}
        <EmailAddress>{account.email}</EmailAddress>
      </p>
      {account.secondStepAt === null || account.staffRole ? (
        <Notice>
          <p>{account.staffRole ? staffAccounts.isStaff : staffAccounts.notSetUp}</p>
        </Notice>
      ) : (
        <ResetForm
          action={href(paths.adminAccountSecondStepReset, { ...to, accountId: account.id })}
          back={back}
          then={t.thenOthers}
          form={form}
        />
      )}
    </section>
  )
}

type RecordAccountsProps = { patient: Patient; accounts: RecordAccount[]; acts: Act[]; mayReset: boolean }

/** On the patient's page: whose sign-in asks for a second step, and what was done about one that was lost. */
export const RecordSecondSteps = ({ patient, accounts, acts, mayReset }: RecordAccountsProps) => {
  const t = useText().staffAccounts
  if (accounts.length === 0) return null
  return (
    <>
      <div class='flow'>
        <h2 id='second-steps'>{t.recordAccounts}</h2>
        <div class='mid'>
          <SummaryList
            rows={accounts.map((account) => [
              fullName(account),
              <>
                <SecondStepState since={account.secondStepAt} />
                <br />
                <small>{account.relationship ? t.ofCaregiver(account.relationship) : t.ofPatient}</small>
              </>,
              mayReset && account.secondStepAt && !account.staffRole && (
                <a
                  href={href(paths.adminAccountSecondStepReset, {
                    patientId: patient.id,
                    accountId: account.id,
                  })}
                >
                  {t.reset.link}
                </a>
              ),
            ])}
          />
        </div>
      </div>
      <Acts acts={acts} names={new Map(accounts.map((account) => [account.id, fullName(account)]))} />
    </>
  )
}
