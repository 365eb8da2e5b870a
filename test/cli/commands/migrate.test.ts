import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { WsmanClient } from '../../../src/client/wsman-client.js';
import type { MigrationIntent } from '../../../src/hyperv/migrations/intent.js';
import { MigrationService } from '../../../src/hyperv/migrations/service.js';
import { type Centre, linesOf, newIo, startCentre } from './centre.js';

// Real ones, of which a test can let one fail.
vi.mock('node:fs/promises', { spy: true });

const NO_CREDENTIALS = 0x8009030e;
/** Of MigrateVirtualSystemToHost: Invalid state for this operation. */
const INVALID_STATE = 32775;
/** Long enough to do something while it runs. */
const SLOW = { migrationMs: 2000 };

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(folder, 'run-')), 'intent.json');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

describe('hyperv-wsman migrate', () => {
  it('moves a machine, tells its progress on standard error and the outcome on standard output', async () => {
    const { cli, centre, web01, url } = await startCentre();
    const { status, stdout, stderr } = await cli(['migrate', 'web01', '--to-url', url('hv02')]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^succeeded after \d+ s: Completed\n$/)]);
    expect(stderr).toMatch(/^Job [0-9A-F-]{36} on 127\.0\.0\.1:\d+\n( *\d+ % {2}.+\n)+$/);
    expect(stderr).toMatch(/\n100 % {2}Completed\n$/);
    expect(centre.whereIs(web01)).toBe('hv02');
  });

  it('--json: one event a line, the outcome last, nothing on standard error', async () => {
    const { cli, centre } = await startCentre();
    const run = await cli(['migrate', 'web01', '--to', 'hv02', '--json']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const lines = linesOf(run);
    const job = expect.objectContaining({ keys: { InstanceID: centre.migrations[0]?.id } }) as unknown;
    expect(lines[0]).toEqual({ event: 'started', job });
    expect(lines.slice(1, -1).every(({ event }) => event === 'status')).toBe(true);
    expect(lines.at(-2)).toMatchObject({ job, state: 'Completed', percent: 100 });
    expect(lines.at(-1)).toMatchObject({ event: 'outcome', kind: 'succeeded', job, state: 'Completed', errors: [], diagnosis: null, reason: null });
  });

  it('tells why it failed and what to do, and exits with 1', async () => {
    const { cli, centre, web01 } = await startCentre();
    centre.failNext({ code: NO_CREDENTIALS });
    const { status, stdout } = await cli(['migrate', web01, '--to', 'hv02']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^failed after \d+ s\n\n.*\n {2}MessageID +21024\n/);
    expect(stdout).toMatch(/SEC_E_NO_CREDENTIALS, 0x8009030E.*\n {2}layer +authentication\n/);
    expect(stdout).toMatch(/\n {2}destination +hv02\n/);
    expect(centre.whereIs(web01)).toBe('hv01');
  });

  it('--json: has the errors and the diagnosis of a failure', async () => {
    const { cli, centre } = await startCentre();
    centre.failNext({ code: NO_CREDENTIALS });
    const run = await cli(['migrate', 'web01', '--to', 'hv02', '--json']);
    expect(run.status).toBe(1);
    expect(linesOf(run).at(-1)).toMatchObject({ kind: 'failed', errors: [{ MessageID: '21024' }, {}], diagnosis: { layer: 'authentication', destinationHost: 'hv02' } });
  });

  it('sends what --type, --storage-path and --setting say', async () => {
    const { cli, centre } = await startCentre();
    const argv = ['migrate', 'web01', '--to', 'hv02', '--type', 'VirtualSystemAndStorage', '--storage-path', 'D:\\VMs', '--setting', 'TransportType=5'];
    expect((await cli(argv)).status).toBe(0);
    expect(centre.migrations).toMatchObject([{ type: 32771 }]);
    const sent = centre.host('hv01').requests.find(({ action }) => action.endsWith('/MigrateVirtualSystemToHost'))!;
    expect(sent.envelope).toMatch(/TransportType(?:(?!PROPERTY)[^])*VALUE&gt;5&lt;/);
    expect(sent.envelope).toContain('D:\\VMs\\Virtual Hard Disks\\web01.vhdx');
  });

  it('refuses a machine of a cluster, unless it is told otherwise', async () => {
    const { cli, centre } = await startCentre({ hosts: [{ name: 'hv01', clustered: true }, 'hv02'] });
    centre.addMachine('hv01', { name: 'sql01', clustered: true });
    expect(await cli(['migrate', 'sql01', '--to', 'hv02'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('failover cluster') as string });
    expect((await cli(['migrate', 'sql01', '--to', 'hv02', '--allow-clustered'])).status).toBe(0);
  });

  it('--detach prints the reference of the job, which watch takes', async () => {
    const { cli, centre, web01 } = await startCentre({ migrationMs: 300 });
    const { status, stdout } = await cli(['migrate', 'web01', '--to', 'hv02', '--detach']);
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { className: 'Msvm_MigrationJob', keys: { InstanceID: centre.migrations[0]!.id } }]);
    expect(centre.whereIs(web01)).toBe('hv01');
    expect(await cli(['watch', '-'], newIo(stdout))).toMatchObject({ status: 0, stdout: expect.stringMatching(/^succeeded/) as string });
    expect(centre.whereIs(web01)).toBe('hv02');
  });

  it.each(['--json', '--detach'])('says how to go on when it cannot be written which job was started: %s', async (option) => {
    const { cli, centre } = await startCentre({ migrationMs: 60_000 });
    const io = newIo();
    vi.spyOn(io.stdout, 'write').mockImplementation((...call: readonly unknown[]) => {
      (call.at(-1) as (error: Error) => void)(Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }));
      return true;
    });
    const { status, stderr } = await cli(['migrate', 'web01', '--to', 'hv02', option], io);
    expect(status).toBe(74);
    expect(stderr).toContain(`\n  hyperv-wsman watch ${centre.migrations[0]!.id} --to hv02 --url `);
  });

  it('leaves the migration running when it is interrupted, and says how to go on', async () => {
    const { cli, centre, web01 } = await startCentre(SLOW);
    const io = newIo();
    const running = cli(['migrate', 'web01', '--to', 'hv02'], io);
    await expect.poll(() => centre.migrations.length, { timeout: 10_000 }).toBe(1);
    io.interrupt(new Interruption('SIGINT'));
    const { status, stdout, stderr } = await running;
    expect([status, stdout]).toEqual([130, '']);
    const { id } = centre.migrations[0]!;
    expect(stderr).toMatch(/\nIt goes on on the host. To follow it, and to cancel it:\n/);
    expect(stderr).toContain(`\n  hyperv-wsman watch ${id} --to hv02 --url ${centre.host('hv01').url} --username kim\n  hyperv-wsman cancel ${id} --url `);
    expect(stderr).not.toContain('Run-Book-7');
    await expect.poll(() => centre.whereIs(web01), { timeout: 10_000 }).toBe('hv02');
  });

  it.each([
    ['--deadline', /is Running at \d+ % after 100 ms/],
    ['--stall', /does not move/],
  ])('%s ends the following with 3, and not the migration', async (option, message) => {
    const { cli, centre } = await startCentre({ migrationMs: 60_000 });
    const { status, stderr } = await cli(['migrate', 'web01', '--to', 'hv02', option, '0.1']);
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('hyperv-wsman watch');
    expect(centre.migrations).toMatchObject([{ end: null }]);
  });

  it.each<[status: number, message: RegExp, argv: readonly string[]]>([
    [2, /has no virtual machine "mail01"/, ['mail01', '--to', 'hv02']],
    [2, /Where to\?/, ['web01']],
    [2, /--type.*VirtualSystem/, ['web01', '--to', 'hv02', '--type', 'Everything']],
    [2, /--stall.*number of seconds/, ['web01', '--to', 'hv02', '--stall', 'long']],
  ])('exits with %i: %s', async (status, message, argv) => {
    const { cli, centre } = await startCentre();
    const run = await cli(['migrate', ...argv]);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toMatch(message);
    expect(centre.migrations).toEqual([]);
  });
});

