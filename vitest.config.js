import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // No test asks a KDC of this machine's realm, nor DNS for one; those that need a realm bring their own.
    env: { KRB5_CONFIG: fileURLToPath(new URL('fixtures/kerberos/offline.conf', import.meta.url)) },
  },
});
