import { ErrorSummary } from '../../design/error-summary.tsx'
import { PasswordField, SubmissionId, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, EmailAddress, Notice } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import { href, paths } from '../../paths.ts'
import { blank, type Form } from '../../web/form.ts'
import { fullName } from '../name.ts'
import type { OwnRecords, User, Users } from './store.ts'

/** For someone with several records, or with none of their own. */
export const UsersFrontPage = ({ own, helped }: OwnRecords) => {
  const { users: t, nav } = useText()
  return (
    <section id='users-front' class='narrow flow'>
      <h1>{nav.manageUsers}</h1>
      {own.length > 0 && (
        <div class='card list'>
          <ul class='rows'>
            {own.map((record) => (
              <li>
                <a class='row' href={href(paths.users, { patientId: record.id })}>
                  <span class='t'>{t.whoSees(fullName(record))}</span>
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {helped.length > 0 && (
        <>
          <h2>{t.youHelp}</h2>
          <div class='card list'>
            <ul class='rows'>
              {helped.map((record) => (
                <li>
                  <div class='row still'>
                    <span class='t'>{fullName(record)}</span>
                    <span class='m'>{t.as(record.relationship)}</span>
                    <span>
                      <a class='tap' href={href(paths.leaving, { patientId: record.id })}>
                        {t.leave} <span class='vh'>{fullName(record)}</span>
                      </a>
                    </span>
                  </div>
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
      {own.length === 0 && helped.length === 0 && <p>{t.noRecords}</p>}
    </section>
  )
}

export const UsersPage = ({ users, invited, patient, now }: Users & { patient: Patient; now: Date }) => {
  const { users: t, nav } = useText()
  const patientId = patient.id
  const { date, moment } = useFormat()
  const live = users.filter(({ revokedAt }) => !revokedAt)
  const past = users.filter(({ revokedAt }) => revokedAt)
  return (
    <section id='users' class='mid flow'>
      <div class='head'>
        <h1>{nav.manageUsers}</h1>
        <a class='btn' href={href(paths.userNew, { patientId })}>
          {t.add}
        </a>
      </div>
      <p>
        <b>{t.whoSees(fullName(patient))}.</b> {live.length > 0 ? t.intro : t.introAlone}
      </p>
      <h2 id='have-access'>{t.live}</h2>
      {live.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <div class='card list'>
          <ul class='rows' aria-labelledby='have-access'>
            {live.map((user) => (
              <li>
                <div class='row still'>
                  <span class='t'>
                    {fullName(user)} <small>{t.as(user.relationship)}</small>
                  </span>
                  <span>
                    <EmailAddress>{user.email}</EmailAddress>
                  </span>
                  <span class='m'>
                    {t.since(date(user.grantedAt))}{' '}
                    {user.lastSeenAt ? t.lastSeen(moment(user.lastSeenAt)) : t.neverSeen}
                  </span>
                  <span>
                    <a class='tap' href={href(paths.userRevocation, { patientId, grantId: user.id })}>
                      {t.revoke} <span class='vh'>{fullName(user)}</span>
                    </a>
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
      {invited.length > 0 && (
        <>
          <h2 id='invited-users'>{t.invited}</h2>
          <div class='card list'>
            <ul class='rows' aria-labelledby='invited-users'>
              {invited.map((one) => {
                const to = { patientId, invitationId: one.id }
                const isOver = one.lockedAt !== null || (one.expiresAt !== null && one.expiresAt <= now)
                return (
                  <li>
                    <div class='row still'>
                      <span class='t'>
                        {one.inviteeGivenName} {one.inviteeFamilyName}{' '}
                        <small>{t.as(one.relationship ?? '')}</small>
                      </span>
                      <span>
                        <EmailAddress>{one.email}</EmailAddress>
                      </span>
                      <span class='m'>
                        {one.lockedAt
                          ? t.locked
                          : one.expiresAt
                            ? (isOver ? t.expired : t.expires)(moment(one.expiresAt))
                            : t.sending}
                      </span>
                      <InvitationActs
                        email={one.email}
                        again={href(paths.userInvitationAgain, to)}
                        removal={href(paths.userInvitationRemoval, to)}
                      />
                    </div>
                  </li>
                )
              })}
            </ul>
          </div>
        </>
      )}
      {past.length > 0 && (
        <>
          <h2 id='past-users'>{t.past}</h2>
          <div class='card list'>
            <ul class='rows' aria-labelledby='past-users'>
              {past.map((user) => (
                <li>
                  <div class='row still'>
                    <span class='t'>{fullName(user)}</span>
                    <span>
                      <EmailAddress>{user.email}</EmailAddress>
                    </span>
                    <span class='m'>
                      {user.revokedAt &&
                        (user.byOffice ? t.revokedByOffice : t.revokedOn)(date(user.revokedAt))}
                    </span>
                  </div>
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </section>
  )
}

type ActsProps = { email: string; again: string; removal: string }

/** What can be done about an invitation that nobody has taken up. */
export const InvitationActs = ({ email, again, removal }: ActsProps) => {
  const t = useText().users
  return (
    <div class='acts'>
      <form method='post' action={again}>
        <SubmissionId form={blank()} />
        <Button kind='alt'>
          {t.again} <span class='vh'>{email}</span>
        </Button>
      </form>
      <form method='post' action={removal}>
        <Button kind='alt'>
          {t.takeBack} <span class='vh'>{email}</span>
        </Button>
      </form>
    </div>
  )
}

type NewProps = { form: Form; action: string; back: string; withProof?: boolean; askPassword?: boolean }

export const NewUserPage = ({ form, action, back, withProof, askPassword }: NewProps) => {
  const { users: t, nav, signIn } = useText()
  const plain = { form, autocomplete: 'off' }
  return (
    <section id='new-user' class='narrow flow'>
      <BackLink to={back}>{nav.manageUsers}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.newTitle}</h1>
      <p>{withProof ? t.newIntroStaff : t.newIntro}</p>
      <form method='post' action={action} novalidate>
        <SubmissionId form={form} />
        <TextField name='email' label={t.email} type='email' inputmode='email' {...plain} />
        <TextField name='givenName' label={t.givenName} {...plain} />
        <TextField name='familyName' label={t.familyName} {...plain} />
        <TextField
          name='relationship'
          label={withProof ? t.relationshipStaff : t.relationship}
          hint={t.relationshipHint}
          {...plain}
        />
        {withProof && <TextArea name='proof' label={t.proof} hint={t.proofHint} form={form} rows={3} />}
        {askPassword && (
          <PasswordField
            name='password'
            label={signIn.password}
            form={form}
            autocomplete='current-password'
          />
        )}
        <Button>{t.next}</Button>
      </form>
    </section>
  )
}

type GrantProps = { typed: Form['typed']; patient: Patient; action: string; withProof?: boolean }

/** Says in plain words what they will see, before anything is sent. */
export const GrantPage = ({ typed, patient, action, withProof }: GrantProps) => {
  const t = useText().users
  const name = `${typed.givenName} ${typed.familyName}`
  const { act: _, ...fields } = typed
  return (
    <section id='grant' class='narrow flow'>
      <h1>{t.grantTitle}</h1>
      <p>
        {t.grantIntro(name)} <b>{typed.email}</b>
      </p>
      <div class='card flow'>
        <h2>{t.willTitle}</h2>
        <ul class='rule'>
          {t.will(fullName(patient)).map((line) => (
            <li>{line}</li>
          ))}
        </ul>
        <h2>{t.wontTitle}</h2>
        <ul class='rule'>
          {(withProof ? t.wontStaff : t.wont).map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </div>
      <p>{withProof ? t.grantEndStaff : t.grantEnd}</p>
      <form method='post' action={action} class='acts'>
        {Object.entries(fields).map(([key, value]) => (
          <input type='hidden' name={key} value={value} />
        ))}
        <Button name='act' value='grant'>
          {t.give}
        </Button>
        <Button kind='alt' name='act' value='back'>
          {t.change}
        </Button>
      </form>
    </section>
  )
}

type RevocationProps = { user: User; action: string; back: string; form?: Form }

/** `form`: staff say why. */
export const RevocationPage = ({ user, action, back, form }: RevocationProps) => {
  const { users: t, nav } = useText()
  return (
    <section id='revocation' class='narrow flow'>
      <BackLink to={back}>{nav.manageUsers}</BackLink>
      {form && <ErrorSummary form={form} />}
      <h1>{t.revokeTitle}</h1>
      <p>
        <b>{fullName(user)}</b>
        <br />
        <EmailAddress>{user.email}</EmailAddress>
      </p>
      <Notice kind='warn' title={t.permanentTitle}>
        <p>{t.permanent}</p>
      </Notice>
      <form method='post' action={action} novalidate>
        {form && <TextArea name='reason' label={t.reason} form={form} rows={3} />}
        <div class='acts'>
          <Button kind='stop'>{t.revoke}</Button>
          <a class='btn alt' href={back}>
            {t.keep}
          </a>
        </div>
      </form>
    </section>
  )
}

export const LeavingPage = ({ patient }: { patient: Patient }) => {
  const t = useText().users
  const to = { patientId: patient.id }
  return (
    <section id='leaving' class='narrow flow'>
      <BackLink to={href(paths.home, to)}>{fullName(patient)}</BackLink>
      <h1>{t.leaveTitle}</h1>
      <p>{t.leaveBody(fullName(patient))}</p>
      <form method='post' action={href(paths.leaving, to)} class='acts'>
        <Button kind='stop'>{t.leaveNow}</Button>
        <a class='btn alt' href={href(paths.home, to)}>
          {t.stay}
        </a>
      </form>
    </section>
  )
}
