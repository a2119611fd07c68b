import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts', 'test/node/**/*.test.ts'],
    fileParallelism: false,
    isolate: false,
    setupFiles: ['./test/support/fresh-modules.ts'],
    globalSetup: ['./test/support/demo-folder.ts'],
    silent: 'passed-only',
    hookTimeout: 120_000,
    testTimeout: 60_000,
  },
})
