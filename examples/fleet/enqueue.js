// Puts migrations into the queue, waits for them, and prints the outcome of each as a line of JSON. To end it ends only the
// waiting. A machine that is in the queue already is not put there again: call it always by the same name, or always by its
// GUID.
//   REDIS_URL=redis://queue.example:6379 node enqueue.js hv01 hv02 web01 web02 web03
import { Job, Queue, QueueEvents } from 'bullmq';
import { AT_A_TIME, QUEUE, RETRY_MS, connection } from './settings.js';

/** A migration whose outcome nobody could find out in so many attempts is for a human: it is kept among the failed jobs. */
const ATTEMPTS = 1000;

const [from, to, ...machines] = process.argv.slice(2);
if (machines.length === 0) {
  console.error('usage: node enqueue.js FROM TO MACHINE...');
  process.exit(2);
}

const queue = new Queue(QUEUE, { connection });
const events = new QueueEvents(QUEUE, { connection });
try {
  await queue.setGlobalConcurrency(AT_A_TIME);
  const jobs = await queue.addBulk(
    machines.map((machine) => ({
      name: machine,
      data: { machine, from, to },
      opts: { attempts: ATTEMPTS, backoff: { type: 'fixed', delay: RETRY_MS }, deduplication: { id: machine.toLowerCase() } },
    })),
  );
  await Promise.all(
    jobs.map(async (job) => {
      const outcome = await outcomeOf(job);
      console.log(JSON.stringify({ machine: job.name, from, to, ...outcome }));
      if (outcome.kind !== 'succeeded') process.exitCode = 1;
    }),
  );
} finally {
  await events.close();
  await queue.close();
}

/** @param {Job} job - as it was put into the queue, or the one that the machine had there already */
async function outcomeOf(job) {
  const { data } = (await Job.fromId(queue, String(job.id))) ?? job;
  if (data.from !== from || data.to !== to) return { kind: 'refused', reason: `It is being moved from ${data.from} to ${data.to}`, observations: [] };
  return job.waitUntilFinished(events).catch((error) => ({ kind: 'unknown', reason: error.message }));
}
