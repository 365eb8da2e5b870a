import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { componentPath, machinePath } from '../../../src/testing/data-centre/machine-instances.js';
import { machineStateOn } from '../../../src/testing/data-centre/machine-methods.js';
import type { SimulatedMachineState } from '../../../src/testing/data-centre/types.js';
import { type Provided, WEB01, provide } from './provider-support.js';

const SHUTDOWN = componentPath('Msvm_ShutdownComponent', WEB01);

async function ask({ client }: Provided, RequestedState: number) {
  return client.invoke(machinePath(WEB01), 'RequestStateChange', { RequestedState });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}

describe('RequestStateChange of a machine', () => {
  it.each<[SimulatedMachineState, number, SimulatedMachineState, number]>([
    ['off', 2, 'running', 10],
    ['saved', 2, 'running', 10],
    ['paused', 2, 'running', 10],
    ['running', 3, 'off', 4],
    ['paused', 3, 'off', 4],
    ['running', 6, 'saved', 32773],
    ['paused', 6, 'saved', 32773],
    ['running', 9, 'paused', 32776],
  ])('%s and %i: %s, by EnabledState %i', async (from, requested, to, meanwhile) => {
    const machines = [{ id: WEB01, name: 'web01', state: from }];
    const slow = await provide({ machines, changeMs: 60_000 });
    const { out: begun } = await ask(slow, requested);
    expect(slow.host.get(machinePath(WEB01)).EnabledState).toBe(meanwhile);
    expect(slow.host.get(begun.Job!)).toMatchObject({ JobState: 4, Cancellable: false, PercentComplete: 0 });

    const quick = await provide({ machines });
    const { host } = quick;
    const { returnValue, out } = await ask(quick, requested);
    expect(returnValue).toBe(4096);
    expect(out.Job).toMatchObject({ className: 'Msvm_ConcreteJob' });
    await until(() => host.get(out.Job!).JobState === 7);
    expect(machineStateOn(host, WEB01)).toBe(to);
    expect(host.get(out.Job!)).toMatchObject({ PercentComplete: 100, OperationalStatus: [17, 2] });
  });

  it.each<[SimulatedMachineState, number]>([
    ['running', 2],
    ['off', 3],
    ['off', 6],
    ['off', 9],
    ['saved', 3],
    ['saved', 6],
    ['saved', 9],
    ['paused', 9],
  ])('%s and %i: 32775, without a job', async (from, requested) => {
    const provided = await provide({ machines: [{ id: WEB01, name: 'web01', state: from }] });
    const { returnValue, out } = await ask(provided, requested);
    expect([returnValue, out.Job ?? null]).toEqual([32775, null]);
    expect(machineStateOn(provided.host, WEB01)).toBe(from);
  });

  it('with a state that is none: 32773', async () => {
    expect((await ask(await provide(), 77)).returnValue).toBe(32773);
  });

  it('of a machine that changes already, or is being moved: 32775', async () => {
    const provided = await provide();
    provided.moving.add(WEB01);
    expect((await ask(provided, 3)).returnValue).toBe(32775);
    provided.moving.clear();
    provided.host.update(machinePath(WEB01), { EnabledState: 4 });
    expect(machineStateOn(provided.host, WEB01)).toBeNull();
    expect((await ask(provided, 3)).returnValue).toBe(32775);
  });

  it('of the host itself: 32775', async () => {
    const { client } = await provide();
    const { returnValue } = await client.invoke(machinePath('hv01'), 'RequestStateChange', { RequestedState: 3 });
    expect(returnValue).toBe(32775);
  });

  it('leaves no process and no word of the guest when the machine is off', async () => {
    const provided = await provide();
    const { out } = await ask(provided, 3);
    await until(() => provided.host.get(out.Job!).JobState === 7);
    expect(provided.host.get(machinePath(WEB01))).toMatchObject({ ProcessID: null, OnTimeInMilliseconds: 0n });
    expect(provided.host.get(componentPath('Msvm_KvpExchangeComponent', WEB01)).GuestIntrinsicExchangeItems).toEqual([]);
    expect(provided.host.get(componentPath('Msvm_HeartbeatComponent', WEB01)).OperationalStatus).toEqual([13]);
  });

  it('ends though the job was forgotten meanwhile, and survives that the machine was taken away', async () => {
    const provided = await provide();
    const { out } = await ask(provided, 6);
    provided.host.remove(out.Job!);
    await until(() => machineStateOn(provided.host, WEB01) === 'saved');
    await ask(provided, 2);
    provided.host.remove(machinePath(WEB01));
    await wait(60);
    expect(provided.host.query(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${WEB01}'`)).toEqual([]);
  });

  it('leaves a job that goes away some time after its end', async () => {
    const provided = await provide({ jobLifetimeMs: 10 });
    const { out } = await ask(provided, 3);
    expect(out.Job).not.toBeNull();
    await until(() => provided.host.query('SELECT * FROM Msvm_ConcreteJob').length === 0);
    expect(machineStateOn(provided.host, WEB01)).toBe('off');
  });
});

describe('InitiateShutdown of a guest', () => {
  it('answers 0, and the machine is off a moment later', async () => {
    const { host, client } = await provide();
    const { returnValue } = await client.invoke(SHUTDOWN, 'InitiateShutdown', { Force: false, Reason: 'Maintenance' });
    expect(returnValue).toBe(0);
    await until(() => machineStateOn(host, WEB01) === 'off');
    expect(host.query('SELECT * FROM Msvm_ConcreteJob')).toEqual([]);
  });

  it.each<SimulatedMachineState>(['off', 'saved', 'paused'])('of a machine that is %s: 32775', async (state) => {
    const { client } = await provide({ machines: [{ id: WEB01, name: 'web01', state }] });
    expect((await client.invoke(SHUTDOWN, 'InitiateShutdown', { Force: true, Reason: '' })).returnValue).toBe(32775);
  });
});
