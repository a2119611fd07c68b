import type { Child } from 'hono/jsx'
import { BackLink, Button, EmailAddress, Notice, SummaryList, Tag } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { InviteRefusal } from '../../identity/invitation/invitation.ts'
import { normalizeEmail } from '../../identity/sign-in/credentials.ts'
import type { Patient } from '../../identity/visit.ts'
import { fateOf } from '../../outbox/fate.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { InvitationActs } from '../../patients/users/views.tsx'
import { RecordSecondSteps } from '../accounts/views.tsx'
import { RecordLocks, RecordSessions } from '../locks/views.tsx'
import { KindOfMail, useReason } from '../mail/views.tsx'
import { LikelyTheSame, RecordMerges } from '../merges/views.tsx'
import { Standing, StatusTag } from '../patients/views.tsx'
import { canTakeBack, invitationStatus, type PortalStatus, portalStatus } from './status.ts'
import type { PortalFacts } from './store.ts'

type Props = PortalFacts & {
  patient: Patient
  now: Date
  mayInvite: boolean
  mayWrite: boolean
  mayView: boolean
  mayBook: boolean
  mayReadLabs: boolean
  refusal: InviteRefusal | undefined
}
type Mail = PortalFacts['mails'][number]
type Caregiver = PortalFacts['caregivers'][number]

export const PatientPage = (props: Props) => {
  const { patient, account, request, now, invitations, mails, caregivers, mayInvite } = props
  const { staff, schedule, labDesk, viewing } = useText()
  const t = staff.patient
  const to = { patientId: patient.id }
  const { moment } = useFormat()
  const lastMail = mails.find(({ sentAt, failedAt }) => sentAt ?? failedAt)
  const isLost = lastMail && !lastMail.givenUpAt && ['failed', 'bounced'].includes(fateOf(lastMail))
  const withInvitation = new Set(invitations.map(({ id }) => id))
  const otherMail = mails.filter(({ subjectId }) => !withInvitation.has(subjectId))
  return (
    <section id='patient' class='flow'>
      <BackLink to={paths.adminPatients}>{staff.patients.title}</BackLink>
      <h1>
        {patient.givenName} {patient.familyName} <Standing patient={patient} />
      </h1>
      <RecordMerges merges={props.merges} patientId={patient.id} />
      <LikelyTheSame likely={props.likely} />
      {request && (
        <Notice kind='warn' title={t.requested(moment(request.requestedAt))}>
          <p>{t.requestedBody}</p>
        </Notice>
      )}
      {isLost && (
        <Notice kind='bad'>
          <p>{t.mailFailed}</p>
        </Notice>
      )}
      {account && differs(account, patient) && <AddressesDiffer {...props} account={account} />}
      <div class='mid'>
        <Facts {...props} />
      </div>
      {mayInvite && <Acts {...props} />}
      {(props.mayWrite || props.mayBook || props.mayReadLabs || props.mayView) && (
        <div class='acts'>
          {props.mayWrite && (
            <a class='btn alt' href={href(paths.adminNewMessage, to)}>
              {t.write}
            </a>
          )}
          {props.mayBook && (
            <a class='btn alt' href={href(paths.adminPatientAppointments, to)}>
              {schedule.ofPatient}
            </a>
          )}
          {props.mayReadLabs && (
            <a class='btn alt' href={href(paths.adminReports, to)}>
              {labDesk.title}
            </a>
          )}
          {props.mayView && (
            <a class='btn alt' href={href(paths.adminView, to)}>
              {viewing.link}
            </a>
          )}
        </div>
      )}
      <Part id='invitations' title={t.invitations}>
        {invitations.length === 0 ? (
          <p>{t.invitationsNone}</p>
        ) : (
          <InvitationTable invitations={invitations} mails={mails} now={now} patient={patient} />
        )}
      </Part>
      {otherMail.length > 0 && (
        <Part id='other-mail' title={t.otherMail}>
          <MailList mails={otherMail} />
        </Part>
      )}
      <Caregivers caregivers={caregivers} patientId={patient.id} />
      {!account && !patient.mergedInto && (
        <p>
          <a href={href(paths.adminUserNew, { patientId: patient.id })}>{useText().users.open}</a>
        </p>
      )}
      <RecordSecondSteps
        patient={patient}
        accounts={props.withSecondStep}
        acts={props.acts}
        mayReset={mayInvite}
      />
      {(account || caregivers.some(({ revokedAt }) => !revokedAt)) && (
        <>
          <RecordLocks patientId={patient.id} locks={props.locks} now={now} />
          <RecordSessions patientId={patient.id} signedIn={props.signedIn} />
        </>
      )}
    </section>
  )
}

