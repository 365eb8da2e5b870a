import { describe, expect, it } from 'vitest';
import { CimInterval, type InstancePath, type WsmanClient, instancePath } from '../../../src/index.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import {
  STAGED, STORAGE, STORAGE_DEEP_CHECK, VIRTUAL_SYSTEM, VIRTUAL_SYSTEM_AND_STORAGE, ask, clientAt, ended, jobWhen, namesOn, startCentre,
} from './centre-support.js';

const ID = '5D0C1B8E-2F47-4A96-B3C8-71E9A04D6F25';
const MACHINES = 'SELECT Name FROM Msvm_ComputerSystem';
const PLANNED = 'SELECT Name FROM Msvm_PlannedComputerSystem';
const DISKS = 'SELECT InstanceID, HostResource FROM Msvm_StorageAllocationSettingData';

/** How many migrations the service of a host says to run: of machines, and of storage. */
function countsOn(host: SimulatedHost): unknown[] {
  const [service] = host.query('SELECT * FROM Msvm_VirtualSystemMigrationService');
  return [service?.ActiveVirtualSystemMigrationCount, service?.ActiveStorageMigrationCount];
}

describe('a migration', () => {
  it('moves the machine: a job that goes on, a planned machine meanwhile, slots on both hosts, and the books', async () => {
    const centre = await startCentre({ migrationMs: 1500 });
    centre.addMachine('hv01', { id: ID.toLowerCase(), name: 'web01' });
    const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    const { returnValue, job } = await ask(source, 'hv01', ID, { to: 'HV02.example' });
    expect(returnValue).toBe(4096);
    expect(centre.hosts.map(countsOn)).toEqual([[1, 0], [1, 0]]);
    expect(job).toMatchObject({ className: 'Msvm_MigrationJob' });
    expect(await source.get(job!)).toMatchObject({ JobState: 4, JobType: 305, MigrationType: VIRTUAL_SYSTEM, VirtualSystemName: ID, DestinationHost: 'HV02.example', Cancellable: true });
    expect(await namesOn(destination, PLANNED, 'Name')).toEqual([ID]);
    expect(centre.migrations).toMatchObject([{ machine: ID, from: 'hv01', to: 'hv02', type: VIRTUAL_SYSTEM, endedAt: null, end: null }]);

    await jobWhen(source, job, ({ PercentComplete }) => Number(PercentComplete) > 0);
    expect(await ended(source, job)).toMatchObject({ JobState: 7, PercentComplete: 100, ErrorCode: 0, Cancellable: false });
    expect(await namesOn(source, MACHINES, 'Name')).toEqual(['hv01']);
    expect(await namesOn(destination, MACHINES, 'Name')).toEqual(['hv02', ID]);
    expect(await namesOn(destination, PLANNED, 'Name')).toEqual([]);
    expect(await namesOn(source, DISKS, 'InstanceID')).toEqual([]);
    expect(centre.hosts.map(countsOn)).toEqual([[0, 0], [0, 0]]);
    expect(centre.whereIs(ID.toLowerCase())).toBe('hv02');
    expect(centre.migrations).toMatchObject([{ id: job!.keys.InstanceID, end: 'completed', endedAt: expect.any(Number) as number }]);
  });

  it('keeps the state of the machine, and leads back', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'db01', state: 'saved' });
    const [first, second] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    await ended(first, (await ask(first, 'hv01', id, {})).job);
    expect(await namesOn(second, `SELECT EnabledState FROM Msvm_ComputerSystem WHERE Name = '${id}'`, 'EnabledState')).toEqual([6]);
    await ended(second, (await ask(second, 'hv02', id, { to: 'hv01' })).job);
    expect(centre.whereIs(id)).toBe('hv01');
    expect(centre.migrations.map(({ from, to, end }) => [from, to, end])).toEqual([['hv01', 'hv02', 'completed'], ['hv02', 'hv01', 'completed']]);
  });

  it.each([
    ['its storage alone, on its host', STORAGE, null, 307, 'hv01'],
    ['the machine with its storage', VIRTUAL_SYSTEM_AND_STORAGE, 'hv02', 306, 'hv02'],
  ])('of %s: disks and folders are elsewhere', async (_what, type, to, jobType, on) => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'db01', disks: ['C:\\a.vhdx', 'C:\\b.vhdx'] });
    const source = clientAt(centre, 'hv01');
    const [, second] = (await namesOn(source, DISKS, 'InstanceID')) as string[];
    const { job } = await ask(source, 'hv01', id, { type, to, disks: { [second!]: 'D:\\b.vhdx' }, folder: 'D:\\db01' });
    expect(await ended(source, job)).toMatchObject({ JobState: 7, JobType: jobType });
    const there = clientAt(centre, on);
    expect(await namesOn(there, DISKS, 'HostResource')).toEqual([['C:\\a.vhdx'], ['D:\\b.vhdx']]);
    expect(await namesOn(there, 'SELECT ConfigurationDataRoot FROM Msvm_VirtualSystemSettingData', 'ConfigurationDataRoot')).toEqual(['D:\\db01']);
    expect([centre.whereIs(id), centre.migrations[0]?.to]).toEqual([on, on]);
  });

  it('that is staged leaves a planned machine on the destination, which the real one takes the place of', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'db01' });
    const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    expect(await ended(source, (await ask(source, 'hv01', id, { type: STAGED })).job)).toMatchObject({ JobState: 7 });
    expect([centre.whereIs(id), await namesOn(destination, PLANNED, 'Name')]).toEqual(['hv01', [id]]);
    centre.failNext({ code: 0x80072746 });
    await ended(source, (await ask(source, 'hv01', id, {})).job);
    expect(await namesOn(destination, PLANNED, 'Name')).toEqual([id]);
    await ended(source, (await ask(source, 'hv01', id, {})).job);
    expect([centre.whereIs(id), await namesOn(destination, PLANNED, 'Name')]).toEqual(['hv02', []]);
  });

  it('that is a deep check moves nothing', async () => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'db01' });
    const source = clientAt(centre, 'hv01');
    expect(await ended(source, (await ask(source, 'hv01', id, { type: STORAGE_DEEP_CHECK, to: null })).job)).toMatchObject({ JobState: 7 });
    expect(centre.whereIs(id)).toBe('hv01');
  });

  it('is forgotten some time after its end, and its job says when', async () => {
    const centre = await startCentre({ jobLifetimeMs: 60 });
    const id = centre.addMachine('hv01', { name: 'db01' });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', id, {});
    expect((await source.get(job!)).TimeBeforeRemoval).toEqual(CimInterval.parse('P0DT0H0M0.06S'));
    await expect(jobWhen(source, job, () => false)).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable' });
    expect(centre.whereIs(id)).toBe('hv02');
  });
});

