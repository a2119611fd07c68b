import { getContext } from 'hono/context-storage'
import type { Child } from 'hono/jsx'
import type { Env } from '../env.ts'
import { type Dictionary, useFormat } from '../i18n/text.ts'
import type { Patient, View, Visit } from '../identity/visit.ts'
import { href, paths, withQuery } from '../paths.ts'
import { assets } from '../web/assets.generated.ts'
import { takeFlash } from '../web/flash.ts'
import type { Tab } from '../web/page.tsx'
import { Icon, Mark } from './icon.tsx'
import { OfficePhone, telHref } from './phone.tsx'
import { StillThere } from './still-there.tsx'

type DocumentProps = {
  title: string
  tab: Tab | undefined
  island: boolean
  passkey: boolean
  children?: Child
}

const htmxConfig =
  '{"history":"reload","noSwap":[204,304,401,403,413,429,"5xx"],"defaultTimeout":15000,"extensions":"none","includeIndicatorCSS":false}'

type HeadProps = Pick<DocumentProps, 'title' | 'island' | 'passkey'> & { inline: boolean }

const Head = ({ title, inline, island, passkey }: HeadProps) => {
  const { secureHeadersNonce: nonce, visit } = getContext<Env>().var
  return (
    <head>
      <meta charset='utf-8' />
      <title>{title}</title>
      <meta name='viewport' content='width=device-width,initial-scale=1,viewport-fit=cover' />
      <meta name='theme-color' content='#fffdfa' media='(prefers-color-scheme:light)' />
      <meta name='theme-color' content='#1b2320' media='(prefers-color-scheme:dark)' />
      <meta name='robots' content='noindex' />
      <meta name='format-detection' content='telephone=no' />
      <link rel='icon' href='/favicon.svg' type='image/svg+xml' />
      {inline ? (
        <>
          <style>{assets.entryCss}</style>
          <link rel='prefetch' href={assets.css} as='style' />
        </>
      ) : (
        <link rel='stylesheet' href={assets.css} integrity={assets.cssIntegrity} />
      )}
      <script src={assets.js} integrity={assets.jsIntegrity} nonce={nonce} defer />
      {visit.viewer && (
        <script src={assets.session} integrity={assets.sessionIntegrity} nonce={nonce} defer />
      )}
      {island && <meta name='htmx-config' content={htmxConfig} />}
      {island && <script src={assets.htmx} integrity={assets.htmxIntegrity} nonce={nonce} defer />}
      {island && <script src={assets.island} integrity={assets.islandIntegrity} nonce={nonce} defer />}
      {passkey && <script src={assets.passkey} integrity={assets.passkeyIntegrity} nonce={nonce} defer />}
    </head>
  )
}

/** `body` attributes app.js reads, the skip link and the one live region: the same on every page. */
const Body = ({ kind, children }: { kind: 'entry' | 'patient' | 'staff'; children?: Child }) => {
  const { t, visit } = getContext<Env>().var
  return (
    <body
      class={kind}
      data-page={visit.pageMark ?? undefined}
      data-slow={t.common.slow}
      data-failed={t.common.requestFailed}
    >
      <a class='skip' href='#main'>
        {t.common.skip}
      </a>
      {children}
      <div id='live' class='vh' role='status' />
      <StillThere />
    </body>
  )
}

const Main = ({ class: className, children }: { class?: string; children?: Child }) => {
  const flash = takeFlash(getContext<Env>())
  return (
    <main id='main' tabindex={-1} class={className}>
      {flash && (
        <p class={flash.isTrouble ? 'note warn' : 'note good'} role='status' tabindex={-1} autofocus>
          {flash.said}
          {flash.isTrouble && ' '}
          {flash.isTrouble && <OfficePhone />}
        </p>
      )}
      {children}
    </main>
  )
}

const Logo = ({ to, name }: { to: string; name: string }) => (
  <a class='logo' href={to}>
    <Mark />
    {name}
  </a>
)

const OtherLanguage = ({ class: className }: { class?: string }) => {
  const {
    req,
    var: { language, t },
  } = getContext<Env>()
  const other = language === 'en' ? 'es' : 'en'
  // Nothing else changes: not the page of a list, not where sign-in leads.
  const query = withQuery('', { ...req.query(), lang: other })
  return (
    <a class={className} href={query} lang={other} hreflang={other}>
      {t.common.otherLanguage}
    </a>
  )
}

