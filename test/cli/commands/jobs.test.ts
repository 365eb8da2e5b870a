import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Job } from '../../../src/hyperv/job.js';
import { toOutcome } from '../../../src/hyperv/outcome.js';
import { type Centre, linesOf, newIo, startCentre } from './centre.js';

const STORAGE_JOB = '5F9EB162-E80C-437A-92B6-470D15F3AC8E';

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the migration of web01 to hv02, and gives the reference of its job as it was printed. */
async function detach({ cli }: Centre): Promise<{ readonly reference: string; readonly id: string }> {
  const { stdout } = await cli(['migrate', 'web01', '--to', 'hv02', '--detach']);
  return { reference: stdout, id: (JSON.parse(stdout) as { keys: { InstanceID: string } }).keys.InstanceID };
}

describe('hyperv-wsman jobs', () => {
  it('lists what runs and what has ended, as JSON and as a table', async () => {
    const world = await startCentre({ migrationMs: 60_000 });
    world.centre.host('hv01').addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 7 });
    const { id } = await detach(world);
    const all = await world.cli(['jobs']);
    expect(all).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(all)).toHaveLength(2);
    const [running, ...more] = linesOf(await world.cli(['jobs', '--running']));
    expect(running).toMatchObject({ job: { className: 'Msvm_MigrationJob', keys: { InstanceID: id } }, phase: 'running', state: 'Running', machine: world.web01, to: 'hv02', cancellable: true });
    expect(more).toEqual([]);
    const { stdout } = await world.cli(['jobs', '--table']);
    expect(stdout).toMatch(/^INSTANCEID +STATE +% +TO +MACHINE +CLASS\n/);
    expect(stdout).toMatch(new RegExp(`^${id} +Running +\\d+ +hv02 +${world.web01} +Msvm_MigrationJob$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${STORAGE_JOB} +Completed .* Msvm_StorageJob$`, 'm'));
  });
});

describe('hyperv-wsman watch', () => {
  it.each(['GUID', 'file', 'event'] as const)('follows the job of a %s to its end', async (form) => {
    const world = await startCentre({ migrationMs: 300 });
    const { id, reference } = await detach(world);
    const file = join(folder, form);
    writeFileSync(file, form === 'event' ? `{"event":"started","job":${reference}}` : reference);
    const { status, stdout, stderr } = await world.cli(['watch', form === 'GUID' ? `{${id.toLowerCase()}}` : file]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^succeeded after/)]);
    expect(stderr).toMatch(/^( *\d+ % {2}.*\n)+$/);
  });

  it('tells a failure as migrate does', async () => {
    const world = await startCentre();
    world.centre.failNext({ code: 0x8009030e });
    const { id } = await detach(world);
    const run = await world.cli(['watch', id, '--json']);
    expect(run.status).toBe(1);
    expect(linesOf(run).at(-1)).toMatchObject({ event: 'outcome', kind: 'failed', diagnosis: { layer: 'authentication' } });
  });

  it('takes a job of another class, and says how to go on with it', async () => {
    const { cli, centre } = await startCentre();
    centre.host('hv01').addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 4 });
    const { status, stderr } = await cli(['watch', STORAGE_JOB, '--class', 'Msvm_StorageJob', '--deadline', '0.1']);
    expect(status).toBe(3);
    expect(stderr).toContain(`\n  hyperv-wsman cancel ${STORAGE_JOB} --class Msvm_StorageJob --url http://127`);
  });

  it('of a job that is gone, exits with 1: nobody knows what became of it', async () => {
    const { cli } = await startCentre();
    const { status, stdout } = await cli(['watch', '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11']);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^The job is gone before its end was seen; what became of it could not be found out .*\n {2}\S+ {2}127.*has no such job any more\n$/)]);
  });

  it('of a job that is gone, looks for the machine on both hosts', async () => {
    const world = await startCentre({ migrationMs: 1000, jobLifetimeMs: 0 });
    const { reference } = await detach(world);
    const { status, stdout } = await world.cli(['watch', '-', '--to-url', world.url('hv02')], newIo(reference));
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^The job is gone before its end was seen; its machine is on the destination, and no longer on the source/)]);
  });

  it.each(['watch', 'cancel'])('refuses a class that is none of jobs: %s', async (command) => {
    const { cli } = await startCentre();
    for (const name of ['Msvm_Foo', 'Msvm_ComputerSystem']) {
      const run = await cli([command, STORAGE_JOB, '--class', name]);
      expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(`--class ${name} is no class of jobs`) as string });
    }
  });

  it('leaves the job running when the reader of its events leaves, and exits with 0', async () => {
    const world = await startCentre({ migrationMs: 60_000 });
    const { id } = await detach(world);
    const io = newIo();
    // As of a pipe whose other end is closed.
    vi.spyOn(io.stdout, 'write').mockImplementation((...call: readonly unknown[]) => {
      (call.at(-1) as (error: Error) => void)(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
      return true;
    });
    expect(await world.cli(['watch', id, '--json'], io)).toMatchObject({ status: 0, stderr: '' });
    expect(world.centre.migrations).toMatchObject([{ end: null }]);
  });

  it('ends with 74 when its events cannot be written, and says how to go on', async () => {
    const world = await startCentre({ migrationMs: 60_000 });
    const { id } = await detach(world);
    const io = newIo();
    vi.spyOn(io.stdout, 'write').mockImplementation((...call: readonly unknown[]) => {
      (call.at(-1) as (error: Error) => void)(Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }));
      return true;
    });
    const { status, stderr } = await world.cli(['watch', id, '--json', '--to-url', world.url('hv02'), '--timeout', '20'], io);
    expect(status).toBe(74);
    expect(stderr).toContain('hyperv-wsman: cannot write the output: ENOSPC: no space');
    expect(stderr).toContain(`\n  hyperv-wsman watch ${id} --to-url ${world.url('hv02')} --url ${world.url('hv01')} --username kim --timeout 20\n`);
    expect(stderr).toContain(`\n  hyperv-wsman cancel ${id} --url ${world.url('hv01')} --username kim --timeout 20\n`);
  });

  it.each<[message: RegExp, argument: string, stdin: string]>([
    [/Cannot read .*absent/, join(folder, 'absent'), ''],
    [/Standard input holds no reference of a job in JSON/, '-', 'nothing'],
    [/Standard input holds no reference of a job in JSON/, '-', 'null'],
    [/A job reference has host, namespace, className and keys.InstanceID/, '-', '{}'],
    [/The job reference is of hv09:5985/, '-', '{"host":"hv09:5985","namespace":"root/virtualization/v2","className":"Msvm_StorageJob","keys":{"InstanceID":"1"}}'],
  ])('refuses: %s', async (message, argument, stdin) => {
    const { cli } = await startCentre();
    const run = await cli(['watch', argument], newIo(stdin));
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(message);
  });
});

