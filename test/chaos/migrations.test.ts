/** Whatever goes wrong, what is said of a migration in the end is true. A fixed slice in `npm test`; `npm run test:long` runs more. */
import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos.js';

const { CHAOS_SEEDS = '2', CHAOS_SEED = '1', CHAOS_MIGRATIONS = '30', CHAOS_HOSTS = '4' } = process.env;
const SEEDS = Array.from({ length: Number(CHAOS_SEEDS) }, (_, index) => Number(CHAOS_SEED) + index);

describe(`${CHAOS_MIGRATIONS} migrations over ${CHAOS_HOSTS} hosts while connections, answers, jobs and hosts break`, () => {
  it.each(SEEDS)('seed %i: every one ends in a true outcome, and none is started twice', { timeout: 600_000 }, async (seed) => {
    const report = await runChaos({ seed, migrations: Number(CHAOS_MIGRATIONS), hosts: Number(CHAOS_HOSTS) });
    console.log(JSON.stringify(report, null, 1));
    expect(report.lies.join('\n\n')).toBe('');
  });
});
