// What pages gain from JavaScript. Every one of them works without this file.
const find = (selector, root = document) => root.querySelector(selector)
const live = find('#live')
const say = (text) => {
  if (!live || !text) return
  const place = find('dialog[open]') ?? document.body
  // What is outside an open window is not read out.
  place.append(live)
  live.textContent = ''
  setTimeout(() => (live.textContent = text), 50)
}

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
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = 'yes'
  setTimeout(() => delete form.dataset.sent, 8000)
})

// A page that looks for news by itself does so without a flicker, and only while someone can see it.
addEventListener('htmx:before:request', (event) => {
  const { request, target } = event.detail.ctx
  if (tell(event, 'sending')) return
  // What is busy is not read out.
  if (!request.headers['HX-Poll'])
    target?.matches('[role=status]') || target?.setAttribute('aria-busy', 'true')
  else if (document.hidden) event.preventDefault()
})
addEventListener('htmx:finally:request', (event) => event.detail.ctx.target?.removeAttribute('aria-busy'))

// How a file on its way is doing stands where it was chosen.
const tell = ({ detail: { ctx } }, what) => {
  const place = ctx.sourceElement.closest('[data-sending]')
  if (place) find('[role=status]', place).textContent = place.dataset[what]
  return place
}
const failed = (event) => tell(event, 'broken') || say(document.body.dataset.failed)
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
  for (const form of document.forms) delete form.dataset.sent
})
