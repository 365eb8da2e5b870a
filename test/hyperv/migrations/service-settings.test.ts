import { describe, expect, it } from 'vitest';
import { pathOf } from '../../../src/cim/instance.js';
import { instancePath } from '../../../src/cim/object-path.js';
import { JobError, ReturnValueError, UsageError } from '../../../src/errors.js';
import { type Lab, SERVICE, startHost } from './hosts.js';

const NETWORK = 'Msvm_VirtualSystemMigrationNetworkSettingData';

const lastCall = ({ simulated }: Lab) => simulated.requests.findLast(({ method }) => method !== null);

describe('the settings of the migration service', () => {
  it('are read', async () => {
    const { host } = await startHost('node-a');
    expect(await host.migrations.settings()).toMatchObject({ AuthenticationType: 1, MaximumActiveStorageMigration: 2, EnableCompression: null });
  });

  it('are changed by InstanceID and what changes, nothing else', async () => {
    const lab = await startHost('node-a');
    lab.simulated.onInvoke(SERVICE, 'ModifyServiceSettings', () => ({ returnValue: 0 }));
    await lab.host.migrations.modifySettings({ MaximumActiveStorageMigration: 4, EnableVirtualSystemMigration: false });
    const request = lastCall(lab)!;
    expect(Object.entries(request.parameters.ServiceSettingData as object)).toEqual([
      ['InstanceID', 'Microsoft:MigrationServiceSettings'],
      ['MaximumActiveStorageMigration', 4],
      ['EnableVirtualSystemMigration', false],
    ]);
    expect(request.envelope).toContain('Msvm_VirtualSystemMigrationServiceSettingData');
    expect(request.envelope).toContain('FALSE');
  });

  it.each([
    [7, null],
    [10, JobError],
  ])('are changed when a job in state %i says so', async (JobState, error) => {
    const { host, simulated } = await startHost('node-a');
    simulated.onInvoke(SERVICE, 'ModifyServiceSettings', () => {
      const { className, keys, namespace } = simulated.addJob({ className: 'Msvm_ConcreteJob', JobState, errors: JobState === 10 ? [{ Message: 'No.' }] : [] });
      return { returnValue: 4096, out: { Job: instancePath(className, keys, namespace) } };
    });
    const changing = host.migrations.modifySettings({ AuthenticationType: 1 });
    if (error === null) await expect(changing).resolves.toBeUndefined();
    else await expect(changing).rejects.toBeInstanceOf(error);
  });

  it('are not changed when the host refuses', async () => {
    const { host, simulated } = await startHost('node-a');
    simulated.onInvoke(SERVICE, 'ModifyServiceSettings', () => ({ returnValue: 32769 }));
    await expect(host.migrations.modifySettings({ AuthenticationType: 1 })).rejects.toBeInstanceOf(ReturnValueError);
  });

  it.each([{ InstanceID: 'x' }, { Maximum: 4 }])('have no %j', async (changes) => {
    const { host, simulated } = await startHost('node-a');
    await expect(host.migrations.modifySettings(changes)).rejects.toBeInstanceOf(UsageError);
    expect(simulated.requests).toHaveLength(0);
  });

  it('come with capabilities', async () => {
    const { host, simulated } = await startHost('node-a');
    await expect(host.migrations.capabilities()).rejects.toMatchObject({ code: 'TRANSPORT' });
    simulated.seed([{ className: 'Msvm_VirtualSystemMigrationCapabilities', properties: { InstanceID: 'c1', DestinationHostFormatsSupported: [1, 2] } }]);
    expect(await host.migrations.capabilities()).toMatchObject({ InstanceID: 'c1', DestinationHostFormatsSupported: [1, 2] });
  });
});

describe('the networks of the migration service', () => {
  it('are read with their paths, which remove takes as references', async () => {
    const lab = await startHost('node-a');
    lab.simulated.seed([{ className: NETWORK, properties: { InstanceID: 'n\\1', SubnetNumber: '192.0.2.0', PrefixLength: 24, Metric: 5 } }]);
    lab.simulated.onInvoke(SERVICE, 'RemoveNetworkSettings', () => ({ returnValue: 0 }));
    const [network] = await lab.host.migrations.networks();
    expect(network).toMatchObject({ SubnetNumber: '192.0.2.0', PrefixLength: 24, Metric: 5, Tags: null });
    const path = instancePath(NETWORK, { InstanceID: 'n\\1' });
    expect(pathOf(network!)).toEqual(path);
    await lab.host.migrations.removeNetworks([path]);
    expect(lastCall(lab)).toMatchObject({ method: 'RemoveNetworkSettings', parameters: { NetworkSettings: [path] } });
  });

  it('are added and modified as instances with what is given', async () => {
    const lab = await startHost('node-a');
    for (const method of ['AddNetworkSettings', 'ModifyNetworkSettings']) lab.simulated.onInvoke(SERVICE, method, () => ({ returnValue: 0 }));
    await lab.host.migrations.addNetworks([{ SubnetNumber: '192.0.2.0', PrefixLength: 24 }, { SubnetNumber: '2001:db8::', PrefixLength: 64, Metric: 9 }]);
    expect(lastCall(lab)?.parameters).toEqual({ NetworkSettings: [expect.objectContaining({ PrefixLength: 24 }), { SubnetNumber: '2001:db8::', PrefixLength: 64, Metric: 9 }] });
    await lab.host.migrations.modifyNetworks([{ InstanceID: 'n1', Metric: 1 }]);
    expect(lastCall(lab)).toMatchObject({ method: 'ModifyNetworkSettings', parameters: { NetworkSettings: [{ InstanceID: 'n1', Metric: 1 }] } });
  });

  it('are never none, unknown or without InstanceID', async () => {
    const { host: { migrations }, simulated } = await startHost('node-a');
    const calls = [
      () => migrations.addNetworks([]),
      () => migrations.addNetworks([{ Subnet: '192.0.2.0' } as object]),
      () => migrations.modifyNetworks([]),
      () => migrations.modifyNetworks([{ Metric: 1 }]),
      () => migrations.removeNetworks([]),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(UsageError);
    expect(simulated.requests).toHaveLength(0);
  });
});
