import { defineConfig } from 'vitest/config';

const common = { environment: 'node' as const, testTimeout: 120_000, hookTimeout: 180_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'src',
          include: ['test/{core,main,shared,cli,renderer,lint,token-host,preload,phone}/**/*.test.{ts,tsx}'],
          setupFiles: ['test/setup/boringssl.ts'],
        },
      },
      {
        test: { ...common, name: 'backend', include: ['test/{backend,scripts}/**/*.test.ts'] },
      },
      {
        test: {
          ...common,
          name: 'interop',
          include: ['test/{interop,faults}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