describe('hyperv-wsman migrate, when the answer to its start is lost', () => {
  beforeEach(() => {
    // Only of the start: whatever is read before arrives.
    const invoke = Reflect.get(WsmanClient.prototype, 'invoke');
    vi.spyOn(WsmanClient.prototype, 'invoke').mockImplementation(function (this: WsmanClient, ...call) {
      if (call[1] === 'MigrateVirtualSystemToHost') lose();
      return Reflect.apply(invoke, this, call);
    });
  });
  let lose: () => void;

  it('finds the job, and follows it', async () => {
    const { cli, centre } = await startCentre();
    lose = () => centre.host('hv01').trouble({ when: 'response', kind: 'drop' });
    const { status, stdout, stderr } = await cli(['migrate', 'web01', '--to', 'hv02']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^succeeded/)]);
    expect(stderr).toMatch(/^The migration of web01 may or may not have been started: .*: finding out; .*\n/);
    expect(centre.migrations).toHaveLength(1);
  });

  it('says so when nothing was started, and exits with 1', async () => {
    quickly();
    const { cli, centre, url } = await startCentre();
    lose = () => centre.host('hv01').onInvoke('Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', () => ({ returnValue: 4096 }));
    const { status, stdout } = await cli(['migrate', 'web01', '--to-url', url('hv02')]);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^not started: .*may be started again\n( {2}\S+ {2}127.*\n)+$/)]);
  });

  it('does not say so of storage, of which only its job could tell', async () => {
    quickly();
    const { cli, centre } = await startCentre();
    lose = () => centre.host('hv01').onInvoke('Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', () => ({ returnValue: 4096 }));
    const run = await cli(['migrate', 'web01', '--type', 'Storage', '--storage-path', 'D:\\VMs', '--json']);
    expect(run.status).toBe(3);
    expect(linesOf(run)).toMatchObject([{ event: 'outcome', kind: 'unknown', job: null }]);
  });
});

