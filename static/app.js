// What pages gain from JavaScript. Every one of them works without this file.
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
const fail = () => say(words.failed, 'afloat')

const reveal = () => {
  for (const button of document.querySelectorAll('[data-show]')) button.hidden = false
}
reveal()

let pressed
addEventListener('pointerdown', (event) => (pressed = event.target))

addEventListener('click', (event) => {
  const button = event.target.closest('[data-show]')
  if (button) {
    const input = document.getElementById(button.dataset.show)
    const shown = input.type === 'password'
    input.type = shown ? 'text' : 'password'
    button.firstChild.data = shown ? button.dataset.hide : button.dataset.see
    say(shown ? button.dataset.shown : button.dataset.hidden)
  }
  // The window closes by its link and by a click beside it, but not by a drag that ends there.
  const box = find('#window[open]')
  if (box && (event.target.closest('[data-close]') || (event.target === box && pressed === box))) {
    event.preventDefault()
    box.close()
  }
  for (const menu of document.querySelectorAll('.menu[open]'))
    if (!menu.contains(event.target)) menu.open = false
})

addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && find('.menu[open]')
  if (menu) {
    menu.open = false
    find('summary', menu).focus()
  }
})

// A shown password goes out hidden; a second tap on a form that is on its way does nothing.
addEventListener('submit', (event) => {
  const form = event.target
  for (const input of form.querySelectorAll('[data-pw]')) input.type = 'password'
  if (event.defaultPrevented) return
  // Off the line, leaving the page would lose what was typed.
  if (!navigator.onLine) {
    event.preventDefault()
    return fail()
  }
  if (form.dataset.sent) return event.preventDefault()
  wait()
  form.dataset.sent = 'yes'
  setTimeout(() => delete form.dataset.sent, 8000)
})

// A page that looks for news by itself does so without a flicker, and only while someone can see it.
addEventListener('htmx:before:request', (event) => {
  const { request, target } = event.detail.ctx
  if (tell(event, 'sending')) return
  if (request.headers['HX-Poll']) {
    if (document.hidden) event.preventDefault()
    return
  }
  // What is busy is not read out, and a draft is saved without ado.
  if (target?.matches('[role=status]')) return
  target?.setAttribute('aria-busy', 'true')
  wait()
})
addEventListener('htmx:finally:request', (event) => {
  event.detail.ctx.target?.removeAttribute('aria-busy')
  arrive()
})

// How a file on its way is doing stands where it was chosen.
const tell = ({ detail: { ctx } }, what) => {
  const place = ctx.sourceElement.closest('[data-sending]')
  if (place) find('[role=status]', place).textContent = place.dataset[what]
  return place
}
const failed = (event) => tell(event, 'broken') || fail()
addEventListener('htmx:error', failed)
addEventListener('htmx:response:error', (event) => {
  const { status } = event.detail.ctx.response
  if (status === 413) tell(event, 'large')
  else if (status > 499) failed(event)
})

// What is fetched into a window opens it; closing forgets what was typed and goes back to the link.
addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  reveal()
  // A file that has arrived, or never will, is not sent once more with the message.
  if (ctx.sourceElement.type === 'file') ctx.sourceElement.value = ''
  const box = ctx.target
  if (!box?.showModal || box.open) return
  box.showModal()
  find('h1', box)?.focus()
  box.onclose = () => {
    box.replaceChildren()
    ctx.sourceElement.focus()
  }
})

// A page taken from the back-forward cache may belong to someone who has signed out.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  if ('signedIn' in document.body.dataset) location.reload()
  arrive()
  for (const form of document.forms) delete form.dataset.sent
})
