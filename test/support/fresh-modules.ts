import { vi } from 'vitest'

// All files share a process, because importing wrangler takes seconds; what is ours is evaluated anew for each.
vi.resetModules()
