import { describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { SYSTEM_CLOCK } from '../../../src/hyperv/clock.js';
import { HyperVHost } from '../../../src/hyperv/host.js';
import { DEFAULT_USER } from '../../../src/testing/index.js';
import { onSignal } from '../../../src/signals.js';
import { ID, OTHER_ID, addMachine, intentOf, machineAt, move, startHost } from './hosts.js';

const QUICK = { settleMs: 0, timeoutMs: 20_000 };

async function twoHosts() {
  const [source, destination] = [await startHost('node-a'), await startHost('node-b')];
  addMachine(source);
  const reconcile = (options: object = {}, changes: object = {}) =>
    source.host.migrations.reconcile(intentOf(source, changes), { destination: destination.host, ...QUICK, ...options });
  const addJob = (properties: object, JobState = 4) =>
    source.simulated.addJob({ JobState, properties: { VirtualSystemName: ID, DestinationHost: 'node-b.corp.example', ...properties } }).keys.InstanceID;
  return { source, destination, reconcile, addJob };
}

describe('reconcile', () => {
  it.each([4, 7, 10])('finds the job of the migration in state %i', async (JobState) => {
    const { reconcile, addJob } = await twoHosts();
    const id = addJob({}, JobState);
    const finding = await reconcile();
    expect(finding).toMatchObject({ kind: 'job', job: { reference: { keys: { InstanceID: id } } } });
    expect(finding.observations.map(({ seen }) => seen).join()).toContain(id);
  });

  it('prefers the one that runs', async () => {
    const { reconcile, addJob } = await twoHosts();
    addJob({}, 10);
    const id = addJob({}, 4);
    addJob({}, 10);
    expect(await reconcile()).toMatchObject({ kind: 'job', job: { reference: { keys: { InstanceID: id } } } });
  });

  it('finds out that the machine has moved when its job is gone', async () => {
    const { source, destination, reconcile } = await twoHosts();
    move(source, destination);
    const finding = await reconcile();
    expect(finding.kind).toBe('moved');
    expect(finding.observations).toEqual(
      expect.arrayContaining([
        { at: expect.any(String) as string, host: source.host.client.host, seen: 'ledger-2 is not here' },
        { at: expect.any(String) as string, host: destination.host.client.host, seen: 'ledger-2 is here' },
      ]),
    );
  });

  it('says that it has not moved after two looks', async () => {
    const { source, reconcile, addJob } = await twoHosts();
    const known = addJob({}, 10);
    expect((await reconcile({}, { knownJobs: [known] })).kind).toBe('notMoved');
    expect(source.simulated.requests.filter(({ action, resourceUri }) => action.endsWith('/Enumerate') && resourceUri?.endsWith('Msvm_MigrationJob')).length).toBeGreaterThanOrEqual(2);
  });

  it('waits for a request that is still on its way', async () => {
    const { reconcile, addJob } = await twoHosts();
    const finding = reconcile({ settleMs: 60_000 });
    setTimeout(() => addJob({}), 100);
    expect((await finding).kind).toBe('job');
  });

  it.each([
    ['a job to another host ended', { DestinationHost: 'node-c' }, 10],
    ['a job of another machine runs', { VirtualSystemName: OTHER_ID }, 4],
    ['a job of another kind ended', { MigrationType: 32769 }, 7],
    ['a check ended', { JobType: 301 }, 7],
    ['a check runs', { JobType: 302 }, 4],
  ])('does not mind that %s', async (_name, properties, JobState) => {
    const { reconcile, addJob } = await twoHosts();
    addJob(properties, JobState);
    expect((await reconcile()).kind).toBe('notMoved');
  });

  it('concludes nothing while the machine is in another migration', async () => {
    const { reconcile, addJob } = await twoHosts();
    addJob({ DestinationHost: 'node-c' });
    expect((await reconcile({ timeoutMs: 600 })).kind).toBe('unknown');
  });

  it.each([
    ['is planned on the destination', 'Msvm_PlannedComputerSystem'],
    ['is on both hosts', 'Msvm_ComputerSystem'],
  ])('concludes nothing while the machine %s', async (_name, className) => {
    const { destination, reconcile } = await twoHosts();
    destination.simulated.seed([{ className, properties: { CreationClassName: className, Name: ID, ElementName: 'ledger-2' } }]);
    expect((await reconcile({ timeoutMs: 600 })).kind).toBe('unknown');
  });

  it('concludes nothing from a host whose management service does not run', async () => {
    const { source, reconcile } = await twoHosts();
    source.simulated.remove(machineAt('node-a'));
    source.simulated.remove(machineAt(ID));
    const finding = await reconcile({ timeoutMs: 600 });
    expect(finding.kind).toBe('unknown');
    expect(finding.observations.map(({ seen }) => seen).join()).toContain('vmms');
  });

  it('asks a host again that could not be reached', async () => {
    const { source, reconcile, addJob } = await twoHosts();
    addJob({});
    source.simulated.trouble({ when: 'request', kind: 'status', status: 503, times: 2 });
    const finding = await reconcile();
    expect(finding.kind).toBe('job');
    expect(finding.observations[0]?.seen).toContain('503');
  });

  it('can say of a machine without a look at the destination that it stays, and never that it moved', async () => {
    const { source, destination } = await twoHosts();
    expect((await source.host.migrations.reconcile(intentOf(source), QUICK)).kind).toBe('notMoved');
    move(source, destination);
    expect((await source.host.migrations.reconcile(intentOf(source), { settleMs: 0, timeoutMs: 600 })).kind).toBe('unknown');
  });

  it.each(['Storage', 'StorageDeepCheck'])('goes by the job alone of %s: without one nothing is known', async (type) => {
    const { reconcile, addJob } = await twoHosts();
    addJob({ MigrationType: 32768 }, 10);
    expect((await reconcile({}, { type, to: null })).kind).toBe('unknown');
    addJob({ DestinationHost: null, MigrationType: type === 'Storage' ? 32769 : 32772 });
    expect((await reconcile({}, { type, to: null })).kind).toBe('job');
  });

  it('says of a planned machine that it is there, and without a look at the destination nothing', async () => {
    const { source, destination, reconcile } = await twoHosts();
    const staged = intentOf(source, { type: 'Staged' });
    expect((await source.host.migrations.reconcile(staged, QUICK)).kind).toBe('unknown');
    expect((await reconcile({}, { type: 'Staged' })).kind).toBe('notMoved');
    const className = 'Msvm_PlannedComputerSystem';
    destination.simulated.seed([{ className, properties: { CreationClassName: className, Name: ID, ElementName: 'ledger-2' } }]);
    expect((await reconcile({}, { type: 'Staged' })).kind).toBe('moved');
  });

  it.each([
    ['the machine is now called otherwise, and its job runs', { VirtualSystemName: 'ledger-new', DestinationHost: 'node-c' }, 4],
    ['a job runs that names no machine', { VirtualSystemName: null, DestinationHost: 'node-c' }, 4],
    ['a job runs whose machine cannot be found', { VirtualSystemName: 'ledger-9' }, 4],
  ])('concludes nothing while %s', async (_name, properties, JobState) => {
    const { source, reconcile, addJob } = await twoHosts();
    source.simulated.remove(machineAt(ID));
    addMachine(source, ID, 'ledger-new');
    addJob(properties, JobState);
    expect((await reconcile({ timeoutMs: 600 })).kind).toBe('unknown');
  });

  it.each([4, 7, 10])('does not take the job of another machine of that name for ours, in state %i', async (JobState) => {
    const { source, reconcile, addJob } = await twoHosts();
    addMachine(source, OTHER_ID);
    addJob({ VirtualSystemName: 'LEDGER-2' }, JobState);
    const finding = await reconcile({ timeoutMs: 600 });
    expect(finding.kind).toBe('unknown');
    expect(finding.observations.map(({ seen }) => seen).join()).toContain('cannot be told');
  });

  it('finds a job that failed before it knew its destination', async () => {
    const { reconcile, addJob } = await twoHosts();
    addJob({ DestinationHost: null }, 10);
    expect((await reconcile()).kind).toBe('job');
  });

  it('concludes nothing from a job to a name where the intent has an address', async () => {
    const { reconcile, addJob } = await twoHosts();
    addJob({}, 10);
    expect((await reconcile({ timeoutMs: 600 }, { to: '192.0.2.9' })).kind).toBe('unknown');
  });

  it.each([{ settleMs: Number.NaN }, { settleMs: -1 }, { settleMs: Infinity }, { timeoutMs: Infinity }, { timeoutMs: 0 }, { timeoutMs: Number.NaN }])('refuses %o', async (times) => {
    const { reconcile } = await twoHosts();
    await expect(reconcile(times)).rejects.toBeInstanceOf(UsageError);
  });

  it.each([
    [1000, 500, 'unknown'],
    [undefined, 500, 'unknown'],
    [0, 20_000, 'notMoved'],
  ] as const)('settles for %s ms within %i ms: %s', async (settleMs, timeoutMs, kind) => {
    const { source } = await twoHosts();
    expect((await source.host.migrations.reconcile(intentOf(source), { timeoutMs, ...(settleMs === undefined ? {} : { settleMs }) })).kind).toBe(kind);
  });

  it.each([
    [90_000, 95_000],
    [60_000, 65_000],
    [10_000, 30_000],
  ])('settles by default for longer than the host may work on a request: of %i ms for %i ms', async (operationTimeoutMs, settledMs) => {
    const { source } = await twoHosts();
    const host = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER }, operationTimeoutMs, timeoutMs: 600_000 });
    vi.useFakeTimers({ toFake: ['performance'] });
    const sleep = vi.spyOn(SYSTEM_CLOCK, 'sleep').mockImplementation((ms) => Promise.resolve(void vi.advanceTimersByTime(ms)));
    try {
      expect((await host.migrations.reconcile(intentOf(source))).kind).toBe('notMoved');
      expect(sleep.mock.calls.reduce((sum, [ms]) => sum + ms, 0)).toBe(settledMs);
    } finally {
      sleep.mockRestore();
      vi.useRealTimers();
      await host.close();
    }
  });

  it('notes on which host it failed', async () => {
    const { source, destination, reconcile } = await twoHosts();
    destination.simulated.trouble({ when: 'request', kind: 'status', status: 503, times: 2 });
    const { observations } = await reconcile();
    const failures = observations.filter(({ seen }) => seen.startsWith('Nothing to conclude'));
    expect(failures.map(({ host }) => host)).toEqual([destination.host.client.host]);
    expect(source.host.client.host).not.toBe(destination.host.client.host);
  });

  it('tells whoever listens what was found', async () => {
    const { reconcile, addJob } = await twoHosts();
    const told: unknown[] = [];
    const stop = onSignal('hyperv-wsman:migration', ({ phase, finding, instanceId }) => told.push([phase, finding, instanceId]));
    await reconcile();
    const id = addJob({});
    await reconcile();
    stop();
    expect(told).toEqual([['reconciled', 'notMoved', null], ['reconciled', 'job', id]]);
  });

  it('takes a check for what was meant where a check was meant', async () => {
    const { reconcile, addJob } = await twoHosts();
    addJob({ DestinationHost: null, MigrationType: 32772, JobType: 304 });
    expect((await reconcile({}, { type: 'StorageDeepCheck', to: null })).kind).toBe('job');
  });

  it.each([null, 0])('takes a job that tells no kind (%j)', async (MigrationType) => {
    const { reconcile, addJob } = await twoHosts();
    addJob({ MigrationType });
    expect((await reconcile()).kind).toBe('job');
  });

  it('never asks for a migration', async () => {
    const { source, reconcile } = await twoHosts();
    await reconcile();
    expect(source.simulated.requests.map(({ method }) => method).filter((method) => method !== null)).toEqual([]);
  });

  it('obeys the signal', async () => {
    const { reconcile } = await twoHosts();
    const reason = new Error('enough');
    const controller = new AbortController();
    const reconciling = reconcile({ settleMs: 60_000, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(reconciling).rejects.toBe(reason);
  });

  it('does not try a password twice that is refused', async () => {
    const { source } = await twoHosts();
    const stranger = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER, password: 'wrong' } });
    await expect(stranger.migrations.reconcile(intentOf(source), QUICK)).rejects.toMatchObject({ code: 'AUTH' });
    await stranger.close();
  });

  it('refuses what is no intent', async () => {
    const { source } = await twoHosts();
    await expect(source.host.migrations.reconcile({} as never)).rejects.toBeInstanceOf(UsageError);
  });
});
