import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import { FaultError, OutcomeUnknownError, ProtocolError, ReturnValueError, TimeoutError, TransportError, UsageError } from '../../../src/errors.js';
import { MigrationJob } from '../../../src/hyperv/job.js';
import { MigrationStartUnknownError } from '../../../src/hyperv/migrations/start-unknown-error.js';
import type { Signals } from '../../../src/signals.js';
import { HyperVHost } from '../../../src/hyperv/host.js';
import { DEFAULT_USER } from '../../../src/testing/index.js';
import { WmiError } from '../../../src/testing/repository/wmi-error.js';
import { ID, PLAIN_SETTINGS, SERVICE, addMachine, intentOf, machineAt, migrates, startHost } from './hosts.js';

const phases: string[] = [];
const listen = (message: unknown): number => phases.push((message as Signals['hyperv-wsman:migration']).phase);
beforeEach(() => subscribe('hyperv-wsman:migration', listen));
afterEach(() => {
  unsubscribe('hyperv-wsman:migration', listen);
  phases.length = 0;
});

/** The references of XML 1.0 §4.1 that markup in a text may be written with. */
const unescaped = (reference: string, code: string | undefined): string => (code === undefined ? { '&lt;': '<', '&gt;': '>' }[reference]! : String.fromCharCode(Number(code)));

const starts = ({ simulated }: { simulated: { requests: readonly { method: string | null }[] } }): number =>
  simulated.requests.filter(({ method }) => method === 'MigrateVirtualSystemToHost').length;

