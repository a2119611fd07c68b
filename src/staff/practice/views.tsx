import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import { preliminaryRules, reportKinds } from '../../db/schema.ts'
import { ErrorSummary } from '../../design/error-summary.tsx'
import { Checkbox, Radios, Select, TextArea, TextField } from '../../design/field.tsx'
import { BackLink, Button, Notice, SubmitOrKeep, SummaryList } from '../../design/parts.tsx'
import type { Env } from '../../env.ts'
import { localDate } from '../../i18n/format.ts'
import { type Language, useFormat, useText } from '../../i18n/text.ts'
import type { Practice } from '../../identity/visit.ts'
import { offered } from '../../messages/thread.ts'
import { paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'
import { replyDue } from '../../practice/office-hours.ts'
import type { Form } from '../../web/form.ts'
import { type Fact, type FactName, timeZones, week, wordsOf } from './facts.ts'
import type { Overview, Queue } from './store.ts'

export const queueName = (queue: Pick<Queue, 'nameEn' | 'nameEs'>, language: Language) =>
  language === 'es' ? queue.nameEs : queue.nameEn

type OverviewProps = Overview & { practice: Practice; now: Date }

export const OverviewPage = ({ queues, changes, practice, now }: OverviewProps) => {
  const { practice: t } = useText()
  const language = getContext<Env>().var.language
  const format = useFormat()
  const today = localDate(now, practice.timeZone)
  const coming = practice.holidays.filter((date) => date >= today).sort()
  const used = queues.filter(({ retiredAt }) => !retiredAt)
  return (
    <section id='practice' class='flow'>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <div class='cols two'>
        <section class='card' aria-label={t.title}>
          <SummaryList
            rows={[
              [
                t.facts.contact,
                <Stands name='contact' practice={practice} now={now} />,
                <Change name='contact' to={paths.practiceContact} />,
              ],
              [
                t.facts.hours,
                <Stands name='hours' practice={practice} now={now} />,
                <Change name='hours' to={paths.practiceHours} />,
              ],
              [
                t.facts.holidays,
                coming[0]
                  ? t.holidays.planned(coming.length, format.fullCalendarDate(coming[0]))
                  : t.holidays.none,
                <Change name='holidays' to={paths.practiceHolidays} />,
              ],
              [
                t.facts.categories,
                <Lines of={offered(practice.categories).map(({ [language]: [name] }) => name)} />,
                <Change name='categories' to={paths.practiceCategories} />,
              ],
              [
                t.facts.queues,
                <Lines of={used.map((queue) => queueName(queue, language))} />,
                <Change name='queues' to={paths.practiceQueues} />,
              ],
              [
                t.facts.promise,
                <Stands name='promise' practice={practice} now={now} />,
                <Change name='promise' to={paths.practicePromise} />,
              ],
              [
                t.facts.unread,
                <Stands name='unread' practice={practice} now={now} />,
                <Change name='unread' to={paths.practiceUnread} />,
              ],
              [
                t.facts.release,
                <Stands name='release' practice={practice} now={now} />,
                <Change name='release' to={paths.practiceRelease} />,
              ],
              [
                t.facts['danger-words'],
                <DangerCount practice={practice} />,
                <Change name='danger-words' to={paths.practiceDangerWords} />,
              ],
              [
                t.facts.bodies,
                <Stands name='bodies' practice={practice} now={now} />,
                <Change name='bodies' to={paths.practiceBodies} />,
              ],
              [t.facts.feeds, t.feedsHint, <a href={paths.feedList}>{t.facts.feeds}</a>],
              [t.facts.terms, practice.termsVersion],
            ]}
          />
        </section>
        <section class='card flow' aria-labelledby='latest'>
          <h2 id='latest'>{t.latest}</h2>
          {changes.length === 0 ? (
            <p>{t.latestNone}</p>
          ) : (
            <ul class='rule'>
              {changes.map((change) => (
                <li>
                  {t.changeLine(
                    `${format.shortDate(change.changedAt)}, ${format.time(change.changedAt)}`,
                    fullName(change),
                    t.changes[change.act] ?? change.act
                  )}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </section>
  )
}

const Change = ({ name, to }: { name: FactName | 'holidays' | 'categories' | 'queues'; to: string }) => {
  const { practice: t } = useText()
  return (
    <a id={`change-${name}`} href={to}>
      {t.change}
      <span class='vh'>: {t.facts[name]}</span>
    </a>
  )
}

const Lines = ({ of }: { of: string[] }) => (
  <ul>
    {of.map((line) => (
      <li>{line}</li>
    ))}
  </ul>
)

const DangerCount = ({ practice }: { practice: Practice }) => {
  const t = useText().practice['danger-words']
  const { en, es } = wordsOf(practice)
  return (
    <>
      {practice.dangerWords ? t.own : t.ours} {t.count(en.length, es.length)}
    </>
  )
}

type StandsProps = { practice: Practice; now: Date }

/** One fact as it stands, to be read. */
const Stands = ({ name, ...props }: StandsProps & { name: FactName }) => {
  const Words = standing[name]
  return <Words {...props} />
}

const standing: Record<FactName, (props: StandsProps) => Child> = {
  contact: ({ practice }) => {
    const { zones } = useText().practice.contact
    const { name, phone, address, timeZone } = practice
    return <Lines of={[name, phone, address, zones[timeZone] ?? timeZone]} />
  },
  hours: ({ practice }) => {
    const t = useText().practice.hours
    const { dayOfWeek, wallTime } = useFormat()
    const said = (day: number) => {
      const hours = practice.officeHours[day]
      return hours ? t.line(wallTime(hours.opens), wallTime(hours.closes)) : t.closed
    }
    return <Lines of={week.map((day) => `${dayOfWeek(day)}: ${said(day)}`)} />
  },
  promise: ({ practice, now }) => {
    const t = useText().practice.promise
    const { moment } = useFormat()
    const hours = t.value(practice.replyPromiseHours)
    return <p>{t.example(hours, moment(replyDue(practice, now)))}</p>
  },
  release: ({ practice: { releaseHours, preliminaryResults } }) => {
    const { practice, labs } = useText()
    const t = practice.release
    const kept = reportKinds.filter((kind) => (releaseHours[kind] ?? 0) > 0)
    const hours =
      kept.length > 0 ? kept.map((kind) => t.line(labs.kinds[kind], releaseHours[kind] ?? 0)) : [t.none]
    return <Lines of={[...hours, t.early.line[preliminaryResults]]} />
  },
  unread: ({ practice }) => <p>{useText().practice.unread.value(practice.unreadAfterDays)}</p>,
  bodies: ({ practice }) => <p>{useText().practice.bodies.value(practice.keepBodiesDays)}</p>,
  'danger-words': ({ practice }) => {
    const { en, es } = wordsOf(practice)
    return (
      <>
        <p lang='en'>{en.join('; ')}</p>
        <p lang='es'>{es.join('; ')}</p>
      </>
    )
  },
}

type FactProps = { fact: Fact; form: Form; practice: Practice; isNews: boolean; now: Date }

/** The form of one fact; above it what stands now, where the form does not know it. */
export const FactPage = ({ fact: { name, path }, form, practice, isNews, now }: FactProps) => {
  const { practice: t } = useText()
  const Fields = fields[name]
  return (
    <section id={`practice-${name}`} class='mid flow'>
      <BackLink to={paths.practice}>{t.title}</BackLink>
      <ErrorSummary form={form} />
      <h1>{t.facts[name]}</h1>
      <p>{t[name].intro}</p>
      {isNews && (
        <Notice kind='warn' title={t.standsNow}>
          <Stands name={name} practice={practice} now={now} />
        </Notice>
      )}
      {name === 'promise' && !isNews && <Stands name={name} practice={practice} now={now} />}
      {name === 'danger-words' && (
        <p>
          <DangerCount practice={practice} />
        </p>
      )}
      <form method='post' action={path} novalidate>
        <Seen form={form} />
        <Fields form={form} />
        {(name === 'hours' || name === 'promise') && <p class='soft'>{t.dueStays}</p>}
        <SaveOrKeep back={paths.practice} />
      </form>
      {name === 'danger-words' && practice.dangerWords && (
        <form method='post' action={paths.practiceDangerWordsReturn} class='card flow'>
          <h2>{t['danger-words'].putBackTitle}</h2>
          <p>{t['danger-words'].putBackBody}</p>
          <Seen form={form} />
          <Button kind='alt'>{t['danger-words'].putBack}</Button>
        </form>
      )}
    </section>
  )
}

/** What the page showed: nothing is changed that its reader has not seen. */
export const Seen = ({ form }: { form: Pick<Form, 'typed'> }) => (
  <input type='hidden' name='seen' value={form.typed.seen} />
)

export const SaveOrKeep = ({ back }: { back: string }) => {
  const { practice: t } = useText()
  return <SubmitOrKeep submit={t.save} keep={t.cancel} back={back} />
}

const NumberField = (field: { name: string; label: string; hint: string; form: Form }) => (
  <TextField {...field} inputmode='numeric' autocomplete='off' />
)

const fields: Record<FactName, (props: { form: Form }) => Child> = {
  contact: ({ form }) => {
    const t = useText().practice.contact
    return (
      <>
        <div class='fields'>
          <TextField name='name' label={t.name} form={form} autocomplete='off' />
          <TextField
            name='phone'
            label={t.phone}
            hint={t.phoneHint}
            form={form}
            type='tel'
            autocomplete='off'
          />
        </div>
        <div class='fields'>
          <TextField name='address' label={t.address} form={form} autocomplete='off' />
          <Select
            name='timeZone'
            label={t.timeZone}
            hint={t.timeZoneHint}
            form={form}
            choices={timeZones.map((value) => ({ value, label: t.zones[value] ?? value }))}
          />
        </div>
      </>
    )
  },
  hours: ({ form }) => {
    const t = useText().practice.hours
    const { dayOfWeek } = useFormat()
    return (
      <>
        <p>{t.hint}</p>
        {week.map((day) => (
          <fieldset>
            <legend class='vh'>{dayOfWeek(day)}</legend>
            <div class='fields'>
              <Checkbox name={`open${day}`} form={form}>
                {t.open(dayOfWeek(day))}
              </Checkbox>
              <TextField name={`opens${day}`} label={t.opens} form={form} autocomplete='off' />
              <TextField name={`closes${day}`} label={t.closes} form={form} autocomplete='off' />
            </div>
          </fieldset>
        ))}
      </>
    )
  },
  promise: ({ form }) => {
    const t = useText().practice.promise
    return <NumberField name='hours' label={t.hours} hint={t.hint} form={form} />
  },
  unread: ({ form }) => {
    const t = useText().practice.unread
    return <NumberField name='days' label={t.days} hint={t.hint} form={form} />
  },
  release: ({ form }) => {
    const { practice, labs } = useText()
    return (
      <>
        <p>{practice.release.law}</p>
        <div class='fields'>
          {reportKinds.map((kind) => (
            <NumberField name={kind} label={labs.kinds[kind]} hint={practice.release.hint} form={form} />
          ))}
        </div>
        <Radios
          name='preliminaryResults'
          legend={practice.release.early.legend}
          form={form}
          choices={preliminaryRules.map((value) => ({ value, ...practice.release.early.choices[value] }))}
        />
        <p class='soft'>{practice.release.waiting}</p>
      </>
    )
  },
  bodies: ({ form }) => {
    const t = useText().practice.bodies
    return (
      <>
        <NumberField name='days' label={t.days} hint={t.hint} form={form} />
        <p class='soft'>{t.stays}</p>
      </>
    )
  },
  'danger-words': ({ form }) => {
    const t = useText().practice['danger-words']
    return (
      <>
        <p>{t.hint}</p>
        <p>{t.gapHint}</p>
        <div class='fields'>
          <TextArea name='en' label={t.en} form={form} rows={14} lang='en' />
          <TextArea name='es' label={t.es} form={form} rows={14} lang='es' />
        </div>
      </>
    )
  },
}

/** Two buttons that put an entry of a list one place up or down. Each names the place, so that tapping twice is tapping once. */
const Moves = ({
  action,
  name,
  place,
  count,
}: {
  action: string
  name: string
  place: number
  count: number
}) => {
  const { practice: t } = useText()
  return (
    <form class='acts' method='post' action={action}>
      {place > 0 && (
        <button type='submit' class='btn text' name='to' value={place - 1} aria-label={t.moveUp(name)}>
          {t.up}
        </button>
      )}
      {place < count - 1 && (
        <button type='submit' class='btn text' name='to' value={place + 1} aria-label={t.moveDown(name)}>
          {t.down}
        </button>
      )}
    </form>
  )
}

type ArrangedProps<Entry> = {
  id: string
  title: string
  intro: string
  add: { to: string; label: string }
  form: Form
  inUse: Entry[]
  retired: Entry[]
  row: (entry: Entry) => Child
  /** Where an entry's moves are posted to, and what it is called in them. */
  movesOf: (entry: Entry) => { action: string; name: string }
  countRetired: (count: number) => string
}

/** Entries in the order that people meet them in, each with its moves; below, folded, those no longer in use. */
export const ArrangedPage = <Entry,>(props: ArrangedProps<Entry>) => {
  const { id, title, intro, add, form, inUse, retired, row, movesOf, countRetired } = props
  return (
    <section id={id} class='mid flow'>
      <BackLink to={paths.practice}>{useText().practice.title}</BackLink>
      <ErrorSummary form={form} />
      <div class='head'>
        <h1>{title}</h1>
        <a class='btn' href={add.to}>
          {add.label}
        </a>
      </div>
      <p>{intro}</p>
      <div class='card list'>
        <ul class='rows'>
          {inUse.map((entry, place) => (
            <li class='line'>
              {row(entry)}
              <Moves {...movesOf(entry)} place={place} count={inUse.length} />
            </li>
          ))}
        </ul>
      </div>
      {retired.length > 0 && (
        <details class='more'>
          <summary>{countRetired(retired.length)}</summary>
          <div class='card list'>
            <ul class='rows'>
              {retired.map((entry) => (
                <li>{row(entry)}</li>
              ))}
            </ul>
          </div>
        </details>
      )}
    </section>
  )
}
