import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedHost } from '../../../src/testing/simulated-host.js';
import { FakeIo, type Run } from '../fake-io.js';

const JOB = '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11';
let host: SimulatedHost;

beforeAll(async () => {
  host = await SimulatedHost.start({ users: [{ username: 'ops', domain: 'EXAMPLE', password: 'secret' }] });
  host.addJob({ InstanceID: JOB, JobState: 10, errors: [{ Message: 'x' }] });
});
afterAll(() => host.close());

function get(...argv: readonly string[]): Promise<Run> {
  return new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'secret' } }).run('get', ...argv, '--url', host.url, '--username', 'EXAMPLE\\ops');
}

describe('hyperv-wsman get', () => {
  it.each([
    [[`Msvm_MigrationJob.InstanceID="${JOB}"`]],
    [[`\\\\.\\root\\virtualization\\v2:Msvm_MigrationJob.InstanceID="${JOB}"`]],
    [['Msvm_MigrationJob', '--key', `instanceid=${JOB}`]],
  ])('prints one line of JSON, typed by the schema: %j', async (argv) => {
    const { status, stdout, stderr } = await get(...argv);
    expect([status, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
    expect(JSON.parse(stdout)).toMatchObject({ InstanceID: JOB, JobState: 10, OperationalStatus: [17, 2], MigrationType: null });
    expect(host.requests.at(-1)).toMatchObject({ namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', selectors: { InstanceID: JOB } });
  });

  it('prints aligned lines for people, numbers with their names, without what is null', async () => {
    const { stdout } = await get(`Msvm_MigrationJob.InstanceID="${JOB}"`, '--table');
    const lines = stdout.split('\n');
    expect(lines.find((line) => line.startsWith('InstanceID'))).toMatch(new RegExp(`^InstanceID +${JOB}$`));
    expect(lines.find((line) => line.startsWith('JobState '))).toMatch(/^JobState +10 \(Exception\)$/);
    expect(stdout).not.toMatch(/^MigrationType/m);
    const starts = lines.flatMap((line) => /^\w+ +(?=\S)/.exec(line)?.[0].length ?? []);
    expect(starts.length).toBeGreaterThan(5);
    expect(new Set(starts).size).toBe(1);
  });

  it('prints for people on a terminal, and JSON there when told', async () => {
    for (const [argv, first] of [[[], /^[A-Z]/], [['--json'], /^\{/]] as const) {
      const io = new FakeIo({ env: { HYPERV_WSMAN_PASSWORD: 'secret' } });
      Object.assign(io.stdout, { isTTY: true });
      expect((await io.run('get', `Msvm_MigrationJob.InstanceID="${JOB}"`, ...argv, '--url', host.url, '--username', 'EXAMPLE\\ops')).stdout).toMatch(first);
    }
  });

  it('takes the namespace that the path names, else the one that is given, else that of the class', async () => {
    const asked = async (...argv: readonly string[]): Promise<unknown> => {
      await get(...argv);
      return host.requests.at(-1)?.namespace;
    };
    expect(await asked('root\\one:Msvm_MigrationJob.InstanceID="x"', '--namespace', 'root/two')).toBe('root/one');
    expect(await asked('Msvm_MigrationJob.InstanceID="x"', '--namespace', 'root/two')).toBe('root/two');
    expect(await asked('Win32_Service.Name="vmms"')).toBe('root/cimv2');
  });

  it('exits with 1 for an instance that is not there', async () => {
    const { status, stdout, stderr } = await get('Msvm_MigrationJob.InstanceID="7D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11"');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^hyperv-wsman: .*\(Get of Msvm_MigrationJob on 127\.0\.0\.1:\d+\)\n$/);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/is not the path of an instance/, ['Msvm_MigrationJob.InstanceID=']],
    [/--key goes with the name of a class/, ['Msvm_MigrationJob.InstanceID="x"', '--key', 'a=b']],
    [/--key.*Name=value/, ['Msvm_MigrationJob', '--key', 'InstanceID']],
    [/"a b" is not the name of a namespace/, ['Msvm_MigrationJob', '--namespace', 'a b']],
  ])('is 2 and says why: %s', async (message, argv) => {
    const before = host.requests.length;
    const { status, stdout, stderr } = await get(...argv);
    expect([status, stdout, host.requests.length]).toEqual([2, '', before]);
    expect(stderr).toMatch(message);
  });
});
