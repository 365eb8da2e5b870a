import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutcomeUnknownError, ReturnValueError, UsageError } from '../../../src/errors.js';
import { MigrationJob } from '../../../src/hyperv/job.js';
import { MigrationStartUnknownError } from '../../../src/hyperv/migrations/start-unknown-error.js';
import type { Signals } from '../../../src/signals.js';
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

  it('says that the management service does not run, before anything is sent', async () => {
    const source = await startHost('node-a');
    source.simulated.remove(await firstService(source));
    await expect(source.host.migrations.start(intentOf(source))).rejects.toMatchObject({ code: 'TRANSPORT', message: expect.stringContaining('vmms') as string });
    expect(starts(source)).toBe(0);
    expect(phases).toEqual(['refused']);
  });
});

async function firstService({ host }: { host: Awaited<ReturnType<typeof startHost>>['host'] }) {
  for await (const path of host.client.enumeratePaths(SERVICE)) return path;
  throw new Error('no service');
}
