// Contenders against one another: each in a process of its own, one at a time, in rounds.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { env as environment } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/**
 * Warms every contender up, then has them run in turn, round after round.
 *
 * @param contenders - each has a `name`, a `module` (a file name in contenders/) or a `command` (a program and its arguments, with `env`),
 *   `options` for that, `calls` of one run, `warmUp` calls before the first (default: as many), and perhaps `fresh`: a new process
 *   for each round, without a warm-up
 * @param options.memory - whether to measure memory, and not CPU; default false
 * @param options.afterRun - called after each run, warming up too; what it resolves to goes with what the run took
 * @returns for each name what each round took; see child.mjs
 */
export async function compete(contenders, { rounds, memory = false, afterRun = () => ({}) }) {
  const results = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  const lasting = contenders.filter(({ fresh }) => fresh !== true);
  const running = new Map();
  try {
    for (const contender of lasting) {
      running.set(contender, await start(contender));
      await run(running.get(contender), contender.warmUp ?? contender.calls, memory);
      await afterRun();
    }
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const child = running.get(contender) ?? (await start(contender));
        const took = await run(child, contender.calls, memory);
        results[contender.name].push({ ...took, ...(await afterRun()) });
        if (!running.has(contender)) child.stop();
      }
    }
  } finally {
    for (const { stop } of running.values()) stop();
  }
  return results;
}

async function start({ name, module, command, env, options }) {
  const child = command === undefined ? forked(module, options) : spawned(command, env, options);
  const died = new Promise((_, reject) => {
    child.process.once('error', reject);
    child.process.once('exit', (code, signal) => reject(new Error(`${name} ended with ${signal ?? `status ${code}`}`)));
  });
  died.catch(() => undefined);
  const answer = () => Promise.race([child.answer(), died]);
  await answer();
  return { ...child, answer };
}

/** A contender of this package; see child.mjs. */
function forked(module, options) {
  const url = new URL(`../contenders/${module}`, import.meta.url).href;
  const process = fork(CHILD, [url, JSON.stringify(options)], { stdio: 'inherit', execArgv: ['--expose-gc'] });
  return {
    process,
    ask: (calls, memory) => process.send({ calls, memory }),
    answer: async () => (await once(process, 'message'))[0],
    stop: () => process.connected && process.disconnect(),
  };
}

/** One in another language: it takes numbers of calls by line, and answers by line, at first when it is ready, then with JSON. */
function spawned([file, ...args], env, options) {
  const process = spawn(file, [...args, JSON.stringify(options)], { env: { ...environment, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  return {
    process,
    ask: (calls) => process.stdin.write(`${calls}\n`),
    answer: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file} ended without an answer`);
      return value.startsWith('{') ? JSON.parse(value) : value;
    },
    stop: () => process.stdin.end(),
  };
}

function run({ ask, answer }, calls, memory) {
  ask(calls, memory);
  return answer();
}
