import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CimInstance, type InstancePath, type WsmanClient, instancePath } from '../../../src/index.js';
import type { SimulatedDataCentre } from '../../../src/testing/index.js';
import { STORAGE, VIRTUAL_SYSTEM_AND_STORAGE, ask, clientAt, ended, jobWhen, namesOn, startCentre } from './centre-support.js';

const MACHINES = "SELECT EnabledState FROM Msvm_ComputerSystem WHERE ElementName = 'web01'";
const PLANNED = 'SELECT Name FROM Msvm_PlannedComputerSystem';
const PAUSED = 9;
/** Longer than a test lasts. */
const FOREVER_MS = 3_600_000;

type World = { readonly centre: SimulatedDataCentre; readonly id: string; readonly source: WsmanClient; readonly destination: WsmanClient; readonly job: InstancePath | null; readonly handedOver: CimInstance };

/** A migration that is just being handed over. */
async function handingOver(handOverMs: number, handOverOn?: 'both' | 'none', type?: number): Promise<World> {
  const centre = await startCentre({ handOverMs, ...(handOverOn === undefined ? {} : { handOverOn }) });
  const id = centre.addMachine('hv01', { name: 'web01', state: 'paused' });
  const [source, destination] = [clientAt(centre, 'hv01'), clientAt(centre, 'hv02')];
  const { job } = await ask(source, 'hv01', id, type === undefined ? {} : { type });
  const handedOver = await jobWhen(source, job, ({ PercentComplete }) => Number(PercentComplete) === 99);
  return { centre, id, source, destination, job, handedOver };
}

describe('a hand-over that takes a while', () => {
  it.each([
    ['both hosts have the machine, unless told otherwise', undefined, [PAUSED], [PAUSED], 0],
    ['both hosts have the machine', 'both', [PAUSED], [PAUSED], 0],
    ['no host has it, but for the planned one', 'none', [], [], 1],
  ] as const)('%s, and its job runs at 99 percent', async (_what, handOverOn, here, there, planned) => {
    const { centre, id, source, destination, handedOver } = await handingOver(FOREVER_MS, handOverOn);
    expect(handedOver).toMatchObject({ JobState: 4, Cancellable: false });
    expect(await namesOn(source, MACHINES, 'EnabledState')).toEqual(here);
    expect(await namesOn(destination, MACHINES, 'EnabledState')).toEqual(there);
    expect(await namesOn(destination, PLANNED, 'Name')).toHaveLength(planned);
    expect([centre.whereIs(id), centre.migrations[0]?.end]).toEqual(['hv01', null]);
  });

  it.each(['both', 'none'] as const)('from %s: in the end the machine is on its destination, in its state, and nowhere else', async (handOverOn) => {
    const { centre, id, source, destination, job } = await handingOver(300, handOverOn, VIRTUAL_SYSTEM_AND_STORAGE);
    expect(await ended(source, job)).toMatchObject({ JobState: 7, PercentComplete: 100 });
    expect(await namesOn(source, MACHINES, 'EnabledState')).toEqual([]);
    expect(await namesOn(destination, MACHINES, 'EnabledState')).toEqual([PAUSED]);
    expect(await namesOn(destination, PLANNED, 'Name')).toEqual([]);
    expect([centre.whereIs(id), centre.migrations[0]?.end]).toEqual(['hv02', 'completed']);
  });

  it('cannot be cancelled, and the machine cannot be asked for anything on either host', async () => {
    const { id, source, destination, job } = await handingOver(FOREVER_MS);
    expect((await source.invoke(job!, 'RequestStateChange', { RequestedState: 5 })).returnValue).toBe(32775);
    const machine = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: id });
    for (const client of [source, destination]) expect((await client.invoke(machine, 'RequestStateChange', { RequestedState: 2 })).returnValue).toBe(32775);
    expect((await ask(destination, 'hv02', id, { to: 'hv01' })).returnValue).toBe(32775);
  });

  it.each([
    ['source', 'hv01', 'both'],
    ['source', 'hv01', 'none'],
    ['destination', 'hv02', 'both'],
    ['destination', 'hv02', 'none'],
  ] as const)('goes on when the %s goes down (%s, %s)', async (_which, name, handOverOn) => {
    const { centre, id, source, destination, job } = await handingOver(1500, handOverOn);
    await centre.reboot(name);
    expect([centre.whereIs(id), centre.migrations[0]?.end]).toEqual(['hv01', null]);
    while (centre.migrations[0]?.end === null) await sleep(10);
    expect([centre.whereIs(id), centre.migrations[0]?.end]).toEqual(['hv02', 'completed']);
    expect(await namesOn(source, MACHINES, 'EnabledState')).toEqual([]);
    expect(await namesOn(destination, MACHINES, 'EnabledState')).toEqual([PAUSED]);
    // The source forgets its jobs with a reboot.
    if (name === 'hv01') await expect(source.get(job!)).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable' });
    else expect(await source.get(job!)).toMatchObject({ JobState: 7 });
  });

  it('is none for storage that stays on its host', async () => {
    const centre = await startCentre({ handOverMs: FOREVER_MS });
    const source = clientAt(centre, 'hv01');
    const { job } = await ask(source, 'hv01', centre.addMachine('hv01', { name: 'web01' }), { type: STORAGE, to: null });
    expect(await ended(source, job)).toMatchObject({ JobState: 7 });
  });
});

describe('what jobs call the machine', () => {
  it.each([
    ['id', 'its GUID', '5D0C1B8E-2F47-4A96-B3C8-71E9A04D6F25'],
    ['name', 'its name', 'web01'],
  ] as const)('%s: %s', async (jobsName, _what, expected) => {
    const centre = await startCentre({ jobsName });
    const id = centre.addMachine('hv01', { id: '5D0C1B8E-2F47-4A96-B3C8-71E9A04D6F25', name: 'web01' });
    const source = clientAt(centre, 'hv01');
    for (const method of ['CheckVirtualSystemIsMigratable', 'MigrateVirtualSystemToHost'] as const) {
      const { job } = await ask(source, 'hv01', id, { method });
      expect(await ended(source, job)).toMatchObject({ JobState: 7, VirtualSystemName: expected });
    }
  });
});
