import { describe, expect, it } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import { TransportError, UsageError } from '../../../src/errors.js';
import { HyperVHost } from '../../../src/hyperv/host.js';
import { findVirtualMachine, getVirtualMachine, listVirtualMachines } from '../../../src/hyperv/machines/find.js';
import { DB01, OTHER_WEB01, WEB01, clientOf, hostWith, machine } from './support.js';

const planned = (Name: string, ElementName: string) => ({ className: 'Msvm_PlannedComputerSystem', properties: { CreationClassName: 'Msvm_PlannedComputerSystem', Name, ElementName } });

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(() => new Error('it succeeded'), (caught: unknown) => caught as Error);
}

describe('all machines of a host', () => {
  it('are those with a GUID: neither the host nor planned ones', async () => {
    const { client } = await hostWith([machine(WEB01, 'web01'), machine(DB01.toLowerCase(), 'db01', { EnabledState: 3 }), planned(OTHER_WEB01, 'web01')]);
    const found = [];
    for await (const { id, name, state } of listVirtualMachines(client)) found.push({ id, name, state });
    expect(found).toEqual([
      { id: WEB01, name: 'web01', state: 'running' },
      { id: DB01, name: 'db01', state: 'off' },
    ]);
  });
});

describe('a host whose management service does not run', () => {
  it('shows not even itself, and lists no machines', async () => {
    const { simulated, client } = await hostWith();
    simulated.remove(instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'SIMHOST' }));
    const error = await errorOf(listVirtualMachines(client).next());
    expect(error).toBeInstanceOf(TransportError);
    expect(error.message).toContain('vmms');
  });
});

describe('one machine of a host', () => {
  it.each([WEB01, WEB01.toLowerCase(), `{${WEB01}}`, ` {${WEB01.toLowerCase()}} `, 'web01', 'WEB01'])('is found by %s', async (idOrName) => {
    const { client } = await hostWith([machine(WEB01, 'web01'), machine(DB01, 'db01')]);
    expect((await getVirtualMachine(client, idOrName)).id).toBe(WEB01);
  });

  it.each(["O'Brien's", 'the "big" one', '100% [a] b_c', 'C:\\vm\\1', "' OR Name <> '", 'Zürich & <Bern>'])('may be called %s', async (name) => {
    const { client } = await hostWith([machine(WEB01, 'web01'), machine(DB01, name)]);
    expect((await getVirtualMachine(client, name)).id).toBe(DB01);
  });

  it('with the GUID comes before one that is called so', async () => {
    const { client } = await hostWith([machine(DB01, WEB01), machine(WEB01, 'web01')]);
    expect((await getVirtualMachine(client, WEB01)).name).toBe('web01');
  });

  it('may have another GUID for a name', async () => {
    const { client } = await hostWith([machine(DB01, WEB01)]);
    expect((await getVirtualMachine(client, WEB01)).id).toBe(DB01);
  });

  it('cannot be chosen among several of one name; the error lists them', async () => {
    const { client } = await hostWith([machine(WEB01, 'web01'), machine(OTHER_WEB01, 'Web01'), machine(DB01, 'db01')]);
    const error = await errorOf(getVirtualMachine(client, 'web01'));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(WEB01);
    expect(error.message).toContain(OTHER_WEB01);
    expect(error.message).not.toContain(DB01);
  });

  it.each([['web02'], ['SIMHOST'], [OTHER_WEB01]])('is not there: %s; the error says where it was looked for', async (idOrName) => {
    const { client } = await hostWith([machine(WEB01, 'web01'), planned(OTHER_WEB01, 'web02')]);
    const error = await errorOf(getVirtualMachine(client, idOrName));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(idOrName);
    expect(error.message).toContain(client.host);
  });

  it('cannot be told by a host that does not even show itself', async () => {
    const { simulated, client } = await hostWith();
    for await (const path of client.enumeratePaths('Msvm_ComputerSystem', { namespace: 'root/virtualization/v2' })) simulated.remove(path);
    expect(await errorOf(getVirtualMachine(client, 'web01'))).toBeInstanceOf(TransportError);
  });

  it('needs a name; nothing is asked without', async () => {
    const { simulated, client } = await hostWith();
    expect(await errorOf(getVirtualMachine(client, ''))).toBeInstanceOf(UsageError);
    expect(await errorOf(findVirtualMachine([new HyperVHost({ client })], ''))).toBeInstanceOf(UsageError);
    expect(simulated.requests).toEqual([]);
  });
});

describe('a machine on several hosts', () => {
  it('is found where it is, and a host that fails hides nothing', async () => {
    const one = await hostWith([machine(WEB01, 'web01')]);
    const two = await hostWith([machine(DB01, 'db01')]);
    const three = await hostWith([machine(OTHER_WEB01, 'web01')]);
    const gone = await hostWith();
    await gone.simulated.close();
    const hosts = [gone, one, two, three].map(({ client }) => new HyperVHost({ client }));
    const { places, failures } = await findVirtualMachine(hosts, 'web01');
    expect(places.map(({ host, machine: { id } }) => [host, id])).toEqual([[hosts[1], WEB01], [hosts[3], OTHER_WEB01]]);
    expect(failures).toEqual([{ host: hosts[0], error: expect.any(TransportError) as TransportError }]);
  });

  it('may have several of its name on one host', async () => {
    const { client } = await hostWith([machine(WEB01, 'web01'), machine(OTHER_WEB01, 'web01')]);
    const { places, failures } = await findVirtualMachine([new HyperVHost({ client })], 'web01');
    expect(places.map(({ machine: { id } }) => id)).toEqual([WEB01, OTHER_WEB01]);
    expect(failures).toEqual([]);
  });

  it('is nowhere: no places, no failures', async () => {
    const { client } = await hostWith();
    expect(await findVirtualMachine([new HyperVHost({ client })], WEB01)).toEqual({ places: [], failures: [] });
  });

  it('is found although another host hangs', async () => {
    const one = await hostWith([machine(WEB01, 'web01')]);
    const { simulated } = await hostWith();
    simulated.trouble({ when: 'request', kind: 'delay', ms: 60_000 });
    const hosts = [clientOf(simulated.url, 300), one.client].map((client) => new HyperVHost({ client }));
    const { places, failures } = await findVirtualMachine(hosts, 'web01');
    expect(places).toHaveLength(1);
    expect(failures).toEqual([{ host: hosts[0], error: expect.objectContaining({ code: 'TIMEOUT' }) as Error }]);
  });

  it('is looked for no longer than the call may take', async () => {
    const { simulated } = await hostWith();
    simulated.trouble({ when: 'request', kind: 'delay', ms: 600_000 });
    const { failures } = await findVirtualMachine([new HyperVHost({ client: clientOf(simulated.url, 600_000) })], 'web01', { timeoutMs: 50 });
    expect(failures).toMatchObject([{ error: { code: 'TIMEOUT' } }]);
  });

  it('is no longer looked for when the caller aborts', async () => {
    const { simulated } = await hostWith();
    simulated.trouble({ when: 'request', kind: 'delay', ms: 600_000 });
    const controller = new AbortController();
    const reason = new Error('enough');
    const search = errorOf(findVirtualMachine([new HyperVHost({ client: clientOf(simulated.url, 600_000) })], 'web01', { signal: controller.signal }));
    controller.abort(reason);
    expect(await search).toBe(reason);
  });
});
