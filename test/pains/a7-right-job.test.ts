import { describe, expect, it } from 'vitest';
import { Job, MigrationJob, instancePath } from '../../src/index.js';
import { OFTEN, logOn, startCentre } from './world.js';

const IMAGES = 'Msvm_ImageManagementService';
const IMAGE_SERVICE = instancePath(IMAGES, { CreationClassName: IMAGES, Name: 'vhdsvc', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'hv01' });

describe('A7: of several jobs the wrong one is followed, and every service has another class of jobs', () => {
  it('several migrations at once: each outcome is that of its own machine', async () => {
    const hosts = ['hv01', 'hv02'].map((name) => ({ name, maximumMigrations: 4 }));
    const centre = await startCentre({ hosts, migrationMs: 300 });
    const source = logOn(centre, 'hv01', { url: centre.host('hv01').url, connections: 4 });
    const ids = ['web01', 'web02', 'web03', 'web04'].map((name) => centre.addMachine('hv01', { name }));
    centre.failNext({ machine: 'web02', code: 0x80070070 });
    const jobs = await Promise.all(ids.map((id) => source.migrations.start(id, { to: 'hv02' })));
    const outcomes = await Promise.all(jobs.map((job) => job.wait(OFTEN)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'failed', 'succeeded', 'succeeded']);
    const machineOf = new Map(centre.migrations.map((record) => [record.id, record]));
    expect(jobs.map(({ reference }) => machineOf.get(reference.keys.InstanceID)?.machine)).toEqual(ids);
    expect(jobs.map(({ reference }) => machineOf.get(reference.keys.InstanceID)?.end)).toEqual(['completed', 'failed', 'completed', 'completed']);
  });

  it('a machine that is turned off while another moves: a job of another class, and both are followed', async () => {
    const centre = await startCentre({ migrationMs: 300 });
    const source = logOn(centre, 'hv01');
    const moving = centre.addMachine('hv01', { name: 'web01' });
    const stopping = centre.addMachine('hv01', { name: 'web02' });
    const migration = await source.migrations.start(moving, { to: 'hv02' });
    const job = await (await source.virtualMachine(stopping)).stop({ how: 'turnOff' });
    expect([migration, job].map((one) => one?.reference.className)).toEqual(['Msvm_MigrationJob', 'Msvm_ConcreteJob']);
    expect(job).not.toBeInstanceOf(MigrationJob);
    expect(await Promise.all([migration.wait(OFTEN), job!.wait(OFTEN)])).toMatchObject([{ kind: 'succeeded' }, { kind: 'succeeded' }]);
    expect((await source.virtualMachine(stopping)).state).toBe('off');
    expect(centre.whereIs(moving)).toBe('hv02');
  });

  it('any method: the job that it names is followed, whatever else is there of the same name', async () => {
    const centre = await startCentre();
    const host = centre.host('hv01');
    host.seed([{ className: IMAGES, keys: IMAGE_SERVICE.keys as Record<string, string>, properties: {} }]);
    const properties = { Caption: 'Compacting', ElementName: 'Compacting', Name: 'Compacting' };
    host.addJob({ className: 'Msvm_StorageJob', JobState: 7, properties });
    host.onInvoke(IMAGES, 'CompactVirtualHardDisk', () => {
      const errors = [{ Message: 'The file is in use (0x80070020).' }];
      const { className, keys } = host.addJob({ className: 'Msvm_StorageJob', JobState: 10, properties, errors });
      return { returnValue: 4096, out: { Job: instancePath(className, keys) } };
    });
    host.onInvoke(IMAGES, 'ValidateVirtualHardDisk', () => ({ returnValue: 0 }));
    const source = logOn(centre, 'hv01');
    const { job, returnValue } = await source.invoke(IMAGE_SERVICE, 'CompactVirtualHardDisk', { Path: 'C:\\disks\\a.vhdx', Mode: 0 });
    expect([returnValue, job instanceof Job, job?.reference.className]).toEqual([4096, true, 'Msvm_StorageJob']);
    expect(await source.job(job!.reference).wait(OFTEN)).toMatchObject({ kind: 'failed', errors: [{ Message: 'The file is in use (0x80070020).' }] });
    expect(await source.invoke(IMAGE_SERVICE, 'ValidateVirtualHardDisk', { Path: 'C:\\disks\\a.vhdx' })).toMatchObject({ returnValue: 0, job: null });
  });
});
