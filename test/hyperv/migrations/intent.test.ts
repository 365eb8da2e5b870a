import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { type MigrationIntent, checkIntent } from '../../../src/hyperv/migrations/intent.js';
import { ID, OTHER_ID, PLAIN_SETTINGS, addMachine, intentOf, startHost } from './hosts.js';

describe('intend', () => {
  it('gives plain JSON with all that will be sent, and starts nothing', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const { keys } = source.simulated.addJob({ JobState: 10, properties: { VirtualSystemName: ID } });
    const before = Date.now();
    const intent = await source.host.migrations.intend('LEDGER-2', { to: 'node-b' });
    expect(intent).toEqual({ ...intentOf(source, { knownJobs: [keys.InstanceID] }), id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string, intendedAt: expect.any(String) as string });
    expect(JSON.parse(JSON.stringify(intent))).toEqual(intent);
    expect(Date.parse(intent.intendedAt)).toBeGreaterThanOrEqual(before);
    expect(source.simulated.requests.map(({ method }) => method)).not.toContain('MigrateVirtualSystemToHost');
  });

  it('asks the destination for its name', async () => {
    const [source, destination] = [await startHost('node-a'), await startHost('node-b')];
    addMachine(source);
    expect((await source.host.migrations.intend(ID, { to: destination.host })).to).toBe('node-b');
  });

  it('has no destination for storage, and the new places', async () => {
    const source = await startHost('node-a');
    addMachine(source, ID, 'ledger-2', ['C:\\vm\\a.vhdx']);
    const intent = await source.host.migrations.intend(`{${ID.toLowerCase()}}`, { type: 'Storage', storage: { path: 'D:\\moved' } });
    expect([intent.to, intent.machine.id]).toEqual([null, ID]);
    expect(intent.options.MigrationSettingData).toContain('<VALUE>32769</VALUE>');
    expect(intent.options.NewSystemSettingData).toContain('D:\\moved');
    expect(intent.options.NewResourceSettingData?.[0]).toContain('D:\\moved\\Virtual Hard Disks\\a.vhdx');
  });

  it('refuses a machine that is in a migration, and names the job', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const { keys } = source.simulated.addJob({ JobState: 4, properties: { VirtualSystemName: 'ledger-2' } });
    const intending = source.host.migrations.intend(ID, { to: 'node-b' });
    await expect(intending).rejects.toBeInstanceOf(UsageError);
    await expect(intending).rejects.toThrow(keys.InstanceID);
  });

  it('has an id of its own each time', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    const [one, other] = [await source.host.migrations.intend(ID, { to: 'node-b' }), await source.host.migrations.intend(ID, { to: 'node-b' })];
    expect(one.id).not.toBe(other.id);
  });

  it('does not refuse a machine because another one of its name may be in a migration, and remembers that job', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    addMachine(source, OTHER_ID);
    const { keys } = source.simulated.addJob({ JobState: 4, properties: { VirtualSystemName: 'ledger-2' } });
    expect((await source.host.migrations.intend(ID, { to: 'node-b' })).knownJobs).toEqual([keys.InstanceID]);
  });

  it('refuses a machine of a cluster, and says what to use; unless it is told otherwise', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    source.simulated.seed([
      {
        className: 'MSCluster_Resource',
        namespace: 'root/mscluster',
        keys: { Id: 'r1' },
        properties: { Name: 'Virtual Machine ledger-2', Type: 'Virtual Machine', OwnerGroup: 'ledger-2', OwnerNode: 'node-a' },
      },
    ]);
    const intending = source.host.migrations.intend(ID, { to: 'node-b' });
    await expect(intending).rejects.toBeInstanceOf(UsageError);
    await expect(intending).rejects.toThrow(/Move-ClusterVirtualMachineRole.*MoveToNewNodeParams/);
    expect((await source.host.migrations.intend(ID, { to: 'node-b', clustered: 'allow' })).machine.id).toBe(ID);
    expect((await source.host.migrations.intend(ID, { type: 'Storage' })).type).toBe('Storage');
  });

  it('refuses a machine that is not there', async () => {
    const source = await startHost('node-a');
    await expect(source.host.migrations.intend(OTHER_ID, { to: 'node-b' })).rejects.toBeInstanceOf(UsageError);
  });
});

describe('an intent out of a store', () => {
  const whole: MigrationIntent = {
    ...{ version: 1, id: '5b0d2f6c-9a41-4e7b-8c15-3f0e6d7a2b94', host: 'node-a:5985', machine: { id: ID, name: 'ledger-2' }, to: 'node-b', type: 'VirtualSystem', knownJobs: [], intendedAt: '2026-03-01T08:00:00.000Z' },
    options: { MigrationSettingData: PLAIN_SETTINGS, NewSystemSettingData: null, NewResourceSettingData: null },
  };

  it('is taken as it is, the host in any letter case', () => {
    expect(checkIntent(whole, 'NODE-A:5985')).toBe(whole);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /version 1/],
    ['a text', 'intent', /version 1/],
    ['another version', { ...whole, version: 2 }, /version is 2/],
    ['no id', { ...whole, id: undefined }, /whole/],
    ['no machine', { ...whole, machine: undefined }, /whole/],
    ['a machine by its name', { ...whole, machine: { id: 'ledger-2', name: 'ledger-2' } }, /whole/],
    ['no destination', { ...whole, to: null }, /whole/],
    ['a destination too many', { ...whole, type: 'Storage' }, /whole/],
    ['an unknown kind', { ...whole, type: 'Live' }, /whole/],
    ['no settings', { ...whole, options: {} }, /whole/],
    ['no options', { ...whole, options: null }, /whole/],
    ['devices that are no texts', { ...whole, options: { ...whole.options, NewResourceSettingData: [1] } }, /whole/],
    ['known jobs that are no list', { ...whole, knownJobs: 'none' }, /whole/],
    ['one of another host', { ...whole, host: 'node-c:5985' }, /node-c:5985.*node-a:5985/],
  ])('refuses %s', (_name, given, message) => {
    expect(() => checkIntent(given, 'node-a:5985')).toThrow(UsageError);
    expect(() => checkIntent(given, 'node-a:5985')).toThrow(message);
  });
});
