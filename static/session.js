// The end of a session, seen from the page. The server decides: a page asks how long is left before it warns or leaves, so
// that nobody at work in another tab is signed out here. Asking is no sign of a person; typing and tapping are.
{
  const idleBox = document.getElementById('still-there')
  const lastBox = document.getElementById('last-minutes')
  const form = idleBox.querySelector('form')
  const action = form.getAttribute('action')
  const whose = new URLSearchParams(new FormData(form))
  const minute = 60_000
  let idleEnd, lastEnd, timer, told, left
  let touchedAt = Date.now()

  const read = (seconds) => {
    ;[idleEnd, lastEnd] = seconds.split(' ').map((each) => Date.now() + each * 1000)
  }
  const ask = async (body) => {
    const answer = await fetch(body ? action : `${action}?${whose}`, {
      method: body ? 'POST' : 'GET',
      body,
      headers: { Accept: 'text/plain' },
    })
    if (!answer.ok) throw answer
    read(await answer.text())
  }
  const rest = () => Math.min(idleEnd, lastEnd) - Date.now()

  /** "2 minutes" or "30 seconds", in the language of the page. */
  const count = (box) => {
    const seconds = Math.ceil(rest() / 10_000) * 10
    const [value, unit] = seconds < 60 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute']
    const format = { style: 'unit', unit, unitDisplay: 'long' }
    box.querySelector('b').textContent = new Intl.NumberFormat(document.documentElement.lang, format).format(
      value
    )
  }

  const act = () => {
    clearTimeout(timer)
    if (rest() <= 0) return leave()
    document.body.style.visibility = ''
    const isLast = lastEnd <= idleEnd
    const early = (isLast ? 10 : 2) * minute
    const isNear = rest() <= early
    if (!isNear || isLast) idleBox.close()
    if (!isNear || !isLast) lastBox.close()
    if (isNear) {
      const box = isLast ? lastBox : idleBox
      count(box)
      if (!box.open && !(isLast && told)) box.showModal()
      told ||= isLast
    }
    timer = setTimeout(look, isNear ? rest() % (minute / 2) || minute / 2 : rest() - early)
  }
  const look = () => {
    if (left) return
    // Waking up after the limit: nobody reads the page while it finds out.
    if (rest() <= 0 && !document.hidden) document.body.style.visibility = 'hidden'
    ask()
      .catch(() => {})
      .then(act)
  }
  const touch = () => {
    touchedAt = Date.now()
    return ask(whose).then(act)
  }

  const secret = '[data-pw], [type=password], [autocomplete=one-time-code]'
  /** What was typed is kept for the account whose session has ended, until it signs in again. */
  const keep = async (each) => {
    const isTyped = ({ type, value, defaultValue }) =>
      type === 'textarea' ? value.trim() : /^(text|email|tel)$/.test(type) && value !== defaultValue
    const fields = [...each.elements].filter((field) => !field.matches(secret))
    if (each.method !== 'post' || !fields.some(isTyped)) return
    const kept = new FormData(each)
    for (const field of each.querySelectorAll(secret)) kept.delete(field.name)
    kept.set('keptPath', each.getAttribute('action'))
    const body = new URLSearchParams(kept)
    // Browsers let only so much outlive its page.
    const keepalive = `${body}`.length < 60_000
    await fetch(idleBox.dataset.keep, { method: 'POST', body, keepalive, redirect: 'manual' })
  }
  const leave = async () => {
    if (left) return
    left = true
    document.body.style.visibility = 'hidden'
    // Where somebody else has signed in meanwhile, nothing is kept: it would be theirs.
    if (lastEnd <= Date.now())
      await Promise.race([
        Promise.allSettled([...document.forms].map(keep)),
        new Promise((resolve) => setTimeout(resolve, 5000)),
      ])
    whose.set('next', location.pathname)
    location.replace(`${action}?${whose}`)
  }

  const stay = (event) => {
    event.preventDefault()
    touch().catch(() => (idleBox.querySelector('.err').textContent = document.body.dataset.failed))
  }
  form.addEventListener('submit', stay)
  idleBox.addEventListener('cancel', stay)
  lastBox.querySelector('[type=button]').addEventListener('click', () => lastBox.close())
  for (const sign of ['keydown', 'input', 'pointerdown'])
    addEventListener(sign, () => {
      if (!left && !idleBox.open && Date.now() - touchedAt > minute) touch().catch(() => {})
    })
  document.addEventListener('visibilitychange', () => document.hidden || look())
  // A page that Back brought up again may have been away for longer than the session.
  addEventListener('pageshow', (event) => event.persisted && look())
  read(idleBox.dataset.ends)
  act()
}
