import { BackLink, EmailAddress, Pagination } from '../../design/parts.tsx'
import { telHref } from '../../design/phone.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { inviteRefusal } from '../../identity/invitation/invitation.ts'
import type { Practice } from '../../identity/visit.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { upTo } from '../../web/paging.ts'
import { sendable } from '../invitation-rounds/round.ts'
import { RoundForm } from '../invitation-rounds/views.tsx'
import { WhyItCameBack } from '../mail/views.tsx'
import { type PortalStatus, portalStatus } from '../patient/status.ts'
import { StatusTag } from '../patients/views.tsx'
import { type Act, actsFor, type List, lists, mostListed, pageSizes } from './desk.ts'
import type { DeskRow } from './store.ts'

type Shown = { list: List | undefined; page: number; size: number }
type Props = {
  counts: Record<List, number>
  rows: DeskRow[]
  shown: Shown
  practice: Practice
  now: Date
}

const urlOf = ({ list, page, size }: Shown) =>
  withQuery(paths.adminInvitations, {
    show: list,
    size: size === pageSizes[0] ? undefined : size,
    page: page === 1 ? undefined : page,
  })

export const DeskPage = ({ counts, rows, shown, practice, now }: Props) => {
  const { inviteDesk: t, mailDesk, rosters } = useText()
  const many = sendable.find((list) => list === shown.list)
  const total = shown.list ? counts[shown.list] : everybody(counts)
  return (
    <section id='desk' class='flow'>
      <BackLink to={paths.adminPatients}>{t.findOne}</BackLink>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <p class='strip'>
        <a href={paths.rosters}>{rosters.title}</a>
        <a href={paths.adminMail}>{mailDesk.title}</a>
      </p>
      <Lists counts={counts} shown={shown} />
      {many && rows.length > 0 && <RoundForm list={many} />}
      {rows.length === 0 ? <p>{t.none}</p> : <DeskTable rows={rows} practice={practice} now={now} />}
      {total > mostListed && <p>{t.more(mostListed)}</p>}
      <Pagination
        page={shown.page}
        pages={Math.ceil(Math.min(total, mostListed) / shown.size)}
        to={(page) => urlOf({ ...shown, page })}
      />
      <p>
        {pageSizes
          .filter((size) => size !== shown.size)
          .map((size) => (
            <a href={urlOf({ ...shown, page: 1, size })}>{t.perPage(size)}</a>
          ))}
      </p>
    </section>
  )
}

/** Who asked for a link stands in another list too, so the lists add up to no less than there are. */
const everybody = (counts: Record<List, number>) =>
  lists.reduce((sum, list) => sum + (list === 'asked' ? 0 : counts[list]), 0)

const Lists = ({ counts, shown }: Pick<Props, 'counts' | 'shown'>) => {
  const t = useText().inviteDesk
  const chip = (list: List | undefined, words: string) => (
    <li>
      <a
        href={urlOf({ list, page: 1, size: shown.size })}
        aria-current={list === shown.list ? 'page' : undefined}
      >
        {words}
      </a>
    </li>
  )
  return (
    <nav aria-label={t.listsNav}>
      <ul class='chips'>
        {chip(undefined, t.all)}
        {lists.map((list) => chip(list, `${t.lists[list]}: ${upTo(counts[list], mostListed)}`))}
      </ul>
    </nav>
  )
}

const DeskTable = ({ rows, practice, now }: Pick<Props, 'rows' | 'practice' | 'now'>) => {
  const t = useText().inviteDesk
  return (
    <div class='card list'>
      <table class='queue'>
        <caption class='vh'>{t.title}</caption>
        <thead>
          <tr>
            <th scope='col'>{t.name}</th>
            <th scope='col'>{t.state}</th>
            <th scope='col'>{t.mail}</th>
            <th scope='col'>{t.next}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <DeskLine row={row} practice={practice} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const DeskLine = ({ row, practice, now }: { row: DeskRow; practice: Practice; now: Date }) => {
  const t = useText().inviteDesk
  const status = portalStatus(row, row.invitation && { ...row, ...row.invitation }, now)
  const refusal = inviteRefusal(row, now, practice.timeZone)
  return (
    <tr>
      <th scope='row'>
        <a href={href(paths.adminPatient, { patientId: row.id })}>{fullName(row)}</a>
        <br />
        <small>{row.email ? <EmailAddress>{row.email}</EmailAddress> : t.noAddress}</small>
      </th>
      <td data-label={t.state}>
        <StatusTag status={status} />
      </td>
      <td data-label={t.mail}>
        <small>
          <Story row={row} status={status} />
        </small>
      </td>
      <td data-label={t.next}>
        <NextStep row={row} acts={actsFor(status, refusal)} refusal={refusal} />
      </td>
    </tr>
  )
}

/** What happened so far, as one tells it on the phone. */
const Story = ({ row, status }: { row: DeskRow; status: PortalStatus }) => {
  const t = useText().inviteDesk
  const { shortDate, time } = useFormat()
  const at = (moment: Date) => `${shortDate(moment)}, ${time(moment)}`
  const { invitation, requestedAt } = row
  const isOpen = !['notInvited', 'registered', 'revoked', 'addressChanged', 'replaced'].includes(status)
  if (!invitation || !isOpen)
    return requestedAt
      ? t.askedOn(at(requestedAt))
      : t.noneOpen[status === 'registered' ? 'registered' : 'others']
  const { sentAt, expiresAt, remindedAt, lockedAt } = invitation
  const said = [
    requestedAt && t.askedOn(at(requestedAt)),
    status === 'locked' && lockedAt && t.lockedOn(at(lockedAt)),
    sentAt ? t.sentOn(at(sentAt)) : status === 'sending' && t.notSent,
    status === 'mailFailed' && row.mailFailedAt && t.failedOn(at(row.mailFailedAt)),
    status === 'bounced' && row.bouncedAt && t.cameBack(at(row.bouncedAt)),
    status === 'bounced' && <WhyItCameBack mail={row} />,
    status === 'delivered' && row.deliveredAt && t.deliveredOn(at(row.deliveredAt)),
    remindedAt && t.remindedOn(at(remindedAt)),
    expiresAt && status === 'expired' && t.stoppedOn(at(expiresAt)),
    expiresAt && (status === 'sent' || status === 'delivered') && t.worksUntil(at(expiresAt)),
  ]
  return (
    <>
      {said.filter(Boolean).map((line, index) => (
        <>
          {index > 0 && <br />}
          {line}
        </>
      ))}
    </>
  )
}

const pathOf = {
  address: paths.adminPatientAddress,
  repair: paths.adminInvitationRepair,
  'birth-date': paths.adminPatientDetails,
  invite: paths.adminInvitation,
  again: paths.adminInvitation,
} as const satisfies Record<Act, string>

type StepProps = { row: DeskRow; acts: Act[]; refusal: ReturnType<typeof inviteRefusal> }

const NextStep = ({ row, acts, refusal }: StepProps) => {
  const { inviteDesk: t, staff } = useText()
  return (
    <>
      {refusal && refusal !== 'active' && <small>{staff.invite.refusals[refusal]}</small>}
      {acts.map((act) => (
        <div>
          <a href={href(pathOf[act], { patientId: row.id })}>
            {t.acts[act]}
            <span class='vh'> {t.of(fullName(row))}</span>
          </a>
        </div>
      ))}
      {acts.includes('repair') && (
        <small>
          {row.phone ? (
            <a class='nw' href={telHref(row.phone)}>
              {row.phone}
            </a>
          ) : (
            t.noPhone
          )}
        </small>
      )}
    </>
  )
}