type Account = NonNullable<PortalFacts['account']>

const differs = (account: Account, patient: Patient) =>
  account.email !== (patient.email && normalizeEmail(patient.email))

/** The patient has changed one address; which of the two is right, only the patient can say. */
const AddressesDiffer = ({ account, patient, mayInvite }: Props & { account: Account }) => {
  const t = useText().staff.patient
  return (
    <Notice kind='warn' title={t.differs.title}>
      <p>{patient.email ? t.differs.body(account.email, patient.email) : t.differs.none(account.email)}</p>
      <p>{t.differs.next}</p>
      {mayInvite && (
        <a class='btn' href={href(paths.adminPatientAddress, { patientId: patient.id })}>
          {patient.email ? t.correctAddress : t.addAddress}
        </a>
      )}
    </Notice>
  )
}

const Part = ({ id, title, children }: { id: string; title: string; children?: Child }) => (
  <div class='flow'>
    <h2 id={id}>{title}</h2>
    {children}
  </div>
)

const Facts = ({ patient, account, invitations, now, mayInvite }: Props) => {
  const { staff, common, details } = useText()
  const t = staff.patient
  const { birthDate } = useFormat()
  const newest = invitations.find(({ kind }) => kind === 'patient')
  const status = portalStatus(patient, newest, now)
  return (
    <SummaryList
      rows={[
        [
          staff.patients.birthDate,
          patient.birthDate ? birthDate(patient.birthDate) : t.none,
          <a href={href(paths.adminPatientDetails, { patientId: patient.id })}>{details.link}</a>,
        ],
        [staff.patients.mrn, patient.mrn ?? t.none],
        [t.phone, patient.phone ? <a href={telHref(patient.phone)}>{patient.phone}</a> : t.none],
        [
          t.email,
          patient.email ? <EmailAddress>{patient.email}</EmailAddress> : t.none,
          mayInvite && (
            <a href={href(paths.adminPatientAddress, { patientId: patient.id })}>
              {patient.email ? t.correctAddress : t.addAddress}
            </a>
          ),
        ],
        ...(account
          ? [
              [
                t.accountEmail,
                <>
                  <EmailAddress>{account.email}</EmailAddress>{' '}
                  {differs(account, patient) && <Tag kind='off'>{t.accountEmailDiffers}</Tag>}
                </>,
              ] satisfies [string, Child],
            ]
          : []),
        [t.language, common.languages[patient.language]],
        [
          t.status,
          <>
            <StatusTag status={status} />{' '}
            <StatusDetail status={status} account={account} expiresAt={newest?.expiresAt ?? null} />
          </>,
        ],
      ]}
    />
  )
}

/** What the status word leaves open: until when, since when, what to do. */
const StatusDetail = ({
  status,
  account,
  expiresAt,
}: {
  status: PortalStatus
  account: PortalFacts['account']
  expiresAt: Date | null
}) => {
  const t = useText().staff.patient
  const { moment } = useFormat()
  if (status === 'registered' && account)
    return (
      <>
        {t.registered(moment(account.createdAt))}{' '}
        {account.lastSignInAt ? t.lastSignIn(moment(account.lastSignInAt)) : t.neverSignedIn}{' '}
        {account.deactivatedAt && t.deactivated}
      </>
    )
  if (status === 'sending') return <>{t.sending}</>
  if (status === 'locked') return <>{t.locked}</>
  if (status === 'bounced') return <>{t.bounced}</>
  if ((status === 'sent' || status === 'delivered') && expiresAt) return <>{t.expires(moment(expiresAt))}</>
  if (status === 'expired' && expiresAt) return <>{t.expired(moment(expiresAt))}</>
  return null
}

