import { describe, expect, it } from 'vitest';
import { linesOf, startCentre } from './centre.js';

describe('hyperv-wsman vm', () => {
  it('shows a machine by its name or GUID, for programs and for people', async () => {
    const { cli, centre, web01 } = await startCentre();
    const run = await cli(['vm', 'WEB01']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(run)).toMatchObject([
      { name: 'web01', id: web01, host: new URL(centre.host('hv01').url).host, state: 'running', heartbeat: 'ok', memoryMb: 2048, addresses: [expect.stringMatching(/^10\.30\.0\./)], clusterGroup: null },
    ]);
    const { stdout } = await cli(['vm', `{${web01}}`, '--table']);
    expect(stdout).toMatch(new RegExp(`^name +web01\nid +${web01}\nhost +127.*\nstate +running\n`));
    expect(stdout).not.toMatch(/cluster/);
  });

  it('shows the role of a machine of a cluster', async () => {
    const { cli, centre } = await startCentre({ hosts: [{ name: 'hv01', clustered: true }, 'hv02'] });
    centre.addMachine('hv01', { name: 'sql01', clustered: true });
    expect(linesOf(await cli(['vm', 'sql01']))).toMatchObject([{ clusterGroup: 'sql01', clusterNode: 'hv01' }]);
  });

  it('leaves out what has nothing in it, for people', async () => {
    const { cli } = await startCentre();
    expect((await cli(['vm', 'db01', '--table'])).stdout).not.toMatch(/addresses|notes/);
  });

  it.each([
    ['--save', 'web01', 'saved'],
    ['--turn-off', 'web01', 'off'],
    ['--start', 'db01', 'running'],
  ])('%s changes %s, and shows it %s', async (option, name, state) => {
    const { cli } = await startCentre();
    expect(linesOf(await cli(['vm', name, option]))).toMatchObject([{ name, state }]);
  });

  it('--stop asks the guest to shut down', async () => {
    const { cli, centre } = await startCentre();
    expect((await cli(['vm', 'web01', '--stop'])).status).toBe(0);
    expect(centre.host('hv01').requests.map(({ action }) => action)).toContainEqual(expect.stringMatching(/InitiateShutdown$/));
  });

  it.each<[status: number, message: RegExp, argv: readonly string[]]>([
    [1, /returned 32775 \(Invalid state for this operation\)/, ['vm', 'db01', '--save']],
    [2, /has no virtual machine "mail01"/, ['vm', 'mail01']],
    [2, /cannot be used with/, ['vm', 'web01', '--start', '--save']],
    [2, /cannot be used with/, ['vm', 'web01', '--stop', '--turn-off']],
  ])('exits with %i: %s', async (status, message, argv) => {
    const { cli } = await startCentre();
    const run = await cli(argv);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toMatch(message);
  });
});