describe('a request is refused', () => {
  const refused: readonly [what: string, returnValue: number, asked: Parameters<typeof ask>[3], machine?: string][] = [
    ['a machine that is not there', 32773, {}, '00000000-0000-4000-8000-000000000000'],
    ['an unknown type', 32773, { type: 4711 }],
    ['no destination', 32773, { to: null }],
    ['itself as the destination', 32773, { to: 'hv01' }],
    ['a destination for storage alone', 32773, { type: STORAGE }],
    ['a disk that it does not have', 32773, { type: STORAGE, to: null, disks: { 'Microsoft:X': 'D:\\x.vhdx' } }],
  ];
  it.each(refused)('%s: %i', async (_what, returnValue, asked, machine) => {
    const centre = await startCentre();
    const id = centre.addMachine('hv01', { name: 'web01' });
    expect(await ask(clientAt(centre, 'hv01'), 'hv01', machine ?? id, asked)).toEqual({ returnValue, job: null });
    expect([centre.migrations, centre.whereIs(id)]).toEqual([[], 'hv01']);
  });

  it('with 32775: migrations are off, it moves already, it changes its state', async () => {
    const centre = await startCentre({ hosts: [{ name: 'hv01', migrationEnabled: false }, 'hv02'], migrationMs: 5000 });
    const [off, moving, starting] = [centre.addMachine('hv01', { name: 'a' }), centre.addMachine('hv02', { name: 'b' }), centre.addMachine('hv02', { name: 'c', state: 'off' })];
    const [first, second] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    expect((await ask(first, 'hv01', off, {})).returnValue).toBe(32775);
    expect((await ask(first, 'hv01', off, { type: STORAGE, to: null })).returnValue).toBe(4096);
    expect((await ask(second, 'hv02', moving, { type: STORAGE, to: null })).returnValue).toBe(4096);
    expect((await ask(second, 'hv02', moving, { type: STORAGE, to: null })).returnValue).toBe(32775);
    await second.invoke(instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: starting }), 'RequestStateChange', { RequestedState: 2 });
    expect((await ask(second, 'hv02', starting, { type: STORAGE, to: null })).returnValue).toBe(32775);
    expect(centre.migrations).toHaveLength(2);
  });
});

describe('cancelling a job', () => {
  const change = async (client: WsmanClient, job: InstancePath | null, RequestedState: number): Promise<number> => (await client.invoke(job!, 'RequestStateChange', { RequestedState })).returnValue;

  it.each([
    ['terminate', 4, 8],
    ['kill', 5, 9],
  ])('%s', async (_what, requested, state) => {
    const centre = await startCentre({ migrationMs: 8000 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
    const { job } = await ask(source, 'hv01', id, {});
    expect(await change(source, job, requested)).toBe(0);
    expect(await ended(source, job)).toMatchObject({ JobState: state });
    expect([centre.whereIs(id), await namesOn(destination, PLANNED, 'Name'), centre.migrations[0]?.end]).toEqual(['hv01', [], 'cancelled']);
    expect(await change(source, job, requested)).toBe(32775);
  });

  it('terminating takes a moment, in which it cannot be asked again', async () => {
    const centre = await startCentre({ migrationMs: 8000 });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', centre.addMachine('hv01', { name: 'web01' }), {});
    await change(source, job, 4);
    expect(await source.get(job!)).toMatchObject({ JobState: 6, Cancellable: false });
    expect(await change(source, job, 4)).toBe(32775);
    expect(centre.migrations[0]?.end).toBeNull();
  });

  it('is refused from 90 percent on, and for other states', async () => {
    const centre = await startCentre({ migrationMs: 1000 });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', centre.addMachine('hv01', { name: 'web01' }), {});
    expect(await change(source, job, 3)).toBe(32770);
    const late = await jobWhen(source, job, ({ PercentComplete }) => Number(PercentComplete) >= 90);
    expect(late.Cancellable).toBe(false);
    expect(await change(source, job, 4)).toBe(32775);
    await ended(source, job);
    expect(centre.migrations[0]?.end).toBe('completed');
  });
});
