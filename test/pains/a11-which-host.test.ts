import { describe, expect, it } from 'vitest';
import { type HyperVHost, UsageError, findVirtualMachine } from '../../src/index.js';
import { OFTEN, books, logOn, startCentre } from './world.js';

const NAMES = ['hv01', 'hv02', 'hv03'];

describe('A11: nobody knows which host has the machine, and a clustered one is not the host\'s to move', () => {
  it('all hosts are asked, the one that has it starts the migration, and then another one has it', async () => {
    const centre = await startCentre({ hosts: NAMES });
    const hosts = NAMES.map((name) => logOn(centre, name));
    const id = centre.addMachine('hv02', { name: 'web01' });
    const { places, failures } = await findVirtualMachine(hosts, 'WEB01');
    expect(failures).toEqual([]);
    expect(places.map(({ host, machine }) => [host, machine.id])).toEqual([[hosts[1], id]]);
    const job = await places[0]!.host.migrations.start(places[0]!.machine.id, { to: hosts[2]! });
    expect((await job.wait({ ...OFTEN, destination: hosts[2]! })).kind).toBe('succeeded');
    expect((await findVirtualMachine(hosts, id)).places.map(({ host }) => host)).toEqual([hosts[2]]);
    expect(centre.whereIs(id)).toBe('hv03');
  });

  it('a host that is down hides nothing of the others, and is named', async () => {
    const centre = await startCentre({ hosts: NAMES });
    const [hv01, hv02] = ['hv01', 'hv02'].map((name) => logOn(centre, name)) as [HyperVHost, HyperVHost];
    const id = centre.addMachine('hv01', { name: 'web01' });
    await centre.host('hv02').close();
    const { places, failures } = await findVirtualMachine([hv01, hv02], id);
    expect(places.map(({ host }) => host)).toEqual([hv01]);
    expect(failures).toMatchObject([{ host: hv02, error: { code: 'TRANSPORT' } }]);
  });

  it('the same name on two hosts is two machines, and a migration says which one it means', async () => {
    const centre = await startCentre();
    const hosts = ['hv01', 'hv02'].map((name) => logOn(centre, name));
    const ids = ['hv01', 'hv02'].map((name) => centre.addMachine(name, { name: 'web01' }));
    expect((await findVirtualMachine(hosts, 'web01')).places.map(({ machine }) => machine.id)).toEqual(ids);
    const third = centre.addMachine('hv01', { name: 'web01' });
    const ambiguous: unknown = await hosts[0]!.migrations.start('web01', { to: 'hv02' }).catch((error: unknown) => error);
    expect(ambiguous).toBeInstanceOf(UsageError);
    for (const id of [ids[0]!, third]) expect((ambiguous as UsageError).message).toContain(id);
    expect(books(centre)).toEqual([]);
  });

  it('a migration that is asked of the wrong host is refused before anything is sent', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    await expect(logOn(centre, 'hv02').migrations.start(id, { to: 'hv01' })).rejects.toThrow(/has no virtual machine/);
    expect(centre.host('hv02').requests.filter(({ method }) => method === 'MigrateVirtualSystemToHost')).toEqual([]);
  });

  it('a machine of a failover cluster is recognised, and refused with what to do instead', async () => {
    const centre = await startCentre({ hosts: ['hv01', 'hv02'].map((name) => ({ name, clustered: true })) });
    const source = logOn(centre, 'hv01');
    const id = centre.addMachine('hv01', { name: 'web01', clustered: true });
    const alone = centre.addMachine('hv01', { name: 'web02' });
    expect(await (await source.virtualMachine(id)).cluster()).toMatchObject({ group: 'web01', ownerNode: 'hv01' });
    const refusal = source.migrations.start(id, { to: 'hv02' });
    await expect(refusal).rejects.toBeInstanceOf(UsageError);
    await expect(refusal).rejects.toThrow(/failover cluster.*Move-ClusterVirtualMachineRole.*clustered: 'allow'/);
    expect(books(centre)).toEqual([]);

    expect(await (await source.virtualMachine(alone)).cluster()).toBeNull();
    for (const [machine, options] of [[alone, {}], [id, { clustered: 'allow' }]] as const) {
      await (await source.migrations.start(machine, { to: 'hv02', ...options })).wait(OFTEN);
    }
    expect([id, alone].map((machine) => centre.whereIs(machine))).toEqual(['hv02', 'hv02']);
  });
});
