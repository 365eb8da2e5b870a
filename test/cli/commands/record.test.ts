import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { readRecording } from '../../../src/testing/recording.js';
import { SimulatedHost } from '../../../src/testing/simulated-host.js';
import { FakeIo, type Run, written } from '../fake-io.js';

const USER = { username: 'operator', domain: 'LAB', password: 'Correct-Horse-7' };
const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
const file = join(folder, 'recording.json');
let simulated: SimulatedHost;
let id: string;

beforeAll(async () => {
  simulated = await SimulatedHost.start({ users: [USER] });
  id = simulated.addJob({ JobState: 10, errors: [{ Message: 'LAB\\operator may not: Correct-Horse-7, payroll' }] }).keys.InstanceID;
});
afterAll(async () => {
  await simulated.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => rmSync(file, { force: true }));

const getError = (...more: readonly string[]): readonly string[] => ['--', 'get-error', id, '--url', simulated.url, '--username=LAB\\operator', ...more];
const record = (...argv: readonly string[]): Promise<Run> => new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: USER.password } }).run('record', '--output', file, ...argv);

describe('hyperv-wsman record', () => {
  it('runs the command and writes what was exchanged, for the owner alone', async () => {
    const { status, stdout, stderr } = await record('--remove', 'payroll', ...getError());
    expect([status, stdout]).toEqual([0, 'LAB\\operator may not: Correct-Horse-7, payroll\n']);
    expect(stderr).toBe(`${file}: 1 exchange recorded. Read it before you send it to anybody: texts of the host may say more than was found.\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(readRecording(text).exchanges).toHaveLength(1);
    expect(text).toContain(String.raw`DOMAIN-1\\user-1 may not: removed, removed`);
    expect([id, 'operator', 'LAB', USER.password, '127.0.0.1'].filter((original) => text.includes(original))).toEqual([]);
  });

  it('exits as the command does, and writes its exchanges all the same', async () => {
    expect(await record(...getError('--exit-code'))).toMatchObject({ status: 10 });
    expect(readRecording(readFileSync(file, 'utf8')).exchanges).toHaveLength(1);
  });

  it('replaces a file only when it is told to', async () => {
    writeFileSync(file, 'mine', { mode: 0o644 });
    expect(await record(...getError())).toEqual({ status: 2, stdout: '', stderr: `hyperv-wsman: ${file} exists; give --force to replace it\n` });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await record('--force', ...getError())).toMatchObject({ status: 0 });
    expect(readRecording(readFileSync(file, 'utf8')).exchanges).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes nothing when nothing was exchanged', async () => {
    const { status, stderr } = await record('--', 'get-error', id);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`Nothing was exchanged with a host; ${file} was not written.\n`)]);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('says that the file cannot be written', async () => {
    const absent = join(folder, 'absent', 'recording.json');
    const { status, stderr } = await new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: USER.password } }).run('record', '--output', absent, ...getError());
    expect([status, stderr]).toEqual([2, expect.stringContaining('Cannot write the recording: ENOENT')]);
  });

  it('needs a command', async () => {
    expect(await record()).toMatchObject({ status: 2, stderr: expect.stringContaining("missing required argument 'command'") as string });
  });
});

describe('hyperv-wsman replay', () => {
  it('answers the recorded command again, until it is interrupted', async () => {
    await record(...getError());
    const io = new FakeIo();
    const running = io.run('replay', file);
    await new Promise((resolve) => io.stdout.once('readable', resolve));
    const introduction = written(io.stdout);
    expect(introduction).toContain('It answers each of these once:\n  GetError of Msvm_MigrationJob InstanceID="00000000-0000-4000-8000-000000000002"\n');
    const options = /^ {2}(--url .*)$/m.exec(introduction)![1]!.split(' ');
    expect(await new FakeIo().run('get-error', '00000000-0000-4000-8000-000000000002', ...options)).toEqual({ status: 0, stdout: 'DOMAIN-1\\user-1 may not: removed, payroll\n', stderr: '' });
    io.interrupt(new Interruption('SIGINT'));
    expect(await running).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each<[message: RegExp, argv: readonly string[], stdin: string]>([
    [/Cannot read .*absent/, [join(folder, 'absent')], ''],
    [/no recording of version 1/, ['-'], '{}'],
    [/from 0 to 65535/, ['-', '--port', '65536'], ''],
  ])('exits with 2: %s', async (message, argv, stdin) => {
    const { status, stderr } = await new FakeIo({ stdin }).run('replay', ...argv);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
