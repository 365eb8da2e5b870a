import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransportError, UsageError } from '../../src/errors.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { lookForMachine, machinePresence, machinesNamed } from '../../src/hyperv/machine-presence.js';
import { whereabouts } from '../../src/hyperv/whereabouts.js';
import { DEFAULT_USER, SimulatedHost } from '../../src/testing/index.js';
import { answering } from '../answering.js';
import { MACHINE, type Rig, hideComputer, countOf, fakeClock, seedMachine, seedPlanned, startRig } from './support.js';

describe('machinePresence', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    seedMachine(rig.simulated, 'web01');
    seedMachine(rig.simulated, 'db01', '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715');
    seedPlanned(rig.simulated, 'app01', '7A93C5E0-0D18-4F6B-8E27-B5D1F4A2C986');
  });
  afterAll(() => rig.close());

  it.each([
    [MACHINE, 'realized'],
    [`{${MACHINE.toLowerCase()}}`, 'realized'],
    ['WEB01', 'realized'],
    ['7a93c5e0-0d18-4f6b-8e27-b5d1f4a2c986', 'planned'],
    ['app01', 'planned'],
    ['00000000-58D4-4C7E-A1E9-6B42C0D9F715', 'absent'],
    ['web', 'absent'],
    ["web01' OR '1'='1", 'absent'],
    ['HV01', 'absent'],
  ])('tells of %s: %s', async (machine, presence) => {
    expect(await machinePresence(rig.host.client, machine)).toBe(presence);
  });

  it('does not take the name of a machine for the GUID that it looks like', async () => {
    const id = '5D0E71B8-3C64-4A19-92F7-E8A4B6C10D23';
    seedMachine(rig.simulated, id, 'E94B6A07-1F52-4D83-B0C6-27A5D9E8F314');
    expect(await machinePresence(rig.host.client, id)).toBe('absent');
  });

  it('takes a machine that is both for realized', async () => {
    seedPlanned(rig.simulated, 'db01', '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715');
    expect(await machinePresence(rig.host.client, 'db01')).toBe('realized');
  });

  it('does not believe a host that does not show itself', async () => {
    const simulated = await SimulatedHost.start();
    hideComputer(simulated);
    const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
    try {
      await expect(machinePresence(host.client, 'web01')).rejects.toThrow(/^.*vmms.*$/);
      seedMachine(simulated);
      await expect(machinePresence(host.client, 'db01')).rejects.toBeInstanceOf(TransportError);
    } finally {
      await host.close();
      await simulated.close();
    }
  });
});

describe('a name', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    seedMachine(rig.simulated, 'web01');
    seedPlanned(rig.simulated, 'web01');
    seedMachine(rig.simulated, "o'neil", '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715');
    seedMachine(rig.simulated, 'twin', '3B7D94E2-06AF-4C15-8E70-A9C2F14D5B68');
    seedMachine(rig.simulated, 'Twin', '48E1C07A-9D23-4F86-B5B4-10E6D3A7F92C');
    seedMachine(rig.simulated, 'app01', '7A93C5E0-0D18-4F6B-8E27-B5D1F4A2C986');
    seedPlanned(rig.simulated, 'app01', 'D6204FB1-73AE-4E09-9C5D-8F1B60E2A743');
  });
  afterAll(() => rig.close());

  it.each([
    ['web01', 'realized'],
    ['TWIN', 'ambiguous'],
    ['app01', 'ambiguous'],
    ['48e1c07a-9d23-4f86-b5b4-10e6d3a7f92c', 'realized'],
    ['HV01', 'absent'],
  ])('that a host is asked for, %s: %s', async (machine, presence) => {
    expect(await lookForMachine(rig.host.client, machine)).toBe(presence);
  });

  it.each([
    ['WEB01', [MACHINE]],
    ["o'neil", ['1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715']],
    ['twin', ['3B7D94E2-06AF-4C15-8E70-A9C2F14D5B68', '48E1C07A-9D23-4F86-B5B4-10E6D3A7F92C']],
    ['app01', ['7A93C5E0-0D18-4F6B-8E27-B5D1F4A2C986']],
    ['HV01', []],
  ])('stands for machines: %s', async (name, ids) => {
    expect([...(await machinesNamed(rig.host.client, name))].sort()).toEqual(ids);
  });
});

