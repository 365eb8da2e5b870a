import { describe, expect, it } from 'vitest';
import { migrationJobsOf } from '../../../src/hyperv/migrations/machine-jobs.js';
import { ID, type Lab, OTHER_ID, addMachine, startHost } from './hosts.js';

const MACHINE = { id: ID, name: 'ledger-2' };

const jobOn = ({ simulated }: Lab, VirtualSystemName: string | null, JobState = 7): string =>
  simulated.addJob({ JobState, properties: { VirtualSystemName } }).keys.InstanceID;

async function found(source: Lab, destination: Lab | null = null, known: readonly string[] = []) {
  const { own, unclear } = await migrationJobsOf({ source: source.host, destination: destination?.host ?? null }, MACHINE, known, {});
  const ids = (jobs: typeof own): string[] => jobs.map(({ reference }) => reference.keys.InstanceID).sort();
  return { own: ids(own), unclear: ids(unclear) };
}

describe('the jobs of a machine', () => {
  it('are found by GUID and by name, those that ended too, and no others', async () => {
    const source = await startHost('node-a');
    const mine = [jobOn(source, ID), jobOn(source, ID.toLowerCase(), 4), jobOn(source, `{${ID}}`, 10), jobOn(source, 'LEDGER-2')];
    const known = jobOn(source, ID);
    jobOn(source, OTHER_ID, 4);
    jobOn(source, 'ledger-20');
    jobOn(source, null);
    expect(await found(source, null, [known])).toEqual({ own: mine.sort(), unclear: [] });
  });

  it('are found by the name that the machine has now', async () => {
    const source = await startHost('node-a');
    addMachine(source, ID, 'ledger-new');
    const job = jobOn(source, 'Ledger-New', 4);
    expect(await found(source)).toEqual({ own: [job], unclear: [] });
  });

  it.each(['source', 'destination'] as const)('cannot be told by a name that another machine on the %s has as well', async (where) => {
    const hosts = { source: await startHost('node-a'), destination: await startHost('node-b') };
    addMachine(hosts.source);
    addMachine(hosts[where], OTHER_ID);
    const jobs = [jobOn(hosts.source, 'ledger-2', 4), jobOn(hosts.source, 'ledger-2', 7)].sort();
    expect(await found(hosts.source, hosts.destination)).toEqual({ own: [], unclear: jobs });
  });

  it('are not those of a machine that has another name', async () => {
    const source = await startHost('node-a');
    addMachine(source);
    addMachine(source, OTHER_ID, 'ledger-9');
    jobOn(source, 'ledger-9', 4);
    expect(await found(source)).toEqual({ own: [], unclear: [] });
  });

  it.each(['nobody-has-this', null])('may be one that runs and names %j', async (name) => {
    const source = await startHost('node-a');
    addMachine(source);
    const job = jobOn(source, name, 4);
    jobOn(source, name, 10);
    expect(await found(source)).toEqual({ own: [], unclear: [job] });
  });
});
