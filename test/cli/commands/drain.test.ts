import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { type Centre, linesOf, newIo, startCentre } from './centre.js';

const HOSTS = ['hv01', 'hv02', 'hv03'];

function drain({ cli, url }: Centre, argv: readonly string[], io = newIo()): ReturnType<Centre['cli']> {
  return cli(['drain', '--to-url', url('hv02'), '--to-url', url('hv03'), ...argv], io);
}

describe('hyperv-wsman drain', () => {
  it('--plan prints what would go where, and moves nothing', async () => {
    const world = await startCentre({ hosts: HOSTS });
    const { status, stdout, stderr } = await drain(world, ['--plan', '--exclude', 'DB01']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^MOVES +STATE +MEMORY MB +TO\nweb01 +running +2048 +hv02\n\nSTAYS +STATE +MEMORY MB +REASON\ndb01 +off +0 +excluded +It is excluded\n\nHOST .*\nhv01 +2 +1 .* 0 of 2\nhv02 +0 .*\nhv03 +0 .*\n$/);
    expect(world.centre.migrations).toEqual([]);
  });

  it('--plan --json prints one object, with the names that --to-name gives', async () => {
    const world = await startCentre({ hosts: HOSTS });
    const [plan, ...more] = linesOf(await drain(world, ['--plan', '--json', '--skip-off', '--precheck', '--to-name', 'hv02.example', '--to-name', 'hv03']));
    expect(more).toEqual([]);
    expect(plan).toMatchObject({
      event: 'plan',
      moves: [{ machine: { id: world.web01, name: 'web01' }, to: new URL(world.url('hv02')).host }],
      skipped: [{ machine: { name: 'db01' }, reason: 'off' }],
      hosts: [{ name: 'hv01' }, { name: 'hv02.example' }, { name: 'hv03' }],
    });
  });

  it('empties a host, tells the plan and its progress on standard error and the report on standard output', async () => {
    const world = await startCentre({ hosts: HOSTS });
    const { status, stdout, stderr } = await drain(world, []);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^MACHINE +TO +OUTCOME\nweb01 +hv02 +succeeded\ndb01 +hv0\d +succeeded\n\nhv01 is empty\n$/);
    expect(stderr).toMatch(/^MOVES [^]*\n0\/2 {2}web01 {2}waiting\n[^]*\n0\/2 {2}web01 {2}running {2}\d+ %\n/);
    expect(stderr).toMatch(/\n2\/2 {2}\w+01 {2}succeeded\n$/);
    for (const id of [world.web01, world.db01]) expect(world.centre.whereIs(id)).toMatch(/hv0[23]/);
  });

  it('exits with 1 when a migration failed, and says why', async () => {
    const world = await startCentre({ hosts: HOSTS });
    world.centre.failNext({ machine: 'web01', code: 0x80072746 });
    const { status, stdout } = await drain(world, []);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\nweb01 +hv02 +failed +\S.*\n[^]*0x80072746[^]* {2}layer +network\n[^]*\n\nhv01 is not empty\n$/);
  });

  it('--json: the plan, the progress and each outcome, one a line', async () => {
    const world = await startCentre({ hosts: HOSTS });
    world.centre.failNext({ machine: 'web01', code: 0x80072746 });
    const run = await drain(world, ['--json']);
    expect(run).toMatchObject({ status: 1, stderr: '' });
    const lines = linesOf(run);
    expect(lines[0]).toMatchObject({ event: 'plan', from: new URL(world.url('hv01')).host });
    expect(lines.slice(1, -2).every(({ event }) => event === 'progress')).toBe(true);
    expect(lines.slice(-2)).toMatchObject([
      { event: 'outcome', kind: 'failed', machine: { id: world.web01, name: 'web01' }, attempts: 1, diagnosis: { layer: 'network' }, errors: [{ MessageID: '21024' }, {}] },
      { event: 'outcome', kind: 'succeeded', machine: { id: world.db01 }, errors: [], error: null, reason: null },
    ]);
  });

  it('exits with 1 when a machine stays that was not told to', async () => {
    const world = await startCentre({ hosts: [{ name: 'hv01', clustered: true }, 'hv02', 'hv03'] });
    world.centre.addMachine('hv01', { name: 'sql01', clustered: true });
    const { status, stdout } = await drain(world, []);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\nsql01 +clustered +It belongs to the cluster group/);
    expect((await drain(world, ['--exclude', 'sql01'])).status).toBe(0);
  });

  it('starts nothing more when it is interrupted, and leaves what runs to the hosts', async () => {
    const world = await startCentre({ hosts: [{ name: 'hv01', maximumMigrations: 1 }, 'hv02', 'hv03'], migrationMs: 1500 });
    const io = newIo();
    const running = drain(world, [], io);
    await expect.poll(() => world.centre.migrations.length, { timeout: 10_000 }).toBe(1);
    io.interrupt(new Interruption('SIGINT'));
    const { status, stdout, stderr } = await running;
    expect(status).toBe(130);
    expect(stdout).toMatch(/\nweb01 +hv02 +unknown .*\ndb01 +hv0\d +cancelled /);
    expect(stderr).toContain(`\n  hyperv-wsman jobs --running --url ${world.url('hv01')} --username kim\n`);
    await expect.poll(() => world.centre.whereIs(world.web01), { timeout: 10_000 }).toBe('hv02');
    expect(world.centre.migrations).toHaveLength(1);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/2 hosts are given as --to-url, and 1 names as --to-name/, ['--to-name', 'hv02']],
    [/--type.*VirtualSystem, VirtualSystemAndStorage/, ['--type', 'Storage']],
    [/cannot be drained to itself/, ['--to-url', 'SELF']],
  ])('refuses: %s', async (message, argv) => {
    const world = await startCentre({ hosts: HOSTS });
    const run = await drain(world, argv.map((word) => (word === 'SELF' ? world.url('hv01') : word)));
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(message);
  });
});
