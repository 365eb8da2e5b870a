// What the programs of the fleet have in common. All of it comes from the environment.
const {
  REDIS_URL = 'redis://127.0.0.1:6379',
  FLEET_QUEUE = 'migrations',
  FLEET_AT_A_TIME = '2',
  FLEET_CONCURRENCY = '4',
  FLEET_RETRY_MS = '5000',
  FLEET_LOCK_MS = '30000',
  FLEET_SETTLE_MS = '65000',
  FLEET_KEPT_MS = '240000',
} = process.env;

/** The name of the queue. */
export const QUEUE = FLEET_QUEUE;

/** How many migrations of the queue may run at a time, whatever the number of workers. Hyper-V allows a host two unless it is set otherwise. */
export const AT_A_TIME = Number(FLEET_AT_A_TIME);

/** How many migrations one worker follows at a time. */
export const CONCURRENCY = Number(FLEET_CONCURRENCY);

/** Where Redis is. A command waits until Redis is there again, however long that takes. */
export const connection = { url: REDIS_URL, maxRetriesPerRequest: null };

/** How long a migration whose outcome could not be found out, or that could not begin yet, waits for its next attempt. */
export const RETRY_MS = Number(FLEET_RETRY_MS);

/** How long a worker may be silent before another one takes over its migrations. */
export const LOCK_MS = Number(FLEET_LOCK_MS);

/** How long a request that a dead worker sent may be on its way, and be worked on by the host: no less than the 60 s of its OperationTimeout. */
export const SETTLE_MS = Number(FLEET_SETTLE_MS);

/**
 * How young an intent must be for "no trace of it" to mean that nothing has begun: less than the five minutes for which a
 * host keeps a job that has ended, by as much as the clocks of the workers may differ. 0: leave it to a human.
 */
export const KEPT_MS = Number(FLEET_KEPT_MS);
