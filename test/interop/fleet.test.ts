/** examples/fleet on Debian's redis-server: its workers are killed and frozen, and the simulator's books tell what really happened. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstancePath, JobReference, MigrationIntent } from '../../src/index.js';
import { type DecodedRequest, SimulatedDataCentre, type SimulatedDataCentreOptions } from '../../src/testing/index.js';
import { makePackage } from '../package/make-package.js';
import { requireParts } from './available.js';
import { type RedisServer, startRedis } from './redis.js';

const hasParts = requireParts('redis');

const PASSWORD = 'Fleet-1';
const USERS = Array.from({ length: 20 }, (_, index) => ({ domain: 'FLEET', username: `worker${index}`, password: PASSWORD }));
/** How long every answer of every host takes: long enough to kill a worker before it has it. */
const ANSWER_MS = 100;
const LOCK_MS = 1500;
/** Longer than an answer, so that no request of a dead worker is still being carried out. */
const SETTLE_MS = 500;
const AT_A_TIME = 6;
/** Return values of MigrateVirtualSystemToHost: the second may pass. */
const ACCESS_DENIED = 32769;
const INVALID_STATE = 32775;
/** WSAECONNREFUSED as an HRESULT. */
const CONNECTION_REFUSED = 0x8007274d;
/** How a migration ends that an earlier worker may have started, and of which nothing is to be seen. */
const NOT_BEGUN = 'It did not begin, or failed and its job was removed: look, then enqueue it again';

/** A module for a worker to load first: it freezes the worker when it is about to write an intent to Redis for the first time. */
const FREEZE = `
import { Socket } from 'node:net';
const { write } = Socket.prototype;
Socket.prototype.write = function (chunk, ...rest) {
  if (String(chunk).includes('"intent"')) {
    Socket.prototype.write = write;
    process.kill(process.pid, 'SIGSTOP');
  }
  return write.call(this, chunk, ...rest);
};
`;

type WorkerProcess = { readonly user: string; readonly child: ChildProcess; readonly lines: string[] };
type Outcome = { readonly machine: string; readonly kind: string; readonly reason: string | null };
type JobData = { readonly intent?: MigrationIntent; readonly reference?: JobReference };

let packageFolder: string;
let redis: RedisServer;
let centre: SimulatedDataCentre;
/** No longer than the centre keeps jobs. */
let keptMs: number;
let workers: WorkerProcess[];
let watching: NodeJS.Timeout | undefined;
let failure: Promise<never>;
let fail: (error: Error) => void;

beforeAll(() => {
  if (!hasParts) return;
  packageFolder = makePackage();
  cpSync(fileURLToPath(new URL('../../examples/fleet', import.meta.url)), join(packageFolder, 'fleet'), { recursive: true });
  writeFileSync(join(packageFolder, 'freeze.mjs'), FREEZE);
}, 60_000);

afterAll(() => {
  if (hasParts) rmSync(packageFolder, { recursive: true });
});

beforeEach(async () => {
  if (!hasParts) return;
  workers = [];
  failure = new Promise((_resolve, reject) => (fail = reject));
  failure.catch(() => undefined);
  redis = await startRedis();
  centre = await startCentre({ migrationMs: 500 });
});

async function startCentre(options: Pick<SimulatedDataCentreOptions, 'migrationMs' | 'jobLifetimeMs'>): Promise<SimulatedDataCentre> {
  keptMs = Math.min(options.jobLifetimeMs ?? Infinity, 240_000);
  const hosts = ['hv01', 'hv02', 'hv03', 'hv04'].map((name) => ({ name, maximumMigrations: AT_A_TIME }));
  const started = await SimulatedDataCentre.start({ hosts, users: USERS, ...options });
  for (const host of started.hosts) host.trouble({ when: 'response', kind: 'delay', ms: ANSWER_MS, times: Infinity });
  return started;
}

afterEach(async () => {
  if (!hasParts) return;
  clearInterval(watching);
  await Promise.all(workers.map(kill));
  await centre.close();
  await redis.close();
});

