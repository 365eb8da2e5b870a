// Puts migrations into the queue, waits for them, and prints the outcome of each as a line of JSON. To end it ends only the
// waiting. A machine that is in the queue already is not put there again.
//   REDIS_URL=redis://queue.example:6379 node enqueue.js hv01 hv02 web01 web02 web03
import { Queue, QueueEvents } from 'bullmq';
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
      const outcome = await job.waitUntilFinished(events).catch((error) => ({ kind: 'unknown', reason: error.message }));
      console.log(JSON.stringify({ machine: job.name, from, to, ...outcome }));
      if (outcome.kind !== 'succeeded') process.exitCode = 1;
    }),
  );
} finally {
  await events.close();
  await queue.close();
}
