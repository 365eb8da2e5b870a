import { describe, expect, it } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import { ReturnValueError, UsageError } from '../../../src/errors.js';
import { getVirtualMachine } from '../../../src/hyperv/machines/find.js';
import { VirtualMachine } from '../../../src/hyperv/machines/virtual-machine.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import { DB01, WEB01, component, hostWith, machine } from './support.js';

const JOB = instancePath('Msvm_ConcreteJob', { InstanceID: 'A7E1C0D2-3344-4F5B-8A6C-0D9E8F7A6B5C' });

/** What the host was asked to do: the method, and its parameters as they stand in the envelope. */
function asked(simulated: SimulatedHost, method: string): string[] {
  return simulated.requests.filter((request) => request.method === method).map(({ envelope }) => new RegExp(`<p:${method}_INPUT[^>]*>(.*)</p:${method}_INPUT>`, 's').exec(envelope)?.[1] ?? '');
}

describe('a virtual machine', () => {
  it('is what its host showed', async () => {
    const { client } = await hostWith([machine(WEB01, 'web01', { EnabledState: 9 })]);
    const web01 = await getVirtualMachine(client, WEB01);
    expect(web01).toMatchObject({
      id: WEB01,
      name: 'web01',
      host: client.host,
      state: 'paused',
      path: { namespace: 'root/virtualization/v2', className: 'Msvm_ComputerSystem', keys: { CreationClassName: 'Msvm_ComputerSystem', Name: WEB01 } },
    });
    expect(web01.instance.EnabledState).toBe(9);
  });

  it('is not the host itself', async () => {
    const { client } = await hostWith();
    for await (const system of client.enumerate('Msvm_ComputerSystem', { namespace: 'root/virtualization/v2' })) {
      expect(() => new VirtualMachine(client, system)).toThrow(UsageError);
    }
    expect.assertions(1);
  });

  it.each([
    ['start', (one: VirtualMachine) => one.start(), '<p:RequestedState>2</p:RequestedState>'],
    ['stop { how: turnOff }', (one: VirtualMachine) => one.stop({ how: 'turnOff' }), '<p:RequestedState>3</p:RequestedState>'],
    ['save', (one: VirtualMachine) => one.save(), '<p:RequestedState>6</p:RequestedState>'],
  ])('%s asks for the state, and gives the job', async (_what, change, parameters) => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01')]);
    simulated.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', (path) => {
      expect(path.keys.Name).toBe(WEB01);
      return { returnValue: 4096, out: { Job: JOB } };
    });
    const job = await change(await getVirtualMachine(client, 'web01'));
    expect(job?.reference).toMatchObject({ host: client.host, className: 'Msvm_ConcreteJob', keys: JOB.keys });
    expect(asked(simulated, 'RequestStateChange')).toEqual([parameters]);
  });

  it('gives no job when it is done at once', async () => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01')]);
    simulated.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', () => ({ returnValue: 0 }));
    expect(await (await getVirtualMachine(client, 'web01')).start()).toBeNull();
  });

  it('passes on that the host refuses', async () => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01')]);
    simulated.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', () => ({ returnValue: 32775 }));
    const error: unknown = await (await getVirtualMachine(client, 'web01')).save().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReturnValueError);
    expect(error).toMatchObject({ returnValue: 32775, returnValueName: 'Invalid state for this operation', method: 'RequestStateChange' });
  });

  it('shuts down through the component of its own guest', async () => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01'), component('Msvm_ShutdownComponent', DB01), component('Msvm_ShutdownComponent', WEB01)]);
    simulated.onInvoke('Msvm_ShutdownComponent', 'InitiateShutdown', (path) => {
      expect(path.keys).toMatchObject({ SystemName: WEB01, CreationClassName: 'Msvm_ShutdownComponent', SystemCreationClassName: 'Msvm_ComputerSystem' });
      return { returnValue: 0 };
    });
    expect(await (await getVirtualMachine(client, 'web01')).stop()).toBeNull();
    expect(asked(simulated, 'InitiateShutdown')).toEqual([expect.stringMatching(/^<p:Force>true<\/p:Force><p:Reason>.+<\/p:Reason>$/)]);
  });

  it('passes on what the guest answers', async () => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01'), component('Msvm_ShutdownComponent', WEB01)]);
    simulated.onInvoke('Msvm_ShutdownComponent', 'InitiateShutdown', () => ({ returnValue: 32782 }));
    await expect((await getVirtualMachine(client, 'web01')).stop()).rejects.toMatchObject({ returnValue: 32782, returnValueName: 'A system shutdown is in progress' });
  });

  it('without a component to ask says what to use instead, and changes nothing', async () => {
    const { simulated, client } = await hostWith([machine(WEB01, 'web01'), component('Msvm_ShutdownComponent', DB01)]);
    const error: unknown = await (await getVirtualMachine(client, 'web01')).stop().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain("{ how: 'turnOff' }");
    expect(simulated.requests.filter(({ method }) => method !== null)).toEqual([]);
  });

  it('asks of itself, and of nobody else', async () => {
    const { client } = await hostWith([
      machine(WEB01, 'web01'),
      component('Msvm_KvpExchangeComponent', WEB01, {
        GuestIntrinsicExchangeItems: ['<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Name" TYPE="string"><VALUE>OSName</VALUE></PROPERTY><PROPERTY NAME="Data" TYPE="string"><VALUE>Linux</VALUE></PROPERTY></INSTANCE>'],
      }),
      { className: 'MSCluster_Resource', namespace: 'root/mscluster', keys: { Name: 'Virtual Machine web01' }, properties: { Name: 'Virtual Machine web01', Type: 'Virtual Machine', OwnerGroup: 'web01', OwnerNode: 'hv01' } },
    ]);
    const web01 = await getVirtualMachine(client, 'web01');
    expect((await web01.guest())?.osName).toBe('Linux');
    expect(await web01.cluster()).toEqual({ group: 'web01', ownerNode: 'hv01', resource: 'Virtual Machine web01' });
    expect(await web01.owner()).toEqual({ host: client.host, clusterNode: 'hv01' });
  });

  it('is owned by its host alone when it is in no cluster', async () => {
    const { client } = await hostWith([machine(WEB01, 'web01')]);
    expect(await (await getVirtualMachine(client, 'web01')).owner()).toEqual({ host: client.host, clusterNode: null });
  });
});