function environment(user: string): NodeJS.ProcessEnv {
  return {
    REDIS_URL: redis.url,
    HYPERV_HOSTS: JSON.stringify(Object.fromEntries(centre.hosts.map(({ name, url }) => [name, url]))),
    HYPERV_USER: user,
    HYPERV_PASSWORD: PASSWORD,
    FLEET_LOCK_MS: String(LOCK_MS),
    FLEET_SETTLE_MS: String(SETTLE_MS),
    FLEET_KEPT_MS: String(keptMs),
    FLEET_RETRY_MS: '200',
    FLEET_CONCURRENCY: '2',
    FLEET_AT_A_TIME: String(AT_A_TIME),
  };
}

/** Each has a user of its own, by which the hosts' requests tell it from the others. */
function startWorker(onLine: (line: string, worker: WorkerProcess) => void = () => undefined, nodeOptions: readonly string[] = []): WorkerProcess {
  const user = `FLEET\\worker${workers.length}`;
  const child = spawn(process.execPath, [...nodeOptions, join(packageFolder, 'fleet/worker.js')], { env: environment(user), stdio: ['ignore', 'pipe', 'pipe'] });
  const worker: WorkerProcess = { user, child, lines: [] };
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      worker.lines.push(line);
      onLine(line, worker);
    });
  }
  // It runs until it is killed.
  child.once('exit', (code) => {
    if (code !== null) fail(new Error(worker.lines.join('\n')));
  });
  workers.push(worker);
  return worker;
}

/** Options of Node for a worker that freezes over its first intent. */
function freezing(): readonly string[] {
  return ['--import', pathToFileURL(join(packageFolder, 'freeze.mjs')).href];
}

/** The letter of its state, proc(5): T is stopped. */
function stateOf({ child }: WorkerProcess): string {
  return /^State:\t(.)/m.exec(readFileSync(`/proc/${child.pid!}/status`, 'utf8'))![1]!;
}

async function kill({ child }: WorkerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Calls back for every request of a worker, before the host answers it. */
function watchRequests(onRequest: (request: DecodedRequest, worker: WorkerProcess) => void): void {
  const seen = new Map(centre.hosts.map((host) => [host, 0]));
  watching = setInterval(() => {
    for (const host of centre.hosts) {
      const requests = host.requests.slice(seen.get(host));
      seen.set(host, host.requests.length);
      for (const request of requests) onRequest(request, workers.find(({ user }) => user === request.user)!);
    }
  }, 5);
}

/** Puts migrations into the queue with the example's own program, and waits for all outcomes. Its exit code says whether all succeeded. */
function enqueue(from: string, to: string, machines: readonly string[]): Promise<readonly Outcome[]> {
  const outcomes = new Promise<readonly Outcome[]>((resolve, reject) => {
    execFile(process.execPath, [join(packageFolder, 'fleet/enqueue.js'), from, to, ...machines], { env: environment('nobody') }, (error, stdout, stderr) => {
      if (stderr !== '') {
        reject(new Error(stderr));
        return;
      }
      const printed = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Outcome);
      expect(error === null ? 0 : error.code).toBe(printed.every(({ kind }) => kind === 'succeeded') ? 0 : 1);
      resolve(printed);
    });
  });
  return Promise.race([outcomes, failure]);
}

function isStart({ method }: DecodedRequest): boolean {
  return method === 'MigrateVirtualSystemToHost';
}

function books(): readonly unknown[] {
  return centre.migrations.map(({ machine, from, to, end }) => ({ machine, from, to, end }));
}

