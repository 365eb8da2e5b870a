// A worker: takes migrations from the queue, starts and follows them. Run as many as you like, on as many machines as you
// like. End it as you please, with kill -9 too: another worker goes on.
//   HYPERV_USER='EXAMPLE\ops' HYPERV_PASSWORD=... REDIS_URL=redis://queue.example:6379 node worker.js
import { performance } from 'node:perf_hooks';
import { UnrecoverableError, Worker } from 'bullmq';
import { AuthError, HyperVHost } from 'hyperv-wsman';
import { Redis } from 'ioredis';
import { migrate } from './migrate.js';
import { CONCURRENCY, KEPT_MS, LOCK_MS, QUEUE, SETTLE_MS, connection } from './settings.js';

/** Replaces the data of a job, if its lock (KEYS[1]) is still held with this token (ARGV[1]): in one step, so that nobody takes over in between. */
const STORE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'data', ARGV[2])
return 1`;

const TAKEN = 'Another worker may have this job by now';

const { HYPERV_USER = '', HYPERV_PASSWORD = '', HYPERV_HOSTS = '{}' } = process.env;

/**
 * The URLs of hosts that are not https://NAME.
 * @type {Record<string, string>}
 */
const urls = JSON.parse(HYPERV_HOSTS);
/** @type {Map<string, HyperVHost>} */
const hosts = new Map();

/** @param {string} name - as the other hosts call it */
function hostNamed(name) {
  const host = hosts.get(name) ?? new HyperVHost({ url: urls[name] ?? `https://${name}`, name, auth: { type: 'ntlm', username: HYPERV_USER, password: HYPERV_PASSWORD } });
  hosts.set(name, host);
  return host;
}

/**
 * Carries one job of the queue to its outcome. Its data is the order and the record: `{ machine, from, to, intent, reference }`.
 *
 * @param {import('bullmq').Job} job
 * @param {string} [token] - with which this worker holds the job
 */
async function carryOut(job, token = '') {
  const { machine, from, to, ...record } = job.data;

  // While the lock holds no other worker has the job. One that was frozen, and comes to itself when another has taken
  // over, finds that out here, before it starts anything.
  const hold = async () => {
    const asked = performance.now();
    const held = await job.extendLock(token, LOCK_MS);
    const leftMs = Math.floor(LOCK_MS / 2 - (performance.now() - asked));
    if (held !== 1 || leftMs <= 0) throw new Error(TAKEN);
    return leftMs;
  };

  // BullMQ's own updateData() asks for no lock: it would let a worker that was frozen overwrite what its successor stored.
  /** @param {import('./migrate.js').MigrationRecord} stored */
  const store = async (stored) => {
    const key = worker.toKey(String(job.id));
    const isStored = await redis.eval(STORE, 2, `${key}:lock`, key, token, JSON.stringify({ machine, from, to, ...stored }));
    if (isStored !== 1) throw new Error(TAKEN);
  };

  try {
    return await migrate({
      source: hostNamed(from),
      destination: hostNamed(to),
      machine,
      record,
      store,
      hold,
      settleMs: SETTLE_MS,
      keptMs: KEPT_MS,
      tell: (news) => console.log(`${machine} ${news}`),
    });
  } catch (error) {
    console.error(`${machine}: ${error instanceof Error ? error.message : error}`);
    // A password that is wrong stays wrong, and trying it again locks the account.
    if (error instanceof AuthError) throw new UnrecoverableError(error.message);
    throw error;
  }
}

const { url, ...options } = connection;
const redis = new Redis(url, options);
redis.on('error', (error) => console.error(error.message));
const worker = new Worker(QUEUE, carryOut, {
  connection,
  concurrency: CONCURRENCY,
  lockDuration: LOCK_MS,
  stalledInterval: LOCK_MS / 2,
  // A migration goes on however many workers die over it.
  maxStalledCount: Number.MAX_SAFE_INTEGER,
});
worker.on('completed', (job, outcome) => console.log(`${job.data.machine} ${outcome.kind}`));
worker.on('error', (error) => console.error(error.message));
