import type { Tab } from '../web/page.tsx'

const drawings: Record<'home' | 'messages' | 'appointments' | 'labs' | 'resources', string> = {
  home: 'M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z',
  messages: 'M6 4h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-6l-5 4v-4H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  appointments:
    'M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM4 11h16M8 3v5M16 3v5',
  labs: 'M9 3h6m-5 0v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7 15h10',
  resources: 'M12 7C10 5 7 5 4 5v13c3 0 6 0 8 2 2-2 5-2 8-2V5c-3 0-6 0-8 2zM12 7v13',
}

/** A drawing beside a word; never instead of one. It has a size of its own, for when the style sheet does not arrive. */
export const Icon = ({ name }: { name: Extract<Tab, keyof typeof drawings> }) => (
  <svg class='ic' viewBox='0 0 24 24' width='24' height='24' aria-hidden='true'>
    <path d={drawings[name]} />
  </svg>
)

export const Mark = () => (
  <svg viewBox='0 0 32 32' width='28' height='28' aria-hidden='true'>
    <path d='M26 8a13 13 0 1 0 0 16' />
    <circle cx='19' cy='16' r='5' />
  </svg>
)
