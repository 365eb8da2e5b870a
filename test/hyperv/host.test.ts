import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TransportError, UsageError } from '../../src/errors.js';
import { HyperVHost, type HyperVHostOptions } from '../../src/hyperv/host.js';
import { nameInAuthority } from '../../src/hyperv/host-name.js';
import type { JobListOptions } from '../../src/hyperv/job-list.js';
import { DEFAULT_USER, SimulatedHost } from '../../src/testing/index.js';
import { MACHINE, type Rig, hideComputer, seedComputer, seedMachine, startRig } from './support.js';

describe('the name of a host', () => {
  const hosts: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.close();
  });
  const hostOf = (options: Partial<HyperVHostOptions> & { url: string }): HyperVHost => {
    const host = new HyperVHost({ auth: { type: 'ntlm', ...DEFAULT_USER }, ...options });
    hosts.push(host);
    return host;
  };

  it.each([
    ['hv01:5985', 'hv01'],
    ['hv01.example:5986', 'hv01.example'],
    ['127.0.0.1:5985', null],
    ['[fd00::17]:5985', null],
    ['localhost:5985', null],
    ['LOCALHOST:5985', null],
  ])('in %s is %s', (authority, name) => {
    expect(nameInAuthority(authority)).toBe(name);
  });

  it('is the option, else that of the URL, without asking', async () => {
    expect(await hostOf({ url: 'http://hv01.example' }).name()).toBe('hv01.example');
    expect(await hostOf({ url: 'http://hv01.example', name: 'hv01' }).name()).toBe('hv01');
    const { client } = hostOf({ url: 'http://hv03.example' });
    expect(await new HyperVHost({ client }).name()).toBe('hv03.example');
    expect(await new HyperVHost({ client, name: 'hv03' }).name()).toBe('hv03');
  });

  it('is what the computer calls itself when the URL has an address; it is asked once', async () => {
    const simulated = await SimulatedHost.start({ name: 'HV09' });
    hideComputer(simulated);
    hosts.push(simulated);
    const host = hostOf({ url: simulated.url });
    await expect(host.name()).rejects.toBeInstanceOf(TransportError);
    seedMachine(simulated);
    await expect(host.name()).rejects.toBeInstanceOf(TransportError);
    seedComputer(simulated);
    expect(await host.name()).toBe('HV09');
    const asked = simulated.requests.length;
    expect(await host.name()).toBe('HV09');
    expect(simulated.requests.length).toBe(asked);
  });
});

describe('the jobs of a host', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    rig.simulated.addJob({ InstanceID: id(1), JobState: 4 });
    rig.simulated.addJob({ InstanceID: id(2), JobState: 10 });
    rig.simulated.addJob({ InstanceID: id(3), JobState: 7, className: 'Msvm_StorageJob' });
    rig.simulated.addJob({ InstanceID: id(4), JobState: 4, className: 'Msvm_ConcreteJob' });
    seedMachine(rig.simulated);
  });
  afterAll(() => rig.close());

  it.each<[JobListOptions | undefined, number[], number[]]>([
    [undefined, [1, 2], [1, 2, 3, 4]],
    [{ running: true }, [1], [1, 4]],
    [{ running: false }, [2], [2, 3]],
    [{ pageSize: 1 }, [1, 2], [1, 2, 3, 4]],
  ])('are listed by class and state: %j', async (options, migrations, all) => {
    const ids = async (jobs: AsyncIterable<{ reference: { keys: { InstanceID: string } } }>): Promise<string[]> => (await collect(jobs)).map(({ reference }) => reference.keys.InstanceID).sort();
    expect(await ids(rig.host.migrationJobs(options))).toEqual(migrations.map(id));
    expect(await ids(rig.host.jobs(options))).toEqual(all.map(id));
  });

  it('have references that lead to them, class included', async () => {
    for await (const { reference, phase } of rig.host.jobs()) expect((await rig.host.job(reference).status()).phase).toBe(phase);
    const classes = (await collect(rig.host.jobs())).map(({ reference }) => reference.className).sort();
    expect(classes).toEqual(['Msvm_ConcreteJob', 'Msvm_MigrationJob', 'Msvm_MigrationJob', 'Msvm_StorageJob']);
  });

  it('are refused when the reference is of another host', () => {
    expect(() => rig.host.job({ host: 'hv02:5985', namespace: 'root/virtualization/v2', className: 'Msvm_StorageJob', keys: { InstanceID: id(3) } })).toThrow(UsageError);
  });

  it('are found by a shared client whatever its own namespace is', async () => {
    const other = new HyperVHost({ url: rig.simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER }, namespace: 'root/cimv2' });
    expect(await collect(other.migrationJobs())).toHaveLength(2);
    await other.close();
  });

  it('has one migration service, and machines', async () => {
    expect(rig.host.migrations).toBe(rig.host.migrations);
    expect((await collect(rig.host.virtualMachines())).map(({ id: machine }) => machine)).toEqual([MACHINE]);
    expect((await rig.host.virtualMachine('WEB01')).id).toBe(MACHINE);
  });
});

function id(number: number): string {
  return `5D7C1E90-2A4B-4F68-93D0-00000000000${number}`;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
