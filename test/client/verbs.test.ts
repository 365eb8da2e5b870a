import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CimInstance, classOf, createInstance, pathOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { WsmanClientOptions } from '../../src/client/options.js';
import { settings } from '../../src/client/settings.js';
import { wql } from '../../src/client/wql.js';
import { WsmanClient } from '../../src/client/wsman-client.js';
import { DEFAULT_USER, SimulatedHost } from '../../src/testing/index.js';
import { untyped } from '../../src/wsman/instance.js';
import { answering } from '../answering.js';

const NAMESPACE = 'root/virtualization/v2';
const machine = (index: number) => ({
  className: 'Msvm_ComputerSystem',
  properties: { CreationClassName: 'Msvm_ComputerSystem', Name: `M${String(index).padStart(4, '0')}`, ElementName: index % 2 === 0 ? "even's" : 'odd', EnabledState: 2, OnTimeInMilliseconds: '18446744073709551615' },
});
const pathOfMachine = (index: number) => instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: `M${String(index).padStart(4, '0')}` });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each(['axios', 'undici'] as const)('verbs over %s', (transport) => {
  let host: SimulatedHost;
  let client: WsmanClient;
  const opened: WsmanClient[] = [];
  const connect = (options: Partial<WsmanClientOptions> = {}) => {
    const made = new WsmanClient({ url: host.url, auth: { type: 'ntlm', ...DEFAULT_USER }, transport, namespace: NAMESPACE, timeoutMs: 8_000, ...options });
    opened.push(made);
    return made;
  };
  const actions = (from: number) => host.requests.slice(from).map((request) => request.action.replace(/^.*\//, ''));

  beforeAll(async () => {
    host = await SimulatedHost.start();
    host.seed(Array.from({ length: 20 }, (_unused, index) => machine(index)));
  });
  afterAll(() => host.close());
  beforeEach(() => {
    client = connect();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    expect(host.openEnumerations).toBe(0);
  });

  describe('enumerate', () => {
    it('gives every instance once, typed, in pages', async () => {
      const from = host.requests.length;
      const found = await collect(client.enumerate('Msvm_ComputerSystem', { pageSize: 6 }));
      expect(found.map((one) => one.Name)).toEqual(Array.from({ length: 20 }, (_unused, index) => machine(index).properties.Name));
      expect(found[0]).toMatchObject({ EnabledState: 2, OnTimeInMilliseconds: 18446744073709551615n, Caption: null });
      expect(actions(from)).toEqual(['Get', 'Enumerate', 'Pull', 'Pull', 'Pull']);
    });

    it('releases when the consumer leaves, and pulls no further', async () => {
      const from = host.requests.length;
      let seen = 0;
      for await (const one of client.enumerate('Msvm_ComputerSystem', { pageSize: 15 })) if (one.Name !== null && ++seen === 5) break;
      expect(actions(from)).toEqual(['Get', 'Enumerate', 'Release']);
      expect(host.openEnumerations).toBe(0);
    });

    it('releases when the consumer throws, and when it is aborted', async () => {
      const reason = new Error('enough');
      const controller = new AbortController();
      const consume = async (): Promise<void> => {
        for await (const one of client.enumerate('Msvm_ComputerSystem', { pageSize: 2, signal: controller.signal })) if (one.Name === 'M0003') controller.abort(reason);
      };
      await expect(consume()).rejects.toBe(reason);
      expect(host.openEnumerations).toBe(0);
    });

    it('reads the limits of the host once, and asks for pages of the size it may', async () => {
      const from = host.requests.length;
      await collect(client.enumerate('Msvm_ComputerSystem'));
      await collect(client.enumerate('Msvm_ComputerSystem'));
      expect(actions(from)).toEqual(['Get', 'Enumerate', 'Enumerate']);
      expect(host.requests.at(-1)?.envelope).toMatch(/<w:MaxEnvelopeSize [^>]*>512000<.*<w:MaxElements>64</s);
    });

    it('asks for fewer when a page does not fit into an envelope', async () => {
      host.seed([{ className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: 'X', Description: 'y'.repeat(4_000) } }]);
      const found = await collect(connect({ maxEnvelopeSize: 16_000 }).enumerate('Msvm_ComputerSystem'));
      host.remove(instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'X' }));
      expect(found).toHaveLength(21);
    });

    it('a page that is lost on its way ends it: the next would miss the items', async () => {
      const from = host.requests.length;
      const enumeration = client.enumerate('Msvm_ComputerSystem', { pageSize: 10 })[Symbol.asyncIterator]();
      await enumeration.next();
      host.trouble({ when: 'response', kind: 'drop' });
      const rest = async (): Promise<void> => {
        while ((await enumeration.next()).done !== true);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'TRANSPORT', asked: expect.stringContaining('Pull') as string });
      expect(actions(from).filter((action) => action === 'Pull')).toHaveLength(1);
      // What the host kept of it ends by itself; here it is another client's.
      await connect().identify();
    });

    it('tells that the host gave it up', async () => {
      const hasty = await SimulatedHost.start({ enumerationTimeoutMs: 40 });
      hasty.seed(Array.from({ length: 10 }, (_unused, index) => machine(index)));
      try {
        const consume = async (): Promise<void> => {
          for await (const one of connect({ url: hasty.url }).enumerate('Msvm_ComputerSystem', { pageSize: 8 })) {
            if (one.Name === 'M0001') await new Promise((resolve) => setTimeout(resolve, 120));
          }
        };
        await expect(consume()).rejects.toMatchObject({ code: 'ENUMERATION_EXPIRED', subcode: 'InvalidEnumerationContext' });
      } finally {
        await hasty.close();
      }
    });

    it('of paths', async () => {
      const paths = await collect(client.enumeratePaths('Msvm_ComputerSystem', { pageSize: 7 }));
      expect(paths).toHaveLength(20);
      expect(paths[3]).toEqual(pathOfMachine(3));
    });

    it('with paths, when told', async () => {
      const [first] = await collect(client.enumerate('Msvm_ComputerSystem', { withPaths: true }));
      expect(pathOf(first!)).toEqual(pathOfMachine(0));
      expect(first).toMatchObject({ Name: 'M0000', EnabledState: 2 });
      const [plain] = await collect(client.enumerate('Msvm_ComputerSystem', { polymorphismMode: 'ExcludeSubClassProperties' }));
      expect(pathOf(plain!)).toBeNull();
    });

    it('by selector', async () => {
      const found = await collect(client.enumerate('Msvm_ComputerSystem', { filter: { dialect: 'selector', selectors: { Name: 'M0007' } } }));
      expect(found.map((one) => one.Name)).toEqual(['M0007']);
    });
  });

  describe('query', () => {
    it('quotes what is put in', async () => {
      const found = await collect(client.query(wql`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = ${"even's"} AND EnabledState = ${2}`));
      expect(found).toHaveLength(10);
      expect(classOf(found[0]!)).toBe('Msvm_ComputerSystem');
    });

    it('reads projections, typed', async () => {
      const [first] = await collect(client.query("SELECT Name, OnTimeInMilliseconds FROM Msvm_ComputerSystem WHERE Name = 'M0001'"));
      expect({ ...first }).toEqual({ Name: 'M0001', OnTimeInMilliseconds: 18446744073709551615n });
    });

    it('goes to all classes of the namespace, and says what the host thinks of it', async () => {
      await expect(collect(client.query('SELECT FROM'))).rejects.toMatchObject({ code: 'FAULT', subcode: 'CannotProcessFilter' });
      expect(host.requests.at(-1)?.resourceUri).toMatch(/\/root\/virtualization\/v2\/\*$/);
    });
  });

  describe('wql', () => {
    it.each([
      [wql`${'a'}`, "'a'"],
      [wql`${"O'Brien\\x"}`, "'O\\'Brien\\\\x'"],
      [wql`a ${1} b ${2n} c ${true} d ${false}`, 'a 1 b 2 c TRUE d FALSE'],
      [wql`plain`, 'plain'],
    ])('%s', (text, expected) => expect(text).toBe(expected));

    it.each([[Number.NaN], [null], [undefined], [{}]])('refuses %j', (value) => {
      expect(() => wql`${value as never}`).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    });
  });

  describe('put, create and delete', () => {
    const job = (id: string) => instancePath('Msvm_ConcreteJob', { InstanceID: id });

    it('change, make and remove an instance', async () => {
      const path = await client.create('Msvm_ConcreteJob', { InstanceID: 'made', Notify: 'before' });
      expect(path).toEqual(job('made'));
      const changed = await client.put(job('made'), { Notify: 'after' });
      expect(changed.Notify).toBe('after');
      expect((await client.get(job('made'))).Notify).toBe('after');
      await client.delete(path);
      await expect(client.get(path)).rejects.toMatchObject({ code: 'FAULT', subcode: 'DestinationUnreachable' });
    });

    it('put a whole instance in one call, and refuse a name the class does not have', async () => {
      host.seed([{ className: 'Msvm_ConcreteJob', properties: { InstanceID: 'kept', Notify: 'x' } }]);
      const from = host.requests.length;
      const whole = createInstance({ className: 'Msvm_ConcreteJob', properties: { InstanceID: 'kept', Notify: 'whole' } });
      await client.put(job('kept'), whole as never);
      expect(actions(from)).toEqual(['Put']);
      await expect(client.put(job('kept'), { Notif: 'x' } as never)).rejects.toMatchObject({ code: 'USAGE' });
    });

    it('are changes: a lost answer leaves them open', async () => {
      host.trouble({ when: 'response', kind: 'drop' });
      await expect(client.delete(job('kept'))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      host.trouble({ when: 'response', kind: 'drop' });
      await expect(client.create('Msvm_ConcreteJob', { InstanceID: 'twice' })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    });

    it('reach a single property', async () => {
      host.seed([{ className: 'Msvm_ConcreteJob', properties: { InstanceID: 'part', Notify: 'x' } }]);
      await client.putFragment(job('part'), 'Notify', { Notify: 'y' });
      expect(await client.getFragment(job('part'), 'Notify')).toEqual({ Notify: 'y' });
    });
  });

  it('associators and references', async () => {
    host.seed([
      { className: 'Msvm_VirtualSystemSettingData', properties: { InstanceID: 'of M0001', ElementName: 's' } },
      {
        className: 'Msvm_SettingsDefineState',
        properties: { ManagedElement: { namespace: NAMESPACE, className: 'Msvm_ComputerSystem', keys: pathOfMachine(1).keys as never }, SettingData: { namespace: NAMESPACE, className: 'Msvm_VirtualSystemSettingData', keys: { InstanceID: 'of M0001' } } },
      },
    ]);
    const settings = await collect(client.associators(pathOfMachine(1), { resultClassName: 'Msvm_VirtualSystemSettingData' }));
    expect(settings.map((one) => one.InstanceID)).toEqual(['of M0001']);
    expect(await collect(client.associators(pathOfMachine(1), { resultClassName: 'Msvm_Processor' }))).toEqual([]);
    const [association] = await collect(client.references(pathOfMachine(1)));
    expect(association?.SettingData).toEqual(instancePath('Msvm_VirtualSystemSettingData', { InstanceID: 'of M0001' }));
  });

  it('invoke sends instances, paths and arrays by their types, and reads results by theirs', async () => {
    let seen: Readonly<Record<string, unknown>> = {};
    host.seed([{ className: 'Msvm_VirtualSystemManagementService', properties: { CreationClassName: 'Msvm_VirtualSystemManagementService', Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'SIMHOST' } }]);
    const service = instancePath('Msvm_VirtualSystemManagementService', { CreationClassName: 'Msvm_VirtualSystemManagementService', Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'SIMHOST' });
    host.onInvoke('Msvm_VirtualSystemManagementService', 'DefineSystem', (_path, parameters) => {
      seen = parameters;
      return { returnValue: 4096, out: { ResultingSystem: pathOfMachine(1), Job: instancePath('Msvm_ConcreteJob', { InstanceID: 'J' }) } };
    });
    const systemSettings = settings('Msvm_VirtualSystemSettingData', { ElementName: 'a & b', VirtualNumaEnabled: true, IncrementalBackupEnabled: null });
    const { returnValue, out } = await client.invoke(service, 'DefineSystem', { SystemSettings: systemSettings, ResourceSettings: [], ReferenceConfiguration: null });
    expect(returnValue).toBe(4096);
    expect(out.Job).toEqual(instancePath('Msvm_ConcreteJob', { InstanceID: 'J' }));
    expect(classOf(seen.SystemSettings as CimInstance)).toBe('Msvm_VirtualSystemSettingData');
    expect(seen).toMatchObject({ ReferenceConfiguration: null });
    expect({ ...(seen.SystemSettings as CimInstance) }).toEqual({ ElementName: 'a & b', VirtualNumaEnabled: true, IncrementalBackupEnabled: null });
  });

  describe('subscribe', () => {
    it('gives events as they come, and ends the subscription on leaving', async () => {
      const query = "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'";
      const events = client.subscribe(query)[Symbol.asyncIterator]();
      const first = events.next();
      while (host.openSubscriptions === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      host.update(pathOfMachine(4), { EnabledState: 3 });
      const event = (await first).value as CimInstance;
      expect(classOf(event)).toBe('__InstanceModificationEvent');
      expect(event.TargetInstance).toMatchObject({ Name: 'M0004', EnabledState: 3 });
      await events.return?.();
      expect(host.openSubscriptions).toBe(0);
    });

    it('waits on when a Pull finds nothing in time', async () => {
      const patient = connect({ operationTimeoutMs: 60 });
      const events = patient.subscribe("SELECT * FROM __InstanceDeletionEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'")[Symbol.asyncIterator]();
      const first = events.next();
      const pulls = () => host.requests.filter((request) => request.action.endsWith('/Pull')).length;
      const before = pulls();
      while (pulls() < before + 3) await new Promise((resolve) => setTimeout(resolve, 10));
      host.seed([machine(99)]);
      host.remove(pathOfMachine(99));
      expect((await first).done).toBe(false);
      await events.return?.();
    });
  });

  describe('the shell', () => {
    it('runs a command, and leaves no shell behind', async () => {
      expect(await client.run('echo', ['größer', '€'])).toEqual({ stdout: expect.stringContaining('größer €') as string, stderr: '', exitCode: 0 });
      expect(await client.run('exit', ['7'])).toMatchObject({ exitCode: 7 });
      expect(host.openShells).toBe(0);
    });

    it('sends input, and gives output as it comes', async () => {
      host.onCommand((line, { stdin }) => (line === 'sort' ? stdin.then((text) => ({ stdout: text.split('\n').sort().join('\n'), stderr: 'done' })) : null));
      expect(await client.run('sort', [], { input: new TextEncoder().encode('b\na') })).toEqual({ stdout: 'a\nb', stderr: 'done', exitCode: 0 });
      await using shell = await client.openShell();
      const command = await shell.start('hostname');
      const pieces = await collect(command);
      expect(pieces.map(({ stream }) => stream)).toEqual(['stdout']);
      expect(command.exitCode).toBe(0);
    });
  });

  it('observe is told of every exchange, opened', async () => {
    const seen: { request: string; status: number; response: string }[] = [];
    await connect({ observe: (exchange) => seen.push(exchange) }).get(pathOfMachine(2));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ status: 200, request: expect.stringContaining('M0002') as string, response: expect.stringContaining('<p:Msvm_ComputerSystem') as string });
  });

  it('reads DMTF answers, and asks in DMTF terms when told', async () => {
    const { url, stop } = await answering('<q:GetError xmlns:q="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/GetError"><q:ReturnValue>0</q:ReturnValue><q:Error xsi:nil="true"/></q:GetError>');
    const requests: string[] = [];
    const dmtf = connect({ url, auth: { type: 'none' }, allowInsecure: ['none'], dialect: 'dmtf', observe: ({ request }) => requests.push(request) });
    expect(await dmtf.invoke(instancePath('Msvm_MigrationJob', { InstanceID: 'x' }), 'GetError')).toEqual({ returnValue: 0, out: { Error: null } });
    expect(requests[0]).toContain('<w:ResourceURI s:mustUnderstand="true">http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_MigrationJob</w:ResourceURI>');
    expect(requests[0]).toContain('<w:Selector Name="__cimnamespace">root/virtualization/v2</w:Selector>');
    await stop();
  });

  it('has every property of a class that the schema knows, also a null array, which Windows leaves out; with typeOf only what was sent', async () => {
    for (const machine of [await client.get(pathOfMachine(6)), (await collect(client.enumerate('Msvm_ComputerSystem')))[6]!]) {
      expect(machine.AvailableRequestedStates).toBeNull();
      expect(Object.keys(machine)).toContain('IdentifyingDescriptions');
    }
    expect(Object.keys(await client.get(pathOfMachine(6), { typeOf: untyped }))).not.toContain('IdentifyingDescriptions');
  });

  it('what get gives knows where it is', async () => {
    expect(pathOf(await client.get(pathOfMachine(5)))).toEqual(pathOfMachine(5));
  });
});
