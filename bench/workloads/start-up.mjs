// From the start of a process to the first answer, and what importing costs. Every run is a new process.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { INSTANCE_ID } from '../contenders/get-error.mjs';
import { waysTo } from '../lib/server.mjs';
import { perRound, spread } from '../lib/statistics.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT_MODULES = new URL('../lib/count-modules.mjs', import.meta.url).href;
const NOTHING = 'node -e 0';
const CLASS_OF_SCHEMA = "const { loadSchema } = await import('hyperv-wsman'); (await loadSchema()).classInfo('Msvm_MigrationJob');";

/** @param bench - see main.mjs */
export async function run({ server, rounds, quick }) {
  const { ntlm } = waysTo(server);
  const getError = ['dist/cli/main.js', 'get-error', INSTANCE_ID, '--url', ntlm.url];
  const evaluate = (code) => ['--input-type=module', '-e', code];
  const starts = {
    [NOTHING]: ['-e', '0'],
    'get-error, no authentication': [...getError, '--auth', 'none', '--allow-insecure', 'none'],
    'get-error, NTLM': [...getError, '--auth', 'ntlm', '--username', ntlm.auth.username],
    'import an empty module': evaluate(''),
    "import 'hyperv-wsman'": evaluate("await import('hyperv-wsman')"),
    "import 'hyperv-wsman/testing'": evaluate("await import('hyperv-wsman/testing')"),
    'import, and one class of the schema': evaluate(CLASS_OF_SCHEMA),
  };
  const env = { ...process.env, HYPERV_WSMAN_PASSWORD: ntlm.auth.password };
  const results = Object.fromEntries(Object.keys(starts).map((name) => [name, []]));
  // One start is short, and what else the machine does weighs much.
  for (let round = 0; round < (quick ? rounds : rounds * 4); round++) {
    for (const [name, args] of Object.entries(starts)) results[name].push({ wall: timeOf(args, env) });
  }
  const timesNothing = (name) => perRound(results, (round) => round[name].wall / round[NOTHING].wall);
  const figures = Object.entries(starts).map(([name, args]) => ({
    what: name,
    'wall ms': spread(results[name].map(({ wall }) => wall)),
    [`x ${NOTHING}`]: timesNothing(name),
    modules: spread([modulesOf(args, env)]),
  }));
  const target = (name) => ({ what: `${name}: wall against ${NOTHING}`, value: timesNothing(name), must: 4, aim: 2.5, unit: ' x' });
  return { figures, targets: [target('get-error, no authentication'), target('get-error, NTLM')] };
}

function timeOf(args, env) {
  const started = performance.now();
  start(args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return performance.now() - started;
}

function modulesOf(args, env) {
  const { output } = start(['--import', COUNT_MODULES, ...args], { env, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  return Number(output[3].toString());
}

function start(args, options) {
  const ended = spawnSync(process.execPath, args, { ...options, cwd: ROOT });
  if (ended.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${ended.signal ?? `status ${ended.status}`}`);
  return ended;
}