describe('hyperv-wsman cancel', () => {
  it.each([
    ['Terminate', []],
    ['Kill', ['--kill']],
  ])('asks for %s, and waits until the job has ended', async (_state, argv) => {
    const world = await startCentre({ migrationMs: 60_000 });
    const { id } = await detach(world);
    const run = await world.cli(['cancel', id, '--json', ...argv]);
    expect(run.status).toBe(0);
    expect(linesOf(run)).toMatchObject([{ event: 'outcome', kind: 'cancelled', state: argv.length === 0 ? 'Terminated' : 'Killed' }]);
    expect(world.centre.whereIs(world.web01)).toBe('hv01');
    expect(world.centre.migrations).toMatchObject([{ end: 'cancelled' }]);
  });

  it('refuses a job that has ended, with 2', async () => {
    const world = await startCentre();
    const { id } = await detach(world);
    await world.cli(['watch', id]);
    expect(await world.cli(['cancel', id])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('has ended already: Completed') as string });
  });

  it('exits with 3 when how it ended is not known', async () => {
    const { cli, centre } = await startCentre();
    const host = centre.host('hv01');
    const reference = host.addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 4, properties: { Cancellable: true } });
    const wait = vi.spyOn(Job.prototype, 'wait').mockResolvedValue(toOutcome({ kind: 'unknown', evidence: { reference, status: null, observations: [] }, cause: null }));
    host.onInvoke('Msvm_StorageJob', 'RequestStateChange', () => {
      host.addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 8 });
      return { returnValue: 0 };
    });
    expect((await cli(['cancel', '-'], newIo(JSON.stringify(reference)))).status).toBe(3);
    wait.mockRestore();
  });

  it('exits with 1 when the job ended otherwise', async () => {
    const { cli, centre } = await startCentre();
    const host = centre.host('hv01');
    const reference = host.addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 4, properties: { Cancellable: true } });
    host.onInvoke('Msvm_StorageJob', 'RequestStateChange', () => {
      host.addJob({ className: 'Msvm_StorageJob', InstanceID: STORAGE_JOB, JobState: 7 });
      return { returnValue: 0 };
    });
    expect(await cli(['cancel', '-'], newIo(JSON.stringify(reference)))).toMatchObject({ status: 1, stdout: expect.stringMatching(/^succeeded/) as string });
  });
});
