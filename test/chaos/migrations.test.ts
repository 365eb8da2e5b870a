/** Whatever goes wrong, what is said of a migration in the end is true. A fixed slice in `npm test`; `npm run test:long` runs more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos.js';

const { CHAOS_SEEDS, CHAOS_SEED = '1', CHAOS_MIGRATIONS = '30', CHAOS_HOSTS = '4' } = process.env;
const SEEDS = Array.from({ length: Number(CHAOS_SEEDS ?? 2) }, (_, index) => Number(CHAOS_SEED) + index);
const SIZE = { migrations: Number(CHAOS_MIGRATIONS), hosts: Number(CHAOS_HOSTS) };
/** A logon that is refused, or a network that never settles, leaves it unknown; so does a computer that is too busy to answer. */
const LARGEST_UNKNOWN_SHARE = 0.2;
const SLOWEST_RUN_MS = 600_000;

/** What keeps a process alive beside what was there before: sockets, servers, timers. */
function resourcesSince(before: readonly string[]): readonly string[] {
  const left = process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Timeout)/.test(name));
  for (const name of before.filter((one) => left.includes(one))) left.splice(left.indexOf(name), 1);
  return left;
}

describe(`${SIZE.migrations} migrations over ${SIZE.hosts} hosts while connections, answers, jobs and hosts break`, () => {
  it.each(SEEDS)('seed %i: every one ends in a true outcome, none is started twice, and nothing is left', { timeout: SLOWEST_RUN_MS }, async (seed) => {
    const before = process.getActiveResourcesInfo();
    const report = await runChaos({ seed, ...SIZE });
    if (CHAOS_SEEDS !== undefined) console.log(JSON.stringify(report));
    expect(report.lies.join('\n\n')).toBe('');
    expect(report.unknown.length).toBeLessThanOrEqual(SIZE.migrations * LARGEST_UNKNOWN_SHARE);
    expect(report.claims.succeeded).toBeGreaterThan(0);
    expect(report.ends.running).toBeUndefined();
    // An enumeration stays open when the answer that names it was lost, or that of its Release.
    const lost = Object.entries(report.mischief).filter(([kind]) => kind !== 'reboot' && !kind.endsWith('delay'));
    expect(report.openEnumerations).toBeLessThanOrEqual(lost.reduce((sum, [, times]) => sum + times, 0));
    for (let waits = 0; resourcesSince(before).length > 0 && waits < 100; waits++) await sleep(50);
    expect(resourcesSince(before)).toEqual([]);
  });
});
