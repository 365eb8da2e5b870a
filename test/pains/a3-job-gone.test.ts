import { describe, expect, it } from 'vitest';
import { JobGoneError, diagnose } from '../../src/index.js';
import { OFTEN, books, jobsOn, logOn, startCentre, until } from './world.js';

describe('A3: the job vanishes some minutes after its end, and nobody knows what became of it', () => {
  it('whoever waits asks well within the time that the host keeps a job, and gets its errors', async () => {
    const centre = await startCentre({ jobLifetimeMs: 2000 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ code: 0x80070070 });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const outcome = await job.wait({ firstPollMs: 60_000, slowestPollMs: 60_000 });
    expect(outcome.kind).toBe('failed');
    expect(diagnose(outcome.kind === 'failed' ? outcome.errors : []).cause?.name).toBe('ERROR_DISK_FULL');
  });

  it('a job that vanishes between its end and the question why still tells what its instance said', async () => {
    const centre = await startCentre();
    const host = centre.host('hv01');
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext({ errors: [{ MessageID: '21024', Message: 'No room for web01 (0x80070070).' }] });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    host.onInvoke('Msvm_MigrationJob', 'GetErrorEx', () => {
      host.removeJob(job.reference);
      throw new Error('the job was just removed');
    });
    const outcome = await job.wait(OFTEN);
    expect(outcome).toMatchObject({ kind: 'failed', errors: [{ Message: 'No room for web01 (0x80070070).' }] });
  });

  it.each([
    ['moved', 'completed', 'hv02'],
    ['notMoved', 'failed', 'hv01'],
  ] as const)('a job that is gone before anybody looked: both hosts tell that the machine has %s', async (machine, end, at) => {
    const centre = await startCentre({ jobLifetimeMs: 1 });
    const [source, destination] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01' });
    if (end === 'failed') centre.failNext({ code: 0x80070070 });
    const intent = await source.migrations.intend(id, { to: destination });
    const { reference } = await source.migrations.start(intent);
    await until(() => centre.migrations[0]?.end === end && jobsOn(centre, 'hv01') === 0);

    const outcome = await source.migrationJob(reference).wait({ ...OFTEN, destination, machine: id });
    expect(outcome).toMatchObject({ kind: 'gone', machine });
    expect(centre.whereIs(id)).toBe(at);
    expect(new Set(outcome.evidence.observations.map(({ host }) => host))).toEqual(new Set([source.client.host, destination.client.host]));
    expect(() => outcome.orThrow()).toThrow(JobGoneError);
    await expect(source.migrationJob(reference).status()).rejects.toBeInstanceOf(JobGoneError);

    const finding = await source.migrations.reconcile(intent, { destination, settleMs: 50 });
    expect(finding.kind).toBe(machine);
  });

  it('the id is lost: the job is found again by what was intended', async () => {
    const centre = await startCentre({ migrationMs: 300 });
    const source = logOn(centre, 'hv01');
    const id = centre.addMachine('hv01', { name: 'web01' });
    const addJob = (DestinationHost: string) => centre.host('hv01').addJob({ JobState: 10, properties: { VirtualSystemName: id, DestinationHost, MigrationType: 32768 } });
    addJob('hv02');
    const intent = await source.migrations.intend(id, { to: 'hv02.example' });
    addJob('hv03');
    await source.migrations.start(intent);
    const finding = await source.migrations.reconcile(intent);
    if (finding.kind !== 'job') throw new Error(`The migration is ${finding.kind}`);
    expect(finding.job.reference.keys.InstanceID).toBe(centre.migrations[0]!.id);
    expect((await finding.job.wait(OFTEN)).kind).toBe('succeeded');
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it('nothing is made up: where only storage moved, the place of the machine tells nothing', async () => {
    const centre = await startCentre({ jobLifetimeMs: 1 });
    const source = logOn(centre, 'hv01');
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await source.migrations.start(id, { type: 'Storage', storage: { path: 'D:\\VMs' } });
    await until(() => centre.migrations[0]?.end === 'completed' && jobsOn(centre, 'hv01') === 0);
    const outcome = await job.wait(OFTEN);
    expect(outcome).toMatchObject({ kind: 'gone', machine: 'unknown' });
    expect(() => outcome.orThrow()).toThrow(/what became of it could not be found out/);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv01', end: 'completed' }]);

    const host = centre.host('hv01');
    const reference = host.addJob({ JobState: 4, properties: { MigrationType: 32769, VirtualSystemName: id } });
    const seen = await source.migrationJob(reference).wait({ ...OFTEN, machine: id, onStatus: () => host.removeJob(reference) });
    expect(seen).toMatchObject({ kind: 'gone', machine: 'unknown' });
  });

  it('nothing is made up: where the destination cannot be asked, the end is not known', async () => {
    const centre = await startCentre({ jobLifetimeMs: 1 });
    const [source, destination] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const job = await source.migrations.start(centre.addMachine('hv01', { name: 'web01' }), { to: 'hv02' });
    await until(() => centre.migrations[0]?.end === 'completed' && jobsOn(centre, 'hv01') === 0);
    const other = await startCentre({ hosts: ['hv02'] });
    const unreachable = logOn(other, 'hv02');
    await other.close();
    expect(await job.wait({ ...OFTEN, destination: unreachable, unreachableMs: 50 })).toMatchObject({ kind: 'gone', machine: 'unknown' });
    expect(await job.wait({ ...OFTEN, destination })).toMatchObject({ kind: 'gone', machine: 'moved' });
  });

  it('a host that has just started shows no jobs: none is taken for gone before the host can tell', async () => {
    const centre = await startCentre({ migrationMs: 60_000 });
    const source = logOn(centre, 'hv01');
    const job = await source.migrations.start(centre.addMachine('hv01', { name: 'web01' }), { to: 'hv02' });
    await centre.reboot('hv01', { vmmsDelayMs: 1500 });
    await expect(job.status()).rejects.not.toBeInstanceOf(JobGoneError);
    const outcome = await job.wait({ ...OFTEN, destination: logOn(centre, 'hv02') });
    expect(outcome).toMatchObject({ kind: 'gone', machine: 'notMoved' });
    expect(centre.migrations.map(({ end }) => end)).toEqual(['lost']);
  });
});
