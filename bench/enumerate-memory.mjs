// node bench/enumerate-memory.mjs [--count 100000]: what an enumeration of very many instances takes, after `npm run build`.
//
// Server and clients are processes of their own, so that the memory is that of the client alone. Exit status 1 when items are
// missing, or when a consumer that leaves early is not followed by exactly one Release and no Pull.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MIB = 1024 * 1024;
/** How much the process should grow at most. */
const TARGET_MIB = 60;
const EARLY = 10;

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' } } });
const count = Number(values.count);
const failures = [];

await enumerate(`all ${count}`, Infinity, 'nothing');
await enumerate(`all ${count}, keeping one property of each`, Infinity, 'names');
const { pulls, releases } = await enumerate(`the first ${EARLY}`, EARLY, 'nothing');
if (releases !== 1) failures.push(`a consumer that left after ${EARLY} items was followed by ${releases} Release`);
if (pulls !== 0) failures.push(`a consumer that left after ${EARLY} items was followed by ${pulls} Pull`);

for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);

/** Runs one client against a new server and tells what it took. */
async function enumerate(what, take, keep) {
  const server = start('page-server.mjs', count);
  const [{ port }] = await once(server, 'message');
  const client = start('enumerate-client.mjs', `http://127.0.0.1:${port}/wsman`, take, keep);
  const [took] = await once(client, 'message');
  server.send('report');
  const [asked] = await once(server, 'message');
  server.kill();

  const growth = (took.peak - took.before) / MIB;
  console.log(`${what}: ${took.items} items in ${(took.milliseconds / 1000).toFixed(1)} s, ${Math.round((took.items / took.milliseconds) * 1000)} a second`);
  console.log(`  asked for: ${asked.enumerates} Enumerate, ${asked.pulls} Pull, ${asked.releases} Release`);
  console.log(`  memory: ${(took.before / MIB).toFixed(0)} MiB before, ${(took.peak / MIB).toFixed(0)} MiB at most: grown by ${growth.toFixed(1)} MiB, ${growth > TARGET_MIB ? 'above' : 'within'} the target of ${TARGET_MIB}`);
  if (took.items !== Math.min(take, count)) failures.push(`${what}: ${took.items} items came`);
  return asked;
}

function start(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args.map(String), { stdio: 'inherit' });
  child.once('exit', (code, signal) => {
    if (code !== 0 && signal === null) process.exit(1);
  });
  return child;
}