const Footer = () => {
  const { t, visit } = getContext<Env>().var
  const { phone } = visit.practice
  return (
    <footer class='foot'>
      <a href={telHref(phone)}>{t.common.callOffice(phone)}</a>
      <OtherLanguage />
      <a href={paths.privacy}>{t.common.privacy}</a>
      <a href={paths.terms}>{t.common.terms}</a>
      <a href={paths.accessibility}>{t.common.accessibility}</a>
      <a href={paths.help}>{t.common.help}</a>
      <a href={`${paths.help}#language-help`}>{t.common.languageHelp}</a>
    </footer>
  )
}

const Hills = () => (
  <svg class='hills' viewBox='0 0 1200 150' preserveAspectRatio='none' aria-hidden='true'>
    <path d='M0 95Q170 15 400 72t430-34 370 54v63H0z' />
    <path d='M0 122Q240 44 520 102t420-24 260 26v51H0z' />
    <path d='M0 132q210-38 420-6t420-6 360 2v33H0z' />
  </svg>
)

/** Sign-in, registration, link states: painted whole from the first answer. */
export const EntryDocument = ({ title, island, passkey, children }: DocumentProps) => {
  const { language } = getContext<Env>().var
  return (
    <html lang={language}>
      <Head title={title} inline island={island} passkey={passkey} />
      <Body kind='entry'>
        <header class='top'>
          <div class='in'>
            <Logo to={paths.front} name='CareSpace' />
            <OtherLanguage class='menu' />
          </div>
        </header>
        <Main>{children}</Main>
        <Hills />
        <Footer />
      </Body>
    </html>
  )
}

const NameMenu = ({ name, patientId }: { name: string; patientId?: string | null }) => {
  const { t, visit } = getContext<Env>().var
  return (
    <details class='menu'>
      <summary>
        <span class='vh'>{t.common.yourMenu} </span>
        {name}
      </summary>
      <ul>
        {visit.records.count > 1 && (
          <li>
            <a href={paths.records}>{t.common.switchPerson}</a>
          </li>
        )}
        <li>
          <a href={paths.settings}>{t.nav.settings}</a>
        </li>
        {visit.records.count > 0 && (
          <li>
            <a href={paths.manageUsers}>{t.nav.manageUsers}</a>
          </li>
        )}
        {patientId && (
          <li>
            <a href={href(paths.record, { patientId })}>{t.nav.takeAlong}</a>
          </li>
        )}
        <li>
          <form method='post' action={paths.signOut}>
            <button type='submit'>{t.nav.signOut}</button>
          </form>
        </li>
      </ul>
    </details>
  )
}

/** What staff are told who look at a record as its patient sees it, and the way out. */
const Looking = ({ patient, view }: { patient: Patient; view: View }) => {
  const { t } = getContext<Env>().var
  const said = t.viewing.bar(`${patient.givenName} ${patient.familyName}`, useFormat().time(view.expiresAt))
  return (
    <aside class='who' aria-label={said}>
      <div class='in'>
        <span>{said}</span>
        <form method='post' action={href(paths.adminViewEnd, { patientId: patient.id })}>
          <button type='submit' class='btn alt'>
            {t.viewing.end}
          </button>
        </form>
      </div>
    </aside>
  )
}

/** Whose record this is, on every page of someone who acts for another. */
const ActingFor = () => {
  const { t, visit } = getContext<Env>().var
  if (visit.record?.via === 'view' && visit.view)
    return <Looking patient={visit.record.patient} view={visit.view} />
  if (visit.record?.via !== 'caregiver') return null
  const { patient } = visit.record
  return (
    <aside class='who' aria-label={t.common.viewing(`${patient.givenName} ${patient.familyName}`)}>
      <div class='in'>
        <span>{t.common.viewing(`${patient.givenName} ${patient.familyName}`)}</span>
        {visit.records.count > 1 && <a href={paths.records}>{t.common.switchPerson}</a>}
      </div>
    </aside>
  )
}

