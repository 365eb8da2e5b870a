import { describe, expect, it } from 'vitest';
import { TransportError, instancePath } from '../../../src/index.js';
import { clientOf, startHost } from '../support.js';
import { ask, clientAt, ended, namesOn, startCentre } from './centre-support.js';

const MACHINES = 'SELECT Name FROM Msvm_ComputerSystem';
const PLANNED = 'SELECT Name FROM Msvm_PlannedComputerSystem';

describe('the reboot of a host', () => {
  it('cuts connections, closes its ports and opens the same ones; jobs, enumerations and shells are lost, instances stay', async () => {
    const host = await startHost({ name: 'hv07' });
    host.seed([{ className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: 'A1', ElementName: 'web01' } }]);
    host.addJob({ JobState: 4 });
    host.addJob({ JobState: 4, className: 'Msvm_StorageJob' });
    const client = clientOf(host);
    const pages = client.enumerate('CIM_ConcreteJob', { pageSize: 1 })[Symbol.asyncIterator]();
    await pages.next();
    await client.openShell();
    expect([host.openEnumerations, host.openShells]).toEqual([1, 1]);
    const { url, httpsUrl } = host;

    const up = host.reboot({ downMs: 500 });
    await expect(client.identify({ idempotent: false })).rejects.toBeInstanceOf(TransportError);
    expect(host.isUp).toBe(false);
    await up;
    expect([host.url, host.httpsUrl, host.openEnumerations, host.openShells]).toEqual([url, httpsUrl, 0, 0]);
    expect(await namesOn(client, 'SELECT InstanceID FROM CIM_ConcreteJob', 'InstanceID')).toEqual([]);
    expect(await namesOn(clientOf(host, { secure: true }), MACHINES, 'Name')).toEqual(['A1']);
  });

  it('leaves the management service down for a while: queries find nothing, without a fault', async () => {
    const host = await startHost();
    host.seed([{ className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: 'A1' } }]);
    const client = clientOf(host);
    await host.reboot({ vmmsDelayMs: 1500 });
    expect(await namesOn(client, MACHINES, 'Name')).toEqual([]);
    expect(host.query(MACHINES)).toHaveLength(1);
    const path = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'A1' });
    await expect(client.get(path)).rejects.toMatchObject({ subcode: 'DestinationUnreachable' });
    while (!host.isUp) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await namesOn(client, MACHINES, 'Name')).toEqual(['A1']);
  });

  it('does not carry out a request that was waiting', async () => {
    const host = await startHost();
    let calls = 0;
    host.onInvoke('Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', () => ({ returnValue: 32768 + calls++ }));
    host.trouble({ when: 'request', kind: 'delay', ms: 60_000 });
    const called = clientOf(host).invoke({ namespace: 'root/virtualization/v2', className: 'Msvm_VirtualSystemMigrationService', keys: {} }, 'MigrateVirtualSystemToHost').catch((error: unknown) => error);
    while (host.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await host.reboot();
    expect(await called).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(calls).toBe(0);
  });

  it('can be cut short by closing the host', async () => {
    const host = await startHost();
    const up = host.reboot({ downMs: 60_000 });
    await host.close();
    await up;
    await expect(clientOf(host).identify()).rejects.toBeInstanceOf(TransportError);
  });

  it('loses the migrations from it, and fails those to it', async () => {
    const centre = await startCentre({ hosts: ['hv01', 'hv02', 'hv03'], migrationMs: 5000 });
    const [leaving, coming] = [centre.addMachine('hv02', { name: 'a' }), centre.addMachine('hv01', { name: 'b' })];
    const [first, second, third] = ['hv01', 'hv02', 'hv03'].map((name) => clientAt(centre, name));
    const lost = await ask(second!, 'hv02', leaving, { to: 'hv03' });
    const failed = await ask(first!, 'hv01', coming, { to: 'hv02' });
    await centre.reboot('HV02');
    await expect(second!.get(lost.job!)).rejects.toMatchObject({ subcode: 'DestinationUnreachable' });
    expect(await ended(first!, failed.job)).toMatchObject({ JobState: 10 });
    expect(centre.migrations.map(({ machine, end }) => [machine, end])).toEqual([[leaving, 'lost'], [coming, 'failed']]);
    expect([centre.whereIs(leaving), centre.whereIs(coming)]).toEqual(['hv02', 'hv01']);
    for (const client of [second!, third!]) expect(await namesOn(client, PLANNED, 'Name')).toEqual([]);
  });
});