describe('start', () => {
  it('sends MigrateVirtualSystemToHost to the service, and gives the job', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    migrates(source);
    const job = await source.host.migrations.start('ledger-2', { to: 'node-b' });
    expect(job).toBeInstanceOf(MigrationJob);
    expect(job.reference.className).toBe('Msvm_MigrationJob');
    expect(job.intent).toMatchObject({ version: 1, to: 'node-b', machine: { id: ID } });
    expect((await job.status()).state).toBe('Running');
    expect(phases).toEqual(['intended', 'started']);

    const request = source.simulated.requests.find(({ method }) => method === 'MigrateVirtualSystemToHost')!;
    expect(request.selectors).toMatchObject({ CreationClassName: SERVICE, Name: 'migration' });
    expect(Object.keys(request.parameters)).toEqual(['ComputerSystem', 'DestinationHost', 'MigrationSettingData']);
    expect(request.parameters.ComputerSystem).toMatchObject({ className: 'Msvm_ComputerSystem', keys: machineAt(ID).keys });
    expect(request.envelope).toContain('<p:DestinationHost>node-b</p:DestinationHost>');
    expect(/<p:MigrationSettingData>(.*)<\/p:MigrationSettingData>/.exec(request.envelope)?.[1]?.replace(/&#(\d+);|&lt;|&gt;/g, unescaped)).toBe(PLAIN_SETTINGS);
  });

  it('sends what an intent holds, in another process too', async () => {
    const source = await startHost('node-a');
    migrates(source);
    const NewSystemSettingData = '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>x</VALUE></PROPERTY></INSTANCE>';
    const disk = '<INSTANCE CLASSNAME="Msvm_StorageAllocationSettingData"><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>y</VALUE></PROPERTY></INSTANCE>';
    const options = { MigrationSettingData: PLAIN_SETTINGS, NewSystemSettingData, NewResourceSettingData: [disk, disk] };
    const intent = intentOf(source, { type: 'Storage', to: null, options });
    const job = await source.host.migrations.start(JSON.parse(JSON.stringify(intent)) as typeof intent);
    expect(job.intent).toEqual(intent);
    const request = source.simulated.requests.find(({ method }) => method === 'MigrateVirtualSystemToHost')!;
    expect(request.parameters).not.toHaveProperty('DestinationHost');
    expect(request.parameters.NewSystemSettingData).toMatchObject({ InstanceID: 'x' });
    expect(request.parameters.NewResourceSettingData).toMatchObject([{ InstanceID: 'y' }, { InstanceID: 'y' }]);
  });

  it('refuses the intent of another host', async () => {
    const source = await startHost('node-a');
    await expect(source.host.migrations.start(intentOf(source, { host: 'node-c:5985' }))).rejects.toBeInstanceOf(UsageError);
    expect(source.simulated.requests).toHaveLength(0);
  });

  it('passes on that the host refuses, with the name of the value', async () => {
    const source = await startHost('node-a');
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => ({ returnValue: 32775 }));
    const error: unknown = await source.host.migrations.start(intentOf(source)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReturnValueError);
    expect(error).toMatchObject({ returnValue: 32775, returnValueName: 'Invalid state for this operation' });
    expect(phases).toEqual(['refused']);
  });

  it('asks once when the answer is lost, also when the caller calls it idempotent, and reconcile finds the job', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    migrates(source);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    await source.host.migrations.settings();
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => {
      const { keys, className, namespace } = source.simulated.addJob({ JobState: 4, properties: { VirtualSystemName: ID, DestinationHost: 'NODE-B' } });
      source.simulated.trouble({ when: 'response', kind: 'drop' });
      return { returnValue: 4096, out: { Job: { keys, className, namespace } } };
    });
    const error: unknown = await source.host.migrations.start(intent, { idempotent: true }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationStartUnknownError);
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', intent, cause: { code: 'OUTCOME_UNKNOWN' } });
    expect(starts(source)).toBe(1);
    const finding = await (error as MigrationStartUnknownError).reconcile();
    expect(finding).toMatchObject({ kind: 'job', job: { intent } });
    expect(phases).toEqual(['intended', 'unknown', 'reconciled']);
  });

  it.each([
    ['no job', { returnValue: 4096 }],
    ['a success without a job', { returnValue: 0 }],
  ])('does not take an answer with %s for a start, nor for a refusal', async (_name, answer) => {
    const source = await startHost('node-a');
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => answer);
    await expect(source.host.migrations.start(intentOf(source))).rejects.toBeInstanceOf(MigrationStartUnknownError);
  });

  it.each([
    [32771, 'Status is unknown'],
    [32772, 'Timeout'],
    [32768, 'Failed'],
  ])('does not take return value %i, %s, for a refusal', async (returnValue) => {
    const source = await startHost('node-a');
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => ({ returnValue }));
    const error: unknown = await source.host.migrations.start(intentOf(source)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationStartUnknownError);
    expect(error).toMatchObject({ cause: { code: 'RETURN_VALUE', returnValue } });
    expect(phases).toEqual(['unknown']);
  });

  it('does not take a fault for a refusal of which nobody knows when it came', async () => {
    const source = await startHost('node-a');
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => {
      throw new WmiError('notSupported', 'not now');
    });
    const error: unknown = await source.host.migrations.start(intentOf(source)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationStartUnknownError);
    expect((error as Error).cause).toBeInstanceOf(FaultError);
    expect(phases).toEqual(['unknown']);
  });

  it('does not blame the caller for a job whose InstanceID is no GUID', async () => {
    const source = await startHost('node-a');
    const Job = instancePath('Msvm_MigrationJob', { InstanceID: 'job-1' });
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => ({ returnValue: 4096, out: { Job } }));
    const error: unknown = await source.host.migrations.start(intentOf(source)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MigrationStartUnknownError);
    expect((error as Error).cause).toBeInstanceOf(ProtocolError);
  });

  it('sends an intent once, also when it is started twice at the same moment', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    migrates(source, 7);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    const both = await Promise.allSettled([source.host.migrations.start(intent), source.host.migrations.start(intent)]);
    expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: expect.any(UsageError) as UsageError }]);
    const { keys, className, namespace } = (both[0] as PromiseFulfilledResult<MigrationJob>).value.reference;
    source.simulated.removeJob({ keys, className, namespace, host: source.host.client.host });
    await expect(source.host.migrations.start(intent)).rejects.toThrow(/sent already/);
    expect(starts(source)).toBe(1);
  });

  it('sends no intent whose job another process has started', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    migrates(source, 10);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    const { reference } = await source.host.migrations.start(intent);
    const other = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
    const starting = other.migrations.start(intent);
    await expect(starting).rejects.toBeInstanceOf(UsageError);
    await expect(starting).rejects.toThrow(reference.keys.InstanceID);
    await other.close();
    expect(starts(source)).toBe(1);
  });

  it('sends an intent again that was found not to have begun, and one that the host refused', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    let answer = 32772;
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => ({ returnValue: answer }));
    const lost = (await source.host.migrations.start(intent).catch((caught: unknown) => caught)) as MigrationStartUnknownError;
    await expect(source.host.migrations.start(intent)).rejects.toBeInstanceOf(UsageError);
    expect(await lost.reconcile({ settleMs: 0 })).toMatchObject({ kind: 'notMoved', mayStart: true });
    expect(await lost.reconcile({ settleMs: 0 })).toMatchObject({ mayStart: true });
    answer = 32774;
    await expect(source.host.migrations.start(intent)).rejects.toBeInstanceOf(ReturnValueError);
    migrates(source);
    expect((await source.host.migrations.start(intent)).intent).toBe(intent);
    expect(starts(source)).toBe(3);
  });

  it('does not send an intent again that it sent so long ago that its job may have failed and been forgotten', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    source.simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', () => ({ returnValue: 32772 }));
    const lost = (await source.host.migrations.start(intent).catch((caught: unknown) => caught)) as MigrationStartUnknownError;
    const sentBefore = performance.now();
    // Hyper-V keeps a job for five minutes after its end.
    const now = vi.spyOn(performance, 'now').mockImplementation(() => sentBefore + 300_000);
    try {
      expect(await lost.reconcile({ settleMs: 0 })).toMatchObject({ kind: 'notMoved', mayStart: false });
      await expect(source.host.migrations.start(intent)).rejects.toBeInstanceOf(UsageError);
    } finally {
      now.mockRestore();
    }
    expect(starts(source)).toBe(1);
  });

  it('gives no leave to start again what another process intended', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const intent = await source.host.migrations.intend(ID, { to: 'node-b' });
    const other = new HyperVHost({ url: source.simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
    expect(await other.migrations.reconcile(intent, { settleMs: 0 })).toMatchObject({ kind: 'notMoved', mayStart: false });
    await other.close();
  });

  it('counts one time for the intent and for its start, and sends nothing when it is over', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    migrates(source);
    await source.host.migrations.settings();
    source.simulated.trouble({ when: 'request', kind: 'delay', ms: 100, times: Infinity });
    await expect(source.host.migrations.start(ID, { to: 'node-b', timeoutMs: 420 })).rejects.toBeInstanceOf(TimeoutError);
    expect(starts(source)).toBe(0);
  });

  it('says of a host that cannot be reached that nothing was sent', async () => {
    const source = await startHost('node-a');
    const intent = intentOf(source);
    await source.simulated.close();
    await expect(source.host.migrations.start(intent)).rejects.toBeInstanceOf(TransportError);
    expect(phases).toEqual(['notSent']);
  });

  it('says that the management service does not run, before anything is sent', async () => {
    const source = await startHost('node-a');
    source.simulated.remove(await firstService(source));
    await expect(source.host.migrations.start(intentOf(source))).rejects.toMatchObject({ code: 'TRANSPORT', message: expect.stringContaining('vmms') as string });
    expect(starts(source)).toBe(0);
    expect(phases).toEqual(['notSent']);
  });
});

async function firstService({ host }: { host: Awaited<ReturnType<typeof startHost>>['host'] }) {
  for await (const path of host.client.enumeratePaths(SERVICE)) return path;
  throw new Error('no service');
}
