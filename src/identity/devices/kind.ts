import type { Dictionary } from '../../i18n/text.ts'

/** What a browser says it is, in names people know; undefined where it says nothing we know. */
export type Kind = { browser: string | undefined; system: string | undefined }

/** In this order: most browsers also claim to be Chrome and Safari, so those come last. */
const browsers: [name: string, sign: RegExp][] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\b(OPR|OPiOS|OPT|Opera)[/ ]/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['DuckDuckGo', /\b(DuckDuckGo|Ddg)\//],
  ['Vivaldi', /\bVivaldi\//],
  ['Silk', /\bSilk\//],
  ['Facebook', /\b(FBAN|FBAV|FB_IAB)\//],
  ['Google', /\bGSA\//],
  ['Firefox', /\b(Firefox|FxiOS|Focus)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bVersion\/[\d.]+ .*Safari\//],
]

/** A phone or tablet before the system it is built on. */
const systems: [name: string, sign: RegExp][] = [
  ['iPhone', /\biPhone\b|\biPod\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Chromebook', /\bCrOS\b/],
  ['Mac', /\bMacintosh\b|\bMac OS X\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
]

/** Names from our own lists alone: whatever else a User-Agent holds is never shown to anyone. */
export function kindOf(userAgent: string | null): Kind {
  const first = (known: [string, RegExp][]) => known.find(([, sign]) => sign.test(userAgent ?? ''))?.[0]
  return { browser: first(browsers), system: first(systems) }
}

function inWords({ browser, system }: Kind, t: Dictionary['devices']) {
  if (browser && system) return t.on(browser, system)
  return browser ?? (system ? t.someBrowserOn(system) : t.unknown)
}

/** "Chrome on Android"; "A web browser" for what we do not know. */
export const nameOf = (userAgent: string | null, t: Dictionary['devices']) => inWords(kindOf(userAgent), t)

/** The same to be kept, in no language: `Chrome/Android`. Null for what we do not know. */
export function deviceOf(userAgent: string | null) {
  const { browser, system } = kindOf(userAgent)
  return browser || system ? `${browser ?? ''}/${system ?? ''}` : null
}

/** What was kept, in words: "Chrome on Android". */
export function deviceInWords(device: string, t: Dictionary['devices']) {
  const [browser, system] = device.split('/')
  return inWords({ browser: browser || undefined, system: system || undefined }, t)
}
