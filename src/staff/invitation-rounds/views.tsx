import { SubmissionId } from '../../design/field.tsx'
import { GoingOn } from '../../design/going-on.tsx'
import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { useText } from '../../i18n/text.ts'
import { href, paths, withQuery } from '../../paths.ts'
import { blank } from '../../web/form.ts'
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
  const { id, list, rosterId, invited, left, again, startedAt, finishedAt } = round
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
          <h1>{t.doneTitle}</h1>
          <Notice kind='good'>
            <p>{t.sent(invited)}</p>
          </Notice>
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
        />
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
