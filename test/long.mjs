// npm run test:long -- [--scale N] [--seed N] [--chaos-seeds N] [--chaos-migrations N] [--chaos-hosts N]: the fuzz tests and the
// comparison of XML readers, with N times the runs of `npm test` (10,000 documents for the readers), from another seed; then
// migrations while everything breaks, with so many seeds from that one on.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: {
    scale: text('50'),
    seed: text(String(Date.now() % 2 ** 31)),
    'chaos-seeds': text('20'),
    'chaos-migrations': text('200'),
    'chaos-hosts': text('8'),
  },
});
console.log(`test:long ${Object.entries(values).map(([name, value]) => `--${name} ${value}`).join(' ')}`);

const { scale, seed, 'chaos-seeds': seeds, 'chaos-migrations': migrations, 'chaos-hosts': hosts } = values;
const passed = [
  Number(scale) === 0 || vitest(['test/fuzz', 'test/xml/differential', '--testTimeout=0'], { FUZZ_SCALE: scale, FUZZ_SEED: seed }),
  Number(seeds) === 0 || vitest(['test/chaos'], { CHAOS_SEEDS: seeds, CHAOS_SEED: seed, CHAOS_MIGRATIONS: migrations, CHAOS_HOSTS: hosts }),
];
process.exit(passed.every(Boolean) ? 0 : 1);

function vitest(args, env) {
  return spawnSync('npx', ['vitest', 'run', ...args], { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}