describe('whereabouts', () => {
  let source: Rig;
  let destination: Rig;
  beforeEach(async () => {
    source = await startRig('HV01');
    destination = await startRig('HV02');
  });
  afterEach(async () => {
    await source.close();
    await destination.close();
  });
  const find = (options = {}, clock = fakeClock(), withDestination = true) =>
    whereabouts({ source: source.host.client, destination: withDestination ? destination.host.client : null, machine: MACHINE }, options, clock);

  it.each([
    ['moved', 0, 1, 0],
    ['notMoved', 1, 0, 0],
    ['unknown', 1, 1, 0],
    ['unknown', 0, 0, 0],
    ['unknown', 1, 0, 1],
    ['unknown', 0, 0, 1],
  ] as const)('says %s: realized %i on the source, %i on the destination, planned %i there', async (expected, here, there, planned) => {
    if (here === 1) seedMachine(source.simulated);
    if (there === 1) seedMachine(destination.simulated);
    if (planned === 1) seedPlanned(destination.simulated);
    const { machine, observations } = await find();
    expect(machine).toBe(expected);
    expect(observations.map(({ host }) => host).sort()).toEqual([source.host.client.host, destination.host.client.host].sort());
  });

  it.each([
    ['source', 0],
    ['destination', 1],
  ] as const)('says unknown at once of a name that several machines of the %s have', async (_name, index) => {
    const rig = [source, destination][index]!;
    seedMachine(rig.simulated, 'web01');
    seedMachine(rig.simulated, 'WEB01', '1F0B2A63-58D4-4C7E-A1E9-6B42C0D9F715');
    const clock = fakeClock();
    const { machine, observations } = await whereabouts({ source: source.host.client, destination: destination.host.client, machine: 'web01' }, {}, clock);
    expect([machine, clock.slept]).toEqual(['unknown', []]);
    expect(observations).toContainEqual({ at: expect.any(String) as string, host: rig.host.client.host, seen: 'Several machines here have the name web01: which one is meant is not known' });
  });

  it('never says moved without a destination to ask', async () => {
    expect((await find({}, fakeClock(), false)).machine).toBe('unknown');
    seedMachine(source.simulated);
    expect((await find({}, fakeClock(), false)).machine).toBe('notMoved');
  });

  it('looks again for some seconds when the machine is on both or none, and no longer', async () => {
    const clock = fakeClock();
    await find({ settleMs: 1000 }, clock);
    expect(clock.now()).toBe(2000);
    expect(clock.slept.length).toBeGreaterThan(2);
  });

  it('sees a machine that arrives while it looks', async () => {
    const clock = fakeClock();
    const { sleep } = clock;
    const arriving = { ...clock, sleep: (ms: number) => (clock.slept.length === 1 && seedMachine(destination.simulated), sleep(ms)) };
    const { machine, observations } = await find({}, arriving);
    expect(machine).toBe('moved');
    expect(observations.at(-1)).toMatchObject({ host: destination.host.client.host, seen: `The machine ${MACHINE} is here` });
  });

  it('bears a host that does not answer for a while', async () => {
    seedMachine(source.simulated);
    destination.simulated.trouble({ when: 'request', kind: 'status', status: 503, times: 2 });
    expect((await find()).machine).toBe('notMoved');
  });

  it('gives up a host that does not answer any more', async () => {
    seedMachine(source.simulated);
    await destination.simulated.close();
    const clock = fakeClock();
    const { machine, observations } = await find({ unreachableMs: 60_000 }, clock);
    expect([machine, clock.now()]).toEqual(['unknown', 61_000]);
    expect(observations.filter(({ host }) => host === source.host.client.host)).toHaveLength(1);
    expect(observations.map(({ seen }) => seen)).toContainEqual(expect.stringContaining('No word of the machine'));
  });

  it('gives up at the end of its time', async () => {
    await destination.simulated.close();
    const clock = fakeClock();
    expect((await find({ timeoutMs: 3000 }, clock)).machine).toBe('unknown');
    expect(clock.now()).toBe(4000);
  });

  it('does not ask twice who refuses it', async () => {
    const stranger = new HyperVHost({ url: destination.simulated.url, auth: { type: 'ntlm', username: 'nobody', password: 'x' } });
    const clock = fakeClock();
    const { machine } = await whereabouts({ source: source.host.client, destination: stranger.client, machine: MACHINE }, {}, clock);
    expect([machine, clock.slept]).toEqual(['unknown', []]);
    await stranger.close();
  });

  it('throws of a client that is closed, and when it is aborted', async () => {
    await expect(find({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    await destination.host.close();
    await expect(find()).rejects.toBeInstanceOf(UsageError);
  });

  it('notes what it saw of a host once', async () => {
    await find({ settleMs: 2000 });
    expect(countOf(source.simulated, 'Enumerate')).toBeGreaterThan(4);
    const { observations } = await find();
    expect(observations.map(({ seen }) => seen)).toEqual([`The machine ${MACHINE} is not here`, `The machine ${MACHINE} is not here`]);
  });

  it('does not take an answer for word of the machine that names none', async () => {
    const { url, stop } = await answering('<p:Nothing/>');
    const other = new HyperVHost({ url, auth: { type: 'none' }, allowInsecure: ['none'] });
    const { machine } = await whereabouts({ source: source.host.client, destination: other.client, machine: MACHINE }, { unreachableMs: 10 }, fakeClock());
    expect(machine).toBe('unknown');
    await other.close();
    await stop();
  });
});

describe('a host that starts again', () => {
  it('is not believed before its management service runs', async () => {
    const rig = await startRig();
    seedMachine(rig.simulated);
    await rig.simulated.reboot({ vmmsDelayMs: 150 });
    await expect(machinePresence(rig.host.client, MACHINE)).rejects.toBeInstanceOf(TransportError);
    expect((await whereabouts({ source: rig.host.client, destination: null, machine: MACHINE })).machine).toBe('notMoved');
    await rig.close();
  });
});