describe.skipIf(!hasParts)('a fleet of workers on Redis', () => {
  it('brings every migration to a true outcome and starts none twice, whenever workers are killed', { timeout: 90_000 }, async () => {
    const two: unknown = [expect.any(String), expect.any(String)];
    const rejected = ['db04', 'db05'];
    const east = ['web01', 'web02', 'web03', 'web04', 'web05', 'web06'];
    const west = ['db01', 'db02', 'db03', 'db04', 'db05', 'db06'];
    const ids = new Map([...east.map((name) => [name, centre.addMachine('hv01', { name })] as const), ...west.map((name) => [name, centre.addMachine('hv03', { name })] as const)]);
    centre.failNext({ machine: 'db03', atPercent: 50, code: 0x8009030e });
    centre.failNext({ machine: 'db04', reject: ACCESS_DENIED });
    centre.failNext({ machine: 'db05', reject: INVALID_STATE });

    /** The machines over which a worker was killed: the intent stored and nothing sent, before the answer to the start, while waiting. */
    const killed: Record<'intended' | 'asked' | 'running', string[]> = { intended: [], asked: [], running: [] };
    const killAt = (moment: keyof typeof killed, machine: string, { child }: WorkerProcess): void => {
      if (killed[moment].length === 2 || child.killed) return;
      killed[moment].push(machine);
      child.kill('SIGKILL');
      startWorker(onLine);
    };
    const onLine = (line: string, worker: WorkerProcess): void => {
      const [machine, news] = line.split(' ');
      if (news === 'intended' || news === 'running') killAt(news, machine!, worker);
    };
    watchRequests((request, worker) => {
      const machine = [...ids].find(([, id]) => isStart(request) && id === (request.parameters.ComputerSystem as InstancePath).keys.Name)?.[0];
      if (machine !== undefined && !rejected.includes(machine)) killAt('asked', machine, worker);
    });
    for (let count = 0; count < 3; count++) startWorker(onLine);

    const outcomes = (await Promise.all([enqueue('hv01', 'hv02', east), enqueue('hv03', 'hv04', west)])).flat();

    expect(killed).toEqual({ intended: two, asked: two, running: two });
    const unlike: Readonly<Record<string, string>> = { db03: 'failed', db04: 'refused' };
    expect(Object.fromEntries(outcomes.map(({ machine, kind }) => [machine, kind]))).toEqual(
      Object.fromEntries([...ids.keys()].map((name) => [name, unlike[name] ?? 'succeeded'])),
    );
    const begun = [...ids].filter(([name]) => name !== 'db04').map(([name, machine]) => ({
      machine,
      ...(east.includes(name) ? { from: 'hv01', to: 'hv02' } : { from: 'hv03', to: 'hv04' }),
      end: name === 'db03' ? 'failed' : 'completed',
    }));
    expect(books()).toHaveLength(begun.length);
    expect(books()).toEqual(expect.arrayContaining(begun));
    const lines = workers.flatMap((worker) => worker.lines);
    expect(lines).toContain(`${killed.intended[0]!} reconciled: notMoved`);
    for (const machine of killed.asked) expect(lines).toContain(`${machine} reconciled: job`);
  });

  it('keeps a worker that was frozen, and comes to itself after another took over, from starting anything', { timeout: 90_000 }, async () => {
    const machine = centre.addMachine('hv01', { name: 'web01' });
    const frozen = startWorker();
    const stopped = new Promise<void>((resolve) => {
      watchRequests(({ className }, { child }) => {
        // The last that it asks before it stores its intent.
        if (className !== 'Msvm_MigrationJob' || workers.length > 1) return;
        child.kill('SIGSTOP');
        resolve();
      });
    });
    const outcomes = enqueue('hv01', 'hv02', ['web01']);
    await stopped;
    startWorker();
    expect(await outcomes).toMatchObject([{ machine: 'web01', kind: 'succeeded' }]);

    frozen.child.kill('SIGCONT');
    await expect.poll(() => frozen.lines, { timeout: 10_000 }).toContain('web01: Another worker may have this job by now');
    expect(centre.host('hv01').requests.filter(isStart).map(({ user }) => user)).toEqual(['FLEET\\worker1']);
    expect(books()).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('keeps a worker that was frozen over writing from overwriting the record of its successor', { timeout: 90_000 }, async () => {
    await centre.close();
    centre = await startCentre({ migrationMs: 10_000, jobLifetimeMs: 1000 });
    const machine = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ machine: 'web01', atPercent: 90, code: CONNECTION_REFUSED });
    const queue = new Queue<JobData>('migrations', { connection: { url: redis.url } });
    const stored = async (): Promise<JobData> => (await queue.getJobs())[0]!.data;
    try {
      const frozen = startWorker(undefined, freezing());
      const outcomes = enqueue('hv01', 'hv02', ['web01']);
      await expect.poll(() => stateOf(frozen), { timeout: 20_000 }).toBe('T');
      const successor = startWorker();
      await expect.poll(() => successor.lines, { timeout: 20_000 }).toContain('web01 running');
      const record = await stored();
      expect(record.reference).toBeDefined();

      frozen.child.kill('SIGCONT');
      await expect.poll(() => frozen.lines, { timeout: 10_000 }).toContain('web01: Another worker may have this job by now');
      expect(await stored()).toEqual(record);

      // Nothing but the record can tell the next one that a migration ran: it has failed, and its job is gone.
      await Promise.all(workers.map(kill));
      await expect.poll(books, { timeout: 20_000 }).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'failed' }]);
      await expect.poll(() => centre.host('hv01').query('SELECT * FROM Msvm_MigrationJob'), { timeout: 10_000 }).toEqual([]);
      startWorker();
      expect(await outcomes).toMatchObject([{ machine: 'web01', kind: 'failed', reason: 'Its job was gone before anybody could read why; the machine is still on the source' }]);
      expect(books()).toHaveLength(1);
    } finally {
      await queue.close();
    }
  });

  it('starts nothing again of which it cannot tell whether it had begun', { timeout: 60_000 }, async () => {
    await centre.close();
    centre = await startCentre({ migrationMs: 500, jobLifetimeMs: 1000 });
    const machine = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ machine: 'web01', atPercent: 70, code: CONNECTION_REFUSED });
    const first = startWorker();
    const killed = new Promise<void>((resolve) => {
      watchRequests((request, worker) => {
        if (isStart(request) && worker === first) resolve(kill(worker));
      });
    });
    const outcomes = enqueue('hv01', 'hv02', ['web01']);
    await killed;
    await expect.poll(books, { timeout: 10_000 }).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'failed' }]);
    await expect.poll(() => centre.host('hv01').query('SELECT * FROM Msvm_MigrationJob'), { timeout: 10_000 }).toEqual([]);

    startWorker();
    expect(await outcomes).toMatchObject([{ machine: 'web01', kind: 'failed', reason: NOT_BEGUN }]);
    expect(books()).toHaveLength(1);
  });

  it('begins anew, with a new intent, what the host could not do for the moment', { timeout: 60_000 }, async () => {
    const machine = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ machine: 'web01', reject: INVALID_STATE });
    const worker = startWorker();
    expect(await enqueue('hv01', 'hv02', ['web01'])).toMatchObject([{ machine: 'web01', kind: 'succeeded' }]);
    expect(worker.lines.filter((line) => line.startsWith('web01 '))).toEqual(['web01 intended', 'web01 intended', 'web01 running', 'web01 succeeded']);
    expect(books()).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('begins anew, with a new intent, what did not reach the host', { timeout: 60_000 }, async () => {
    const machine = centre.addMachine('hv01', { name: 'web01' });
    const worker = startWorker(undefined, freezing());
    const outcomes = enqueue('hv01', 'hv02', ['web01']);
    // Between its intent and its start the host goes away.
    await expect.poll(() => stateOf(worker), { timeout: 20_000, interval: 10 }).toBe('T');
    const rebooted = centre.reboot('hv01', { downMs: 3000 });
    worker.child.kill('SIGCONT');
    await rebooted;
    expect(await outcomes).toMatchObject([{ machine: 'web01', kind: 'succeeded' }]);
    expect(worker.lines.filter((line) => line === 'web01 intended')).toHaveLength(2);
    expect(books()).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('does not take the migration of a machine to one host for that to another', { timeout: 60_000 }, async () => {
    const machine = centre.addMachine('hv01', { name: 'web01' });
    const first = enqueue('hv01', 'hv02', ['web01']);
    const queue = new Queue('migrations', { connection: { url: redis.url } });
    try {
      await expect.poll(() => queue.count(), { timeout: 10_000 }).toBe(1);
      expect(await enqueue('hv01', 'hv04', ['WEB01'])).toMatchObject([{ machine: 'WEB01', from: 'hv01', to: 'hv04', kind: 'refused', reason: 'It is being moved from hv01 to hv02' }]);
      const again = enqueue('hv01', 'hv02', ['web01']);
      startWorker();
      expect(await Promise.all([first, again])).toMatchObject([[{ machine: 'web01', kind: 'succeeded' }], [{ machine: 'web01', kind: 'succeeded' }]]);
      expect(books()).toEqual([{ machine, from: 'hv01', to: 'hv02', end: 'completed' }]);
    } finally {
      await queue.close();
    }
  });
});
