// Asks the browser for a passkey and sends its answer with the form. A page says what else works where this cannot.
const kit = window.PublicKeyCredential
let asking

async function ask(form, mediation) {
  asking?.abort()
  asking = new AbortController()
  const { signal } = asking
  const options = JSON.parse(form.dataset.passkey)
  try {
    form.elements.answer.value = JSON.stringify(
      options.user
        ? await navigator.credentials.create({ publicKey: kit.parseCreationOptionsFromJSON(options), signal })
        : await navigator.credentials.get({
            publicKey: kit.parseRequestOptionsFromJSON(options),
            signal,
            mediation,
          })
    )
    form.submit()
  } catch ({ name }) {
    if (mediation || signal.aborted) return
    const alert = form.querySelector('[role=alert]')
    alert.hidden = false
    alert.textContent = name === 'InvalidStateError' ? form.dataset.twice : form.dataset.failed
  }
}

const offer = () => {
  if (!kit?.parseRequestOptionsFromJSON) return
  for (const note of document.querySelectorAll('[data-no-passkey]')) note.hidden = true
  for (const form of document.querySelectorAll('[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      ask(form)
    })
    // The passkeys of this device, offered while the address is typed.
    if ('autofill' in form.dataset)
      kit.isConditionalMediationAvailable?.().then((can) => can && ask(form, 'conditional'))
  }
}
offer()
// A form that was refused came into the page anew.
addEventListener('arrived', offer)