/** Whose record a printed page is from: on the screen the page around it says so. */
const OnPaper = () => {
  const { visit, t } = getContext<Env>().var
  const format = useFormat()
  if (!visit.record || visit.record.via === 'staff') return null
  const { givenName, familyName, birthDate } = visit.record.patient
  const { name, phone } = visit.practice
  const born = birthDate && t.common.born(format.calendarDate(birthDate))
  return (
    <p class='in paper'>{[`${givenName} ${familyName}`, born, name, phone].filter(Boolean).join(' · ')}</p>
  )
}

export const PatientDocument = ({ title, tab, island, passkey, children }: DocumentProps) => {
  const { language, t, visit } = getContext<Env>().var
  const { count, firstId } = visit.records
  // Someone with several records is never led into one they did not choose.
  const patientId = visit.record?.patient.id ?? (count === 1 ? firstId : null)
  const to = patientId ? { patientId } : null
  const resources = withQuery(paths.resources, { record: patientId ?? undefined })
  const tabs = to
    ? ([
        ['home', href(paths.home, to)],
        ['messages', href(paths.messages, to)],
        ['appointments', href(paths.appointments, to)],
        ['labs', href(paths.labs, to)],
        ['resources', resources],
      ] as const)
    : ([
        ['home', paths.front],
        ['resources', resources],
      ] as const)
  return (
    <html lang={language}>
      <Head title={title} inline={false} island={island} passkey={passkey} />
      <Body kind='patient'>
        <header class='top'>
          <div class='in'>
            <Logo to={paths.front} name='CareSpace' />
            {visit.viewer && (
              <nav class='nav thumb' aria-label={t.common.mainNav}>
                <ul>
                  {tabs.map(([name, url]) => (
                    <li>
                      <a href={url} aria-current={name === tab ? 'page' : undefined}>
                        <Icon name={name} />
                        {t.nav[name]}
                        {name === 'messages' && visit.unread > 0 && (
                          <>
                            {' '}
                            <span class='count'>
                              {visit.unread}
                              <span class='vh'> {t.common.isNew}</span>
                            </span>
                          </>
                        )}
                      </a>
                    </li>
                  ))}
                </ul>
              </nav>
            )}
            {visit.viewer ? (
              <NameMenu name={visit.viewer.givenName} patientId={patientId} />
            ) : (
              <a class='menu' href={paths.signIn}>
                {t.nav.signIn}
              </a>
            )}
          </div>
        </header>
        <ActingFor />
        <OnPaper />
        <Main>
          {visit.record?.via === 'view' ? (
            // What would change something is there to be seen, and does nothing.
            <fieldset disabled>{children}</fieldset>
          ) : (
            children
          )}
        </Main>
        <Footer />
      </Body>
    </html>
  )
}

const staffTabs: [
  tab: Tab & keyof Dictionary['nav'],
  path: string,
  needs: Parameters<Visit['may']>[0] | null,
][] = [
  ['dashboard', paths.admin, null],
  ['messages', paths.adminQueue, 'desk-messages'],
  ['schedule', paths.adminSchedule, 'appointments'],
  ['patients', paths.adminPatients, 'patients'],
  ['practice', paths.practice, 'settings'],
  ['staff', paths.adminStaff, 'staff'],
]

export const StaffDocument = ({ title, tab, island, passkey, children }: DocumentProps) => {
  const { language, t, visit } = getContext<Env>().var
  return (
    <html lang={language}>
      <Head title={title} inline={false} island={island} passkey={passkey} />
      <Body kind='staff'>
        <header class='top'>
          <div class='in'>
            <Logo to={paths.admin} name={t.nav.staffProduct} />
            {visit.viewer && (
              <nav class='nav' aria-label={t.common.staffNav}>
                <ul>
                  {staffTabs
                    .filter(([, , needs]) => needs === null || visit.may(needs))
                    .map(([name, url]) => (
                      <li>
                        <a href={url} aria-current={name === tab ? 'page' : undefined}>
                          {t.nav[name]}
                        </a>
                      </li>
                    ))}
                </ul>
              </nav>
            )}
            {visit.viewer && <NameMenu name={`${visit.viewer.givenName} ${visit.viewer.familyName}`} />}
          </div>
        </header>
        <Main>{children}</Main>
        <Footer />
      </Body>
    </html>
  )
}
