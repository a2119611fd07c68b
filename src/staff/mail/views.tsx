import {
  BackLink,
  Button,
  EmailAddress,
  Notice,
  Pagination,
  SubmitOrKeep,
  SummaryList,
  Tag,
} from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { type CanaryState, isAlarming } from '../../outbox/canary/canary.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { type MailList, perPage, type TroubledMail } from './store.ts'
import { momentOf, retryOf, type Trouble, troubleOf, troubles } from './trouble.ts'

type Board = Omit<MailList, 'canary'> & {
  canary: CanaryState | '' | undefined
  /** Nothing is reported to us: what bounced cannot be known. */
  isDeaf: boolean
  shown: Trouble | undefined
  page: number
  now: Date
}

export const MailBoardPage = ({ rows, counts, total, canary, isDeaf, shown, page, now }: Board) => {
  const t = useText().mailDesk
  return (
    <section id='mail' class='flow'>
      <BackLink to={paths.admin}>{t.back}</BackLink>
      <h1>{t.title}</h1>
      <p class='soft'>{t.intro}</p>
      {canary && <Canary state={canary} />}
      {isDeaf && (
        <Notice kind='warn' title={t.deafTitle}>
          <p>{t.deaf}</p>
        </Notice>
      )}
      <nav class='chips' aria-label={t.filterNav}>
        <a href={paths.adminMail} aria-current={shown ? undefined : 'page'}>
          {t.all}
        </a>
        {troubles.map((each) => (
          <a
            href={withQuery(paths.adminMail, { show: each })}
            aria-current={each === shown ? 'page' : undefined}
          >
            {t.count(t.states[each], counts?.[each] ?? 0)}
          </a>
        ))}
      </nav>
      {rows.length === 0 ? (
        <Notice kind='good'>
          <p>{t.none}</p>
        </Notice>
      ) : (
        <div class='card list'>
          <table class='queue' aria-label={t.title}>
            <thead>
              <tr>
                <th scope='col'>{t.to}</th>
                <th scope='col'>{t.mail}</th>
                <th scope='col'>{t.what}</th>
                <th scope='col'>{t.when}</th>
                <th scope='col'>{t.act}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((mail) => (
                <Row mail={mail} shown={shown} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pagination
        page={page}
        pages={Math.ceil(total / perPage)}
        to={(number) => withQuery(paths.adminMail, { show: shown, page: number })}
      />
    </section>
  )
}

/** Whether the hourly mail to ourselves arrives: loud when it does not. */
const Canary = ({ state }: { state: CanaryState }) =>
  isAlarming(state) ? <CanaryAlarm state={state} /> : <p class='soft'>{useText().mailDesk.canary[state]}</p>

/** Nothing at all while the hourly mail arrives. */
export const CanaryAlarm = ({ state }: { state: CanaryState }) => {
  const t = useText().mailDesk.canary
  if (!isAlarming(state)) return null
  return (
    <Notice kind='bad' title={t[state]}>
      <p>{t.tell}</p>
    </Notice>
  )
}

const nameOf = ({ givenName, familyName }: TroubledMail) =>
  givenName || familyName ? fullName({ givenName: givenName ?? '', familyName: familyName ?? '' }) : undefined

/** Whom it is for; to their page, where the address can be corrected. */
const Receiver = ({ mail }: { mail: TroubledMail }) => {
  const t = useText().mailDesk
  const name = nameOf(mail) ?? t.nobody
  return mail.chartId ? (
    <a href={href(paths.adminPatient, { patientId: mail.chartId })}>{name}</a>
  ) : (
    <span>{name}</span>
  )
}

export const KindOfMail = ({ kind }: Pick<TroubledMail, 'kind'>) => {
  const t = useText().mailDesk
  const kinds: Record<string, string> = t.kinds
  return <span>{kinds[kind] ?? t.kindOther}</span>
}

/** Why, in plain words; a code without words of ours is quoted. */
export const useReason = ({ bounceReason, failure }: Pick<TroubledMail, 'bounceReason' | 'failure'>) => {
  const t = useText().mailDesk
  const code = bounceReason ?? failure
  const reasons: Record<string, string> = t.reasons
  return code === null ? t.reasons['no answer'] : (reasons[code] ?? t.reasonOther(code))
}

type CameBack = { bounceKind: 'hard' | 'soft' | 'complaint' | null; bounceReason: string | null }

/** Why a mail came back, in a sentence: the reason the mailbox gave, or what is to be thought where it gave none. */
export const WhyItCameBack = ({ mail: { bounceKind, bounceReason } }: { mail: CameBack }) => {
  const t = useText().inviteDesk
  const why = useReason({ bounceReason, failure: null })
  const isSaid = bounceKind !== 'complaint' && bounceReason !== null && bounceReason !== 'unknown'
  return <>{isSaid ? t.why(why) : t.bounces[bounceKind ?? 'soft']}</>
}

const What = ({ mail, trouble }: { mail: TroubledMail; trouble: Trouble }) => {
  const t = useText().mailDesk
  const why = useReason(mail)
  return (
    <>
      <Tag kind={trouble === 'waiting' ? 'new' : 'off'}>{t.states[trouble]}</Tag>{' '}
      {trouble === 'complained' ? t.complained : trouble === 'waiting' && !mail.failure ? t.notTaken : why}
    </>
  )
}

const Row = ({ mail, shown, now }: { mail: TroubledMail; shown: Trouble | undefined; now: Date }) => {
  const t = useText().mailDesk
  const { shortDate, time } = useFormat()
  const trouble = troubleOf(mail, now) ?? 'failed'
  const at = momentOf(mail, trouble)
  return (
    <tr>
      <th scope='row'>
        <Receiver mail={mail} />
        <br />
        <small>{mail.address ? <EmailAddress>{mail.address}</EmailAddress> : t.noAddress}</small>
      </th>
      <td data-label={t.mail}>
        <KindOfMail kind={mail.kind} />
      </td>
      <td data-label={t.what}>
        <What mail={mail} trouble={trouble} />
      </td>
      <td data-label={t.when}>
        {shortDate(at)}, <span class='nw'>{time(at)}</span>
        <br />
        <small>{t.tries(mail.attempts)}</small>
      </td>
      <td data-label={t.act}>
        <Acts mail={mail} shown={shown} now={now} />
      </td>
    </tr>
  )
}

const Shown = ({ mail, shown }: { mail: TroubledMail; shown?: Trouble | undefined }) => (
  <>
    <input type='hidden' name='edition' value={String(mail.edition)} />
    {shown && <input type='hidden' name='show' value={shown} />}
  </>
)

const Acts = ({ mail, shown, now }: { mail: TroubledMail; shown: Trouble | undefined; now: Date }) => {
  const t = useText().mailDesk
  const how = retryOf(mail, now)
  const to = { mailId: mail.id }
  const whose = <span class='vh'>{mail.address}</span>
  return (
    <div class='acts'>
      {how === 'doubtful' && (
        <div>
          <a class='btn alt' href={href(paths.adminMailRetry, to)}>
            {t.again} {whose}
          </a>
        </div>
      )}
      {(how === 'again' || how === 'now') && (
        <form method='post' action={href(paths.adminMailRetry, to)}>
          <Shown mail={mail} shown={shown} />
          <Button kind='alt'>
            {how === 'now' ? t.now : t.again} {whose}
          </Button>
        </form>
      )}
      <form method='post' action={href(paths.adminMailGivingUp, to)}>
        <Shown mail={mail} shown={shown} />
        <Button kind='text'>
          {t.giveUp} {whose}
        </Button>
      </form>
    </div>
  )
}

/** The last look at a mail that nobody can say of whether it arrived. */
export const SendAgainPage = ({ mail, now }: { mail: TroubledMail; now: Date }) => {
  const t = useText().mailDesk
  const { moment } = useFormat()
  const how = retryOf(mail, now)
  const trouble = troubleOf(mail, now)
  return (
    <section id='send-again' class='mid flow'>
      <BackLink to={paths.adminMail}>{t.title}</BackLink>
      <h1>{t.againTitle}</h1>
      {how === 'doubtful' && (
        <Notice kind='warn' title={t.doubtTitle}>
          <p>{t.doubt}</p>
        </Notice>
      )}
      {!how && (
        <Notice kind='good'>
          <p>{t.done}</p>
        </Notice>
      )}
      <SummaryList
        rows={[
          [t.to, <Receiver mail={mail} />],
          [t.address, mail.address ? <EmailAddress>{mail.address}</EmailAddress> : t.noAddress],
          [t.mail, <KindOfMail kind={mail.kind} />],
          ...(trouble
            ? [
                [t.what, <What mail={mail} trouble={trouble} />] satisfies [string, unknown],
                [t.when, moment(momentOf(mail, trouble))] satisfies [string, unknown],
              ]
            : []),
        ]}
      />
      {how && (
        <form method='post' action={href(paths.adminMailRetry, { mailId: mail.id })}>
          <Shown mail={mail} />
          <input type='hidden' name='confirmed' value='yes' />
          <SubmitOrKeep submit={t.againSubmit} keep={t.keep} back={paths.adminMail} />
        </form>
      )}
    </section>
  )
}
