import { describe, expect, it } from 'vitest';
import { linesOf, startCentre } from './centre.js';

describe('hyperv-wsman vms', () => {
  it('prints one machine a line, without the host itself', async () => {
    const { cli, web01, db01 } = await startCentre();
    const run = await cli(['vms']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(linesOf(run)).toEqual([
      { name: 'web01', id: web01, state: 'running', memoryMb: 2048, heartbeat: 'ok' },
      { name: 'db01', id: db01, state: 'off', memoryMb: 0, heartbeat: 'noContact' },
    ]);
  });

  it('prints a table for people, in which ids are whole', async () => {
    const { cli, web01, db01 } = await startCentre();
    const { stdout } = await cli(['vms', '--table']);
    const gap = ' '.repeat(32);
    expect(stdout).toBe(`NAME   ID  ${gap}  STATE    MEMORY MB  HEARTBEAT\nweb01  ${web01}  running  2048       ok\ndb01   ${db01}  off      0          noContact\n`);
  });

  it('lists a machine of which the host tells nothing more', async () => {
    const { cli, centre } = await startCentre();
    centre.host('hv01').onInvoke('Msvm_VirtualSystemManagementService', 'GetSummaryInformation', () => ({ returnValue: 32768 }));
    expect(linesOf(await cli(['vms']))).toMatchObject([{ name: 'web01', state: 'running', memoryMb: null, heartbeat: null }, { name: 'db01' }]);
  });
});
