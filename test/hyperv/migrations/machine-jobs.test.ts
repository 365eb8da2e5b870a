import { describe, expect, it } from 'vitest';
import { goesTo, migrationJobsOf } from '../../../src/hyperv/migrations/machine-jobs.js';
import type { MigrationJobStatus } from '../../../src/hyperv/job-status.js';
import { ID, OTHER_ID, startHost } from './hosts.js';

describe('the jobs of a machine', () => {
  it('are found by GUID and by name, those that ended too, and no others', async () => {
    const { simulated, host } = await startHost('node-a');
    const job = (VirtualSystemName: string | null, JobState = 7) => simulated.addJob({ JobState, properties: { VirtualSystemName } }).keys.InstanceID;
    const mine = [job(ID), job(ID.toLowerCase(), 4), job(`{${ID}}`, 10), job('LEDGER-2')];
    job(OTHER_ID);
    job('ledger-20');
    job(null);
    const found = await migrationJobsOf(host, { id: ID, name: 'ledger-2' }, {});
    expect(found.map(({ reference }) => reference.keys.InstanceID).sort()).toEqual(mine.sort());
  });
});

describe('the destination of a job', () => {
  it.each([
    ['node-b', 'node-b', true],
    ['NODE-B', 'node-b', true],
    ['node-b.corp.example', 'node-b', true],
    ['node-b', 'node-b.corp.example', true],
    ['node-b.corp.example', 'node-b.other.example', true],
    ['node-bb', 'node-b', false],
    ['192.0.2.10', '192.0.2.10', true],
    ['192.0.2.11', '192.0.2.10', false],
    ['192.0.2.11', '192', false],
    ['2001:DB8::1', '2001:db8::1', true],
    ['', 'node-b', false],
    [null, 'node-b', false],
    [null, null, true],
    ['node-a', null, true],
  ])('%j is that of a migration to %j: %s', (DestinationHost, to, expected) => {
    expect(goesTo({ instance: { DestinationHost } } as unknown as MigrationJobStatus, to)).toBe(expected);
  });
});
