import { afterEach } from 'vitest';
import { MigrationQueue, type MigrationQueueOptions } from '../../../src/hyperv/queue/migration-queue.js';
import { FakeHost, limits } from './fake-host.js';

const queues: MigrationQueue[] = [];

/** A queue on fake hosts that tries again at once; it is closed after the test. */
export function queueOf(options: MigrationQueueOptions = {}): MigrationQueue {
  const queue = new MigrationQueue({ limits, retryDelayMs: 0, refreshMs: 60_000, ...options });
  queues.push(queue);
  return queue;
}

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
});

/** Hosts with some machines, of which web01 is the name of two. */
export function threeHosts(): [FakeHost, FakeHost, FakeHost] {
  return [new FakeHost('hv01', ['web01', 'web02', 'web03', 'db01']), new FakeHost('hv02', ['web01', 'app01']), new FakeHost('hv03', ['log01'])];
}
