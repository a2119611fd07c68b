// Parts of a page that htmx fetches: what is on its way says so, and what breaks off keeps what was typed. Stands on static/app.js.

// The window closes by its link and by a click beside it, but not by a drag that ends there.
let pressed
addEventListener('pointerdown', (event) => (pressed = event.target))
addEventListener('click', (event) => {
  const box = find('#window[open]')
  if (box && (event.target.closest('[data-close]') || (event.target === box && pressed === box))) {
    event.preventDefault()
    box.close()
  }
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

// A part that static/app.js put into the page has parts of its own.
addEventListener('arrived', () => htmx.process(find('main')))
