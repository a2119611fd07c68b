// What pages gain from JavaScript. Every one of them works without this file. static/island.js adds to it.
const find = (selector, root = document) => root.querySelector(selector)
const live = find('#live')
const words = document.body.dataset
const put = (text, look) => {
  // What is outside an open window is not read out.
  ;(find('dialog[open]') ?? document.body).append(live)
  live.className = look
  live.textContent = text
}
const say = (text, look = 'vh') => {
  if (!text) return
  put('', look)
  setTimeout(put, 50, text, look)
}

// Nobody waits in the dark: what takes longer than a moment says so where it can be seen.
let slow
const wait = () => (slow = setTimeout(put, 400, words.slow, 'afloat'))
const arrive = () => {
  clearTimeout(slow)
  if (live.textContent === words.slow) put('', 'vh')
}
const fail = () => {
  clearTimeout(slow)
  say(words.failed, 'afloat')
}

const reveal = () => {
  for (const button of document.querySelectorAll('[data-show]')) button.hidden = false
}
reveal()

addEventListener('click', (event) => {
  const button = event.target.closest('[data-show]')
  if (button) {
    const input = document.getElementById(button.dataset.show)
    const shown = input.type === 'password'
    input.type = shown ? 'text' : 'password'
    button.firstChild.data = shown ? button.dataset.hide : button.dataset.see
    say(shown ? button.dataset.shown : button.dataset.hidden)
  }
  for (const menu of document.querySelectorAll('.menu[open]'))
    if (!menu.contains(event.target)) menu.open = false
  // What is saved, and so says its type, leaves the page as it is.
  const link = event.target.closest('a[href]:not([target], [type])')
  if (link?.origin !== location.origin || link.hash || event.ctrlKey || event.metaKey || event.shiftKey)
    return
  if (!event.defaultPrevented) leave(event)
})

addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && find('.menu[open]')
  if (menu) {
    menu.open = false
    find('summary', menu).focus()
  }
})

// Off the line, leaving the page would lose what was typed.
const leave = (event) => {
  if (navigator.onLine) return wait()
  event.preventDefault()
  fail()
}

// A shown password goes out hidden; a second tap on a form that is on its way does nothing.
addEventListener('submit', (event) => {
  const form = event.target
  for (const input of form.querySelectorAll('[data-pw]')) input.type = 'password'
  if (form.dataset.sent) event.preventDefault()
  if (event.defaultPrevented || !leave(event)) return
  form.dataset.sent = 'yes'
  // No cookie has this mark: Back brings the page anew.
  words.page = '!'
  setTimeout(forget, 8000, form)
  if (form.method === 'get' || !find('input,select,textarea', form)) return
  event.preventDefault()
  send(form, event.submitter).catch(() => {
    forget(form)
    fail()
  })
})
const forget = (form) => delete form.dataset.sent

// The page stays while a form is on its way: when the line breaks, what was typed is still here and the same button sends it.
const send = async (form, button) => {
  const data = new FormData(form)
  if (button?.name) data.append(button.name, button.value)
  const answer = await fetch(button?.getAttribute('formaction') ?? form.getAttribute('action'), {
    method: 'post',
    body: form.enctype[0] === 'm' ? data : new URLSearchParams(data),
    headers: { 'Sent-By': 'page' },
  })
  const to = answer.headers.get('HX-Redirect')
  if (to) {
    location.assign(to)
    // Another part of the same page is no other page.
    return to.endsWith(location.hash || ' ') && location.reload()
  }
  if (answer.status > 499) throw 0
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  // Who is signed out meanwhile is not shown what stands around the form.
  const part = page.body.className === document.body.className ? 'main' : 'body'
  const whole = find(part)
  // What says only why it was not taken stands above what was typed.
  const why = part === 'main' && find('#system', page)
  find('#system')?.remove()
  if (why) whole.prepend(why)
  else whole.replaceWith(find(part, page))
  forget(form)
  document.title = page.title
  arrive()
  if (why) fail()
  reveal()
  scrollTo(0, 0)
  ;(find('[autofocus]') ?? find('main')).focus()
  dispatchEvent(new Event('arrived'))
}

// A page that Back brings up again is shown at once, unless it sent something or its session has ended in this browser.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  if (words.page && !document.cookie.includes(words.page)) {
    document.body.hidden = true
    location.reload()
  }
  arrive()
  ;[...document.forms].map(forget)
})
