import type { Child } from 'hono/jsx'
import { SubmissionId } from '../../design/field.tsx'
import { CameToEnd, GoingOn } from '../../design/going-on.tsx'
import { BackLink, Button, Notice, SummaryList } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { type Fate, fates } from '../../outbox/fate.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { blank } from '../../web/form.ts'
import type { List } from '../invitation-desk/desk.ts'
import type { RoundList } from './round.ts'
import type { Round } from './store.ts'

/** Leads to a look at whom it would be for; nothing is sent by it. */
export const RoundForm = ({ list, rosterId }: { list: RoundList; rosterId?: string }) => {
  const t = useText().rounds
  return (
    <form method='post' action={paths.invitationRounds}>
      <SubmissionId form={blank()} />
      <input type='hidden' name='list' value={list} />
      {rosterId && <input type='hidden' name='rosterId' value={rosterId} />}
      <Button kind='alt'>{t.make[list]}</Button>
    </form>
  )
}

export const RoundPage = ({ round }: { round: Round }) => {
  const { rounds: t, inviteDesk } = useText()
  const { id, list, rosterId, invited, left, again, mails, startedAt, finishedAt } = round
  const waiting = countOf(mails, 'waiting') + countOf(mails, 'retried')
  const total = invited + left
  const post = href(paths.invitationRound, { roundId: id })
  const back = rosterId
    ? href(paths.roster, { rosterId })
    : withQuery(paths.adminInvitations, { show: list === 'roster' ? undefined : list })
  return (
    <section id='round' class='mid flow'>
      <BackLink to={back}>{inviteDesk.title}</BackLink>
      {finishedAt ? (
        <>
          <h1>{waiting > 0 ? t.preparedTitle : t.doneTitle}</h1>
          <CameToEnd>{waiting > 0 ? t.prepared(invited, waiting) : t.done(invited)}</CameToEnd>
          <Mails mails={mails} />
          {waiting > 0 && <a href={post}>{t.lookAgain}</a>}
        </>
      ) : startedAt ? (
        <GoingOn
          title={t.sendingTitle}
          said={t.progress(invited, total)}
          done={invited}
          total={total}
          action={post}
          target='round'
          hint={t.goOnHint}
          goOn={t.goOn}
        >
          <Mails mails={mails} />
        </GoingOn>
      ) : (
        <>
          <h1>{t.title}</h1>
          <p>{t.about[list]}</p>
          <p>
            <strong>{t.can(left)}</strong>
          </p>
          {list === 'roster' && left > 0 && (
            <ul>
              <li>{t.first(left - again)}</li>
              <li>{t.again(again)}</li>
            </ul>
          )}
          {left > 0 && (
            <form method='post' action={post}>
              <Button>{t.send(left)}</Button>
            </form>
          )}
        </>
      )}
      <PassedOver round={round} />
    </section>
  )
}

const countOf = (mails: Round['mails'], which: Fate) => mails.find(({ fate }) => fate === which)?.count ?? 0

/** The list of the desk where those stand whose mail did not arrive. */
const listOf: Partial<Record<Fate, List>> = {
  bounced: 'bounced',
  complained: 'bounced',
  failed: 'mail-failed',
}

/** What became of the mails so far, as the mail service and the mailboxes tell. */
const Mails = ({ mails }: Pick<Round, 'mails'>) => {
  const { rounds: t, inviteDesk, mailDesk } = useText()
  if (mails.length === 0) return null
  return (
    <>
      {countOf(mails, 'retried') > 0 && (
        <Notice kind='warn'>
          <p>
            {t.held} <a href={paths.adminMail}>{mailDesk.title}</a>
          </p>
        </Notice>
      )}
      <h2 id='mails'>{t.mailsTitle}</h2>
      <SummaryList
        rows={fates.flatMap((fate): [string, Child][] => {
          const [count, list] = [countOf(mails, fate), listOf[fate]]
          if (count === 0) return []
          const where = list && (
            <a href={withQuery(paths.adminInvitations, { show: list })}>
              {inviteDesk.title}: {inviteDesk.lists[list]}
            </a>
          )
          return [
            [
              t.fates[fate],
              where ? (
                <>
                  {count} · {where}
                </>
              ) : (
                String(count)
              ),
            ],
          ]
        })}
      />
    </>
  )
}

const PassedOver = ({ round: { passedOver, list } }: { round: Round }) => {
  const t = useText().rounds
  if (passedOver.length === 0) return null
  return (
    <Notice kind='warn' title={t.passedOver}>
      <ul>
        {passedOver.map(({ why, count }) => (
          <li>
            {t.whys[why]}: {count}
          </li>
        ))}
      </ul>
      <a href={withQuery(paths.adminInvitations, { show: list === 'roster' ? undefined : list })}>
        {t.seeThem}
      </a>
    </Notice>
  )
}
