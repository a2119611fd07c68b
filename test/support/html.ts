/** A page as a test looks at it. */
export type Page = {
  title: string
  headings: string[]
  /** The level of each heading, in order. */
  outline: number[]
  /** Regions someone who listens can go to, and what each is called by. */
  landmarks: { tag: string; name: string }[]
  ids: string[]
  /** The words of what has a color of its own. What scripts fill in when something breaks is not among them. */
  colored: string[]
  /** Fields a person fills in, and what names each. */
  fields: {
    tag: string
    name: string
    type: string
    id: string
    labelled: boolean
    form: number
    autocomplete: string
    inputmode: string
  }[]
  forms: { method: string; action: string; fields: { name: string; type: string; value: string }[] }[]
  scripts: { src: string; nonce: string; integrity: string; inline: string }[]
  styles: number
  stylesheets: string[]
  /** Every href, src, action and formaction. */
  links: { tag: string; url: string }[]
  /** Attributes that would run or style something. */
  unsafe: string[]
  text: string
}

/** Reads a page with the parser of the runtime itself. */
export async function readPage(html: string): Promise<Page> {
  const page: Page = {
    title: '',
    headings: [],
    outline: [],
    landmarks: [],
    ids: [],
    colored: [],
    fields: [],
    forms: [],
    scripts: [],
    styles: 0,
    stylesheets: [],
    links: [],
    unsafe: [],
    text: '',
  }
  const labelled = new Set<string>()
  let depthOfLabel = 0
  let skipText = 0
  const attribute = (element: Element, name: string) => element.getAttribute(name) ?? ''
  await new HTMLRewriter()
    .on('title', {
      text({ text }) {
        page.title += text
      },
    })
    .on('h1', {
      element: () => void page.headings.push(''),
      text({ text }) {
        page.headings.push((page.headings.pop() ?? '') + text)
      },
    })
    .on('h1, h2, h3, h4, h5, h6', {
      element: (element) => void page.outline.push(Number(element.tagName.slice(1))),
    })
    .on('body > header, main, nav, aside, body > footer, section[aria-labelledby], section[aria-label]', {
      element: (element) =>
        void page.landmarks.push({
          tag: element.tagName,
          name: attribute(element, 'aria-label') || attribute(element, 'aria-labelledby'),
        }),
    })
    .on('*', {
      element(element) {
        const tag = element.tagName
        for (const [name, value] of element.attributes) {
          if (name === undefined || value === undefined) continue
          if (name === 'id') page.ids.push(value)
          if (/^on/.test(name) || name === 'style' || /^hx-on|^data-hx-on/.test(name))
            page.unsafe.push(`${tag} ${name}`)
          if (/^\s*(javascript|data|vbscript|js):/i.test(value)) page.unsafe.push(`${tag} ${name}=${value}`)
          if (['href', 'src', 'action', 'formaction'].includes(name)) page.links.push({ tag, url: value })
        }
      },
    })
    .on('.tag, .note, .count, .err:not([role=alert])', {
      element: () => void page.colored.push(''),
      text({ text }) {
        page.colored.push((page.colored.pop() ?? '') + text)
      },
    })
    .on('label', {
      element(element) {
        labelled.add(attribute(element, 'for'))
        depthOfLabel++
        element.onEndTag(() => void depthOfLabel--)
      },
    })
    .on('form', {
      element(element) {
        page.forms.push({
          method: attribute(element, 'method'),
          action: attribute(element, 'action'),
          fields: [],
        })
      },
    })
    .on('input, textarea, select', {
      element(element) {
        const type = attribute(element, 'type') || element.tagName
        const name = attribute(element, 'name')
        page.forms.at(-1)?.fields.push({ name, type, value: attribute(element, 'value') })
        if (type === 'hidden') return
        page.fields.push({
          tag: element.tagName,
          name,
          type,
          id: attribute(element, 'id'),
          labelled: depthOfLabel > 0 || element.hasAttribute('aria-label'),
          form: page.forms.length - 1,
          autocomplete: attribute(element, 'autocomplete'),
          inputmode: attribute(element, 'inputmode'),
        })
      },
    })
    .on('script', {
      element(element) {
        page.scripts.push({
          src: attribute(element, 'src'),
          nonce: attribute(element, 'nonce'),
          integrity: attribute(element, 'integrity'),
          inline: '',
        })
      },
      text({ text }) {
        const script = page.scripts.at(-1)
        if (script) script.inline += text
      },
    })
    .on('style', { element: () => void page.styles++ })
    .on('link[rel=stylesheet]', {
      element: (element) => void page.stylesheets.push(attribute(element, 'href')),
    })
    .on('script, style, title', {
      element(element) {
        skipText++
        element.onEndTag(() => void skipText--)
      },
    })
    .onDocument({
      text({ text }) {
        if (skipText === 0) page.text += text
      },
    })
    .transform(new Response(html))
    .arrayBuffer()
  for (const field of page.fields) field.labelled ||= labelled.has(field.id)
  page.title = unescaped(page.title)
  page.links = page.links.map(({ tag, url }) => ({ tag, url: unescaped(url) }))
  page.forms = page.forms.map((form) => ({ ...form, action: unescaped(form.action) }))
  return page
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
export const unescaped = (html: string) =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