describe('hyperv-wsman migrate --intent', () => {
  const migrate = ({ cli, url }: Centre, ...more: readonly string[]) => cli(['migrate', 'web01', '--to-url', url('hv02'), '--intent', file, ...more]);
  const stored = (): MigrationIntent => JSON.parse(readFileSync(file, 'utf8')) as MigrationIntent;

  it('stores the intent before the start', async () => {
    const world = await startCentre();
    let atStart: MigrationIntent | null = null;
    const start = Reflect.get(MigrationService.prototype, 'start');
    vi.spyOn(MigrationService.prototype, 'start').mockImplementation(function (this: MigrationService, ...call) {
      atStart = stored();
      return Reflect.apply(start, this, call);
    });
    expect((await migrate(world)).status).toBe(0);
    expect(atStart).toMatchObject({ version: 1, machine: { id: world.web01, name: 'web01' }, to: 'hv02', type: 'VirtualSystem' });
    expect(stored()).toEqual({ ...atStart!, job: expect.objectContaining({ keys: { InstanceID: world.centre.migrations[0]!.id } }) as unknown });
    expect(readdirSync(dirname(file))).toEqual(['intent.json']);
  });

  it('a second run goes on with the job of the first', async () => {
    const world = await startCentre({ migrationMs: 300 });
    await migrate(world, '--detach');
    const { status, stderr } = await migrate(world);
    expect(status).toBe(0);
    expect(stderr).toMatch(/holds a migration that was started after .*: going on with it\nJob /);
    expect(world.centre.migrations).toHaveLength(1);
  });

  it('a second run finds the job of a first one that was killed before it could store it', async () => {
    const world = await startCentre({ migrationMs: 300 });
    await migrate(world, '--detach');
    writeFileSync(file, JSON.stringify({ ...stored(), job: undefined }));
    const { status, stderr } = await migrate(world);
    expect(status).toBe(0);
    expect(stderr).toMatch(/holds an intent of .*: finding out what became of it; .*\nJob /);
    expect(stored()).toHaveProperty('job');
    expect(world.centre.migrations).toHaveLength(1);
  });

  it.each([
    ['its job is stored', /^The job is gone before its end was seen; its machine is still on the source/],
    ['it was killed before that', /^not moved: .*it did not begin, or it began and failed/],
  ])('a second run does not start again what has failed and was forgotten: %s', async (when, message) => {
    quickly();
    const world = await startCentre({ jobLifetimeMs: 0 });
    world.centre.failNext({ code: NO_CREDENTIALS });
    await migrate(world, '--detach');
    await expect.poll(() => world.centre.migrations[0]?.end, { timeout: 10_000 }).toBe('failed');
    if (when !== 'its job is stored') writeFileSync(file, JSON.stringify({ ...stored(), job: undefined }));
    const { status, stdout } = await migrate(world);
    expect([status, stdout]).toEqual([1, expect.stringMatching(message)]);
    expect(world.centre.migrations).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  it('ends no migration whose job cannot be stored', async () => {
    const world = await startCentre();
    vi.mocked(rename).mockRejectedValueOnce(new Error('ENOSPC: no space'));
    const { status, stderr } = await migrate(world);
    expect(status).toBe(0);
    expect(stderr).toContain('Cannot store which job it is: ENOSPC: no space');
    expect(stored()).not.toHaveProperty('job');
    expect(readdirSync(dirname(file))).toEqual(['intent.json']);
  });

  it('leaves no file when the disk is full, and starts nothing', async () => {
    const world = await startCentre();
    vi.mocked(link).mockRejectedValueOnce(new Error('ENOSPC: no space'));
    expect(await migrate(world)).toMatchObject({ status: 2, stderr: expect.stringContaining('Cannot store the intent, so nothing was started') as string });
    expect(readdirSync(dirname(file))).toEqual([]);
    expect(world.centre.migrations).toEqual([]);
  });

  it('leaves the file that another run has stored since', async () => {
    const world = await startCentre();
    world.centre.failNext({ code: NO_CREDENTIALS });
    let other: unknown = null;
    vi.mocked(rename).mockImplementationOnce((from) => {
      other = { ...(JSON.parse(readFileSync(from, 'utf8')) as MigrationIntent), id: 'b1f4a7c2-5c1e-4d2a-9b36-0e7a5d8c4f10' };
      rmSync(from);
      writeFileSync(file, JSON.stringify(other));
      return Promise.resolve();
    });
    expect((await migrate(world)).status).toBe(1);
    expect(stored()).toEqual(other);
  });

  it('says when it is interrupted that the same command goes on', async () => {
    const world = await startCentre({ migrationMs: 60_000 });
    const { status, stderr } = await migrate(world, '--deadline', '0.1');
    expect(status).toBe(3);
    expect(stderr).toMatch(/\nIt goes on on the host\. To follow it, give the same command again; to cancel it:\n {2}hyperv-wsman cancel /);
    expect(stderr).not.toContain('hyperv-wsman watch');
  });

  it('a second run sees that the machine has moved when the job is gone', async () => {
    const world = await startCentre({ jobLifetimeMs: 0 });
    await migrate(world, '--detach');
    await expect.poll(() => world.centre.migrations[0]?.end, { timeout: 10_000 }).toBe('completed');
    expect(await migrate(world)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^The job is gone before its end was seen; its machine is on the destination/) as string });
    writeFileSync(file, JSON.stringify({ ...stored(), job: undefined }));
    expect(await migrate(world)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^moved: the destination has the machine/) as string });
    expect(linesOf(await migrate(world, '--json'))).toMatchObject([{ event: 'outcome', kind: 'moved', job: null }]);
    expect(world.centre.migrations).toHaveLength(1);
  });

  it('a run that was stopped before the start is forgotten', async () => {
    const world = await startCentre();
    const io = newIo();
    const intend = Reflect.get(MigrationService.prototype, 'intend');
    vi.spyOn(MigrationService.prototype, 'intend').mockImplementationOnce(async function (this: MigrationService, ...call) {
      const intent = await Reflect.apply(intend, this, call);
      io.interrupt(new Interruption('SIGTERM'));
      return intent;
    });
    expect((await world.cli(['migrate', 'web01', '--to-url', world.url('hv02'), '--intent', file], io)).status).toBe(143);
    expect([existsSync(file), world.centre.migrations]).toEqual([false, []]);
  });

  it.each<[string, Parameters<Centre['centre']['failNext']>[0]]>([
    ['failed', { code: NO_CREDENTIALS }],
    ['was refused', { reject: INVALID_STATE }],
  ])('is forgotten when it %s, so that the next run starts it anew', async (_what, failure) => {
    const world = await startCentre();
    world.centre.failNext(failure);
    expect((await migrate(world)).status).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect((await migrate(world)).status).toBe(0);
  });

  it('is not taken for another migration', async () => {
    const world = await startCentre();
    await migrate(world);
    for (const argv of [['db01', '--to', 'hv02'], ['web01', '--to', 'hv03'], ['web01', '--to', 'hv02', '--type', 'Staged']]) {
      const run = await world.cli(['migrate', ...argv, '--intent', file]);
      expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('holds another intent') as string });
    }
  });

  it.each<[message: RegExp, content: string]>([
    [/Cannot read an intent from .*JSON/, '{'],
    [/no intent of version 1/, '{}'],
    [/no intent of version 1/, 'null'],
  ])('refuses a file: %s', async (message, content) => {
    const world = await startCentre();
    writeFileSync(file, content);
    const run = await migrate(world);
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(message);
    expect(world.centre.migrations).toEqual([]);
  });

  it('starts nothing when the intent cannot be stored', async () => {
    const world = await startCentre();
    const run = await world.cli(['migrate', 'web01', '--to', 'hv02', '--intent', join(folder, 'absent', 'intent.json')]);
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Cannot store the intent, so nothing was started') as string });
    expect(world.centre.migrations).toEqual([]);
  });
});

/** What is still need not be looked at for long. */
function quickly(): void {
  const reconcile = Reflect.get(MigrationService.prototype, 'reconcile');
  vi.spyOn(MigrationService.prototype, 'reconcile').mockImplementation(function (this: MigrationService, intent, options) {
    return Reflect.apply(reconcile, this, [intent, { ...options, settleMs: 50 }]);
  });
}