/** What comes next: an invitation, or why there can be none. */
const Acts = ({ patient, invitations, refusal, now }: Props) => {
  const { staff, inviteDesk } = useText()
  const t = staff.patient
  const to = { patientId: patient.id }
  const own = invitations.filter(({ kind }) => kind === 'patient')
  const open = own.find((invitation) => canTakeBack(invitation, now))
  const isLost = ['bounced', 'mailFailed'].includes(portalStatus(patient, own[0], now))
  return (
    <>
      {refusal && refusal !== 'active' && (
        <Notice kind='warn' title={staff.invite.refusedTitle}>
          <p>{staff.invite.refusals[refusal]}</p>
        </Notice>
      )}
      {(open || !refusal) && (
        <div class='acts'>
          {!refusal && (
            <a class='btn' href={href(isLost ? paths.adminInvitationRepair : paths.adminInvitation, to)}>
              {isLost ? inviteDesk.acts.repair : own.length > 0 ? t.inviteAgain : t.invite}
            </a>
          )}
          {open && (
            <form
              method='post'
              action={href(paths.adminInvitationRevocation, { ...to, invitationId: open.id })}
            >
              <Button kind='alt'>{t.revoke}</Button>
            </form>
          )}
        </div>
      )}
    </>
  )
}

const InvitationTable = ({
  invitations,
  mails,
  now,
  patient,
}: Pick<Props, 'invitations' | 'mails' | 'now' | 'patient'>) => {
  const t = useText().staff.patient
  const at = useShortMoment()
  const { moment } = useFormat()
  return (
    <div class='card list'>
      <table class='queue' aria-labelledby='invitations'>
        <thead>
          <tr>
            <th scope='col'>{t.state}</th>
            <th scope='col'>{t.mails}</th>
            <th scope='col'>{t.to}</th>
            <th scope='col'>{t.madeOn}</th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => {
            const status = invitationStatus(invitation, now)
            return (
              <tr>
                <td data-label={t.state}>
                  <StatusTag status={status} />
                  {invitation.expiresAt && ['sent', 'delivered', 'expired'].includes(status) && (
                    <>
                      <br />
                      <small>
                        {(status === 'expired' ? t.expired : t.expires)(moment(invitation.expiresAt))}
                      </small>
                    </>
                  )}
                </td>
                <td data-label={t.mails}>
                  <MailList mails={mails.filter(({ subjectId }) => subjectId === invitation.id)} />
                </td>
                <td data-label={t.to}>
                  <EmailAddress>{invitation.email}</EmailAddress>
                  <br />
                  <small>
                    {invitation.kind === 'patient'
                      ? t.patientKind
                      : t.caregiverKind(invitation.relationship ?? '')}
                    {invitation.proof && (
                      <>
                        <br />
                        {t.proof(invitation.proof)}
                      </>
                    )}
                  </small>
                  {invitation.kind === 'caregiver' && isUnanswered(invitation) && (
                    <InvitationActs
                      email={invitation.email}
                      again={href(paths.adminUserInvitationAgain, {
                        patientId: patient.id,
                        invitationId: invitation.id,
                      })}
                      removal={href(paths.adminUserInvitationRemoval, {
                        patientId: patient.id,
                        invitationId: invitation.id,
                      })}
                    />
                  )}
                </td>
                <td data-label={t.madeOn}>{at(invitation.createdAt)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Nobody has taken it up, back or its place: expired or locked, it can still be sent anew. */
const isUnanswered = ({ acceptedAt, revokedAt, replacedAt }: Props['invitations'][number]) =>
  !acceptedAt && !revokedAt && !replacedAt

const MailList = ({ mails }: { mails: Mail[] }) => (
  <ul>
    {mails.map((mail) => (
      <li>
        <KindOfMail kind={mail.kind} />: <FateOfMail mail={mail} />
      </li>
    ))}
  </ul>
)

const FateOfMail = ({ mail }: { mail: Mail }) => {
  const t = useText().staff.patient
  const at = useShortMoment()
  const why = useReason(mail)
  const fate = fateOf(mail)
  const { complainedAt, bouncedAt, failedAt, deliveredAt, sentAt } = mail
  if (fate === 'complained' && complainedAt)
    return <strong class='err'>{t.mailComplained(at(complainedAt))}</strong>
  if (fate === 'bounced' && bouncedAt) return <strong class='err'>{t.mailBounced(at(bouncedAt), why)}</strong>
  if (fate === 'failed' && failedAt) return <strong class='err'>{t.mailFailedWhy(at(failedAt), why)}</strong>
  if (fate === 'delivered' && deliveredAt) return <span>{t.mailDelivered(at(deliveredAt))}</span>
  if (sentAt) return <span>{(fate === 'delayed' ? t.mailDelayed : t.mailSent)(at(sentAt))}</span>
  if (fate === 'cancelled') return <span>{t.mailCancelled}</span>
  return <span>{fate === 'retried' ? t.mailRetried(mail.attempts, why) : t.mailQueued}</span>
}

const Caregivers = ({ caregivers, patientId }: { caregivers: Caregiver[]; patientId: string }) => {
  const t = useText().staff.patient
  const live = caregivers.filter(({ revokedAt }) => !revokedAt)
  const past = caregivers.filter(({ revokedAt }) => revokedAt)
  return (
    <>
      <Part id='caregivers' title={t.caregivers}>
        {live.length === 0 ? (
          <p>{t.caregiversNone}</p>
        ) : (
          <CaregiverTable labelledBy='caregivers' caregivers={live} past={false} patientId={patientId} />
        )}
      </Part>
      {past.length > 0 && (
        <Part id='past-caregivers' title={t.caregiversPast}>
          <CaregiverTable labelledBy='past-caregivers' caregivers={past} past patientId={patientId} />
        </Part>
      )}
    </>
  )
}

const CaregiverTable = ({
  labelledBy,
  caregivers,
  past,
  patientId,
}: {
  labelledBy: string
  caregivers: Caregiver[]
  past: boolean
  patientId: string
}) => {
  const { staff, users, accessHistory } = useText()
  const t = staff.patient
  const { shortDate } = useFormat()
  const at = useShortMoment()
  return (
    <div class='card list'>
      <table class='queue' aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope='col'>{t.caregiver}</th>
            <th scope='col'>{t.relationship}</th>
            <th scope='col'>{t.caregiverEmail}</th>
            <th scope='col'>{t.since}</th>
            <th scope='col'>{past ? t.until : t.lastSeen}</th>
          </tr>
        </thead>
        <tbody>
          {caregivers.map(({ id, givenName, familyName, relationship, email, ...times }) => (
            <tr>
              <th scope='row'>
                {givenName} {familyName}
              </th>
              <td data-label={t.relationship}>{relationship}</td>
              <td data-label={t.caregiverEmail}>
                <EmailAddress>{email}</EmailAddress>
                {!past && (
                  <>
                    <br />
                    <a href={href(paths.adminUserRevocation, { patientId, grantId: id })}>
                      {users.revoke} <span class='vh'>{fullName({ givenName, familyName })}</span>
                    </a>
                  </>
                )}
              </td>
              <td data-label={t.since}>{shortDate(times.grantedAt)}</td>
              <td data-label={past ? t.until : t.lastSeen}>
                {past
                  ? times.revokedAt && shortDate(times.revokedAt)
                  : times.lastSeenAt
                    ? at(times.lastSeenAt)
                    : t.never}
                {times.revokedReason && (
                  <>
                    <br />
                    <small>{accessHistory.because(times.revokedReason)}</small>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** "Nov 20, 2026, 4:05 p.m." */
function useShortMoment() {
  const { shortDate, time } = useFormat()
  return (at: Date) => `${shortDate(at)}, ${time(at)}`
}
