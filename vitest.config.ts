import { existsSync } from 'node:fs'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const standIns = ['./test/support/resend-server.ts', './test/support/range-server.ts']

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        // A queue without a consumer: tests deliver when they mean to, not whenever the runtime gets to it.
        queueProducers: { OUTBOX: { queueName: 'nobody-listens' } },
        // A whole suite is one network at one address: tests of the shield bring their own.
        ratelimits: { SIGN_IN_SHIELD: { namespace_id: 'tests', simple: { limit: 1_000_000, period: 60 } } },
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations('migrations'),
          ENVIRONMENT: 'test',
          APP_ORIGIN: 'https://portal.test',
          TOKEN_KEY: 'dGVzdHMgc2lnbiB3aXRoIHRoaXMga2V5LCBvbmx5IHQ=',
          RESEND_WEBHOOK_SECRET: 'whsec_cmVwb3J0cyBvZiB0ZXN0cyBhcmUgc2lnbmVkIHdpdGg=',
        },
      },
    }),
  ],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/browser/**', 'test/node/**', 'test/bench/**'],
    setupFiles: ['./test/support/migrate.ts'],
    globalSetup: standIns.filter((path) => existsSync(path)),
    // One runtime for the whole suite: a fresh one per file costs seconds each. `seed` gives every test clean data instead.
    silent: 'passed-only' as const,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    isolate: false,
    maxWorkers: 1,
  },
}))
