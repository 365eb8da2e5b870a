// npm run test:long -- [--scale N] [--seed N]: the fuzz tests with N times the runs of `npm test`, from another seed.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { scale: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Date.now() % 2 ** 31) } } });
console.log(`test:long --scale ${values.scale} --seed ${values.seed}`);
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz', '--testTimeout=0'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SCALE: values.scale, FUZZ_SEED: values.seed },
});
process.exit(status ?? 1);
