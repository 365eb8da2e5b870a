// One contender in a process of its own: node's fork with the contender's module and its options in JSON.
//
// The module exports `open(options)`, which gives `run(calls)` and perhaps `close()`. Each message `{ calls, memory }` runs it once, and is
// answered with what that took: CPU and wall time in microseconds, and the figures `run` gives itself; with `memory` the greatest resident
// size in bytes, too. Memory is measured in runs of its own: after a collection V8 has much to compile anew, which would count as CPU.
import { performance } from 'node:perf_hooks';
import { startPeak } from './peak.mjs';

const [module, options] = process.argv.slice(2);
const { run, close } = await (await import(module)).open(JSON.parse(options));
process.send('ready');

process.on('message', async ({ calls, memory }) => {
  // What an earlier run left behind is not this one's.
  if (memory) globalThis.gc?.();
  const peak = memory ? startPeak() : null;
  const usage = process.cpuUsage();
  const started = performance.now();
  const figures = (await run(calls)) ?? {};
  const wall = (performance.now() - started) * 1000;
  const { user, system } = process.cpuUsage(usage);
  process.send({ cpu: user + system, wall, ...(peak === null ? {} : { peak: peak.stop() }), ...figures });
});
process.once('disconnect', async () => {
  await close?.();
  process.exit();
});
