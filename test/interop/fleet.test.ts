/** examples/fleet on Debian's redis-server: its workers are killed and frozen, and the simulator's books tell what really happened. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstancePath } from '../../src/index.js';
import { type DecodedRequest, SimulatedDataCentre } from '../../src/testing/index.js';
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

type WorkerProcess = { readonly user: string; readonly child: ChildProcess; readonly lines: string[] };
type Outcome = { readonly machine: string; readonly kind: string; readonly reason: string | null };

let packageFolder: string;
let redis: RedisServer;
let centre: SimulatedDataCentre;
let workers: WorkerProcess[];
let watching: NodeJS.Timeout | undefined;
let failure: Promise<never>;
let fail: (error: Error) => void;

beforeAll(() => {
  if (!hasParts) return;
  packageFolder = makePackage();
  cpSync(fileURLToPath(new URL('../../examples/fleet', import.meta.url)), join(packageFolder, 'fleet'), { recursive: true });
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
  const hosts = ['hv01', 'hv02', 'hv03', 'hv04'].map((name) => ({ name, maximumMigrations: AT_A_TIME }));
  centre = await SimulatedDataCentre.start({ hosts, migrationMs: 500, users: USERS });
  for (const host of centre.hosts) host.trouble({ when: 'response', kind: 'delay', ms: ANSWER_MS, times: Infinity });
});

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
    FLEET_RETRY_MS: '200',
    FLEET_CONCURRENCY: '2',
    FLEET_AT_A_TIME: String(AT_A_TIME),
  };
}

/** Each has a user of its own, by which the hosts' requests tell it from the others. */
function startWorker(onLine: (line: string, worker: WorkerProcess) => void = () => undefined): WorkerProcess {
  const user = `FLEET\\worker${workers.length}`;
  const child = spawn(process.execPath, [join(packageFolder, 'fleet/worker.js')], { env: environment(user), stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Puts migrations into the queue with the example's own program, and waits for all outcomes. */
function enqueue(from: string, to: string, machines: readonly string[]): Promise<readonly Outcome[]> {
  const outcomes = new Promise<readonly Outcome[]>((resolve, reject) => {
    execFile(process.execPath, [join(packageFolder, 'fleet/enqueue.js'), from, to, ...machines], { env: environment('nobody') }, (_error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(stderr));
      else resolve(stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Outcome));
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
    expect(outcomes.find(({ machine }) => machine === 'db03')?.reason).toContain('0x8009030E');
    expect(outcomes.find(({ machine }) => machine === 'db04')?.reason).toContain(String(ACCESS_DENIED));
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
});
