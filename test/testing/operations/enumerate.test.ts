import { describe, expect, it } from 'vitest';
import { type CimInstance, classOf, isCimInstance } from '../../../src/cim/instance.js';
import { instancePath } from '../../../src/cim/object-path.js';
import { UsageError } from '../../../src/errors.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import { type EnumerateOptions, enumerateRequest, readEnumerateResponse } from '../../../src/wsman/enumerate.js';
import type { EnumerationItem, EnumerationPage } from '../../../src/wsman/enumeration-page.js';
import { getRequest, readGetResponse } from '../../../src/wsman/get.js';
import { pullRequest, readPullResponse, releaseRequest } from '../../../src/wsman/pull.js';
import { type AskOptions, ask, askText } from '../ask.js';
import { startHost } from '../support.js';

const NAMESPACE = 'root/virtualization/v2';
const SYSTEMS = { namespace: NAMESPACE, className: 'Msvm_ComputerSystem' };
const ALL = { namespace: NAMESPACE, className: '*' };
const system = (name: string, more: object = {}) => ({ className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: name, ElementName: `vm ${name}`, ...more } });
const systemPath = (name: string) => instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: name });
const port = { className: 'Msvm_SyntheticEthernetPort', properties: { CreationClassName: 'Msvm_SyntheticEthernetPort', DeviceID: 'P1', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'A' } };
const portPath = instancePath('Msvm_SyntheticEthernetPort', port.properties);
const wql = (query: string): EnumerateOptions => ({ filter: { dialect: 'wql', query } });

async function filled(options = {}): Promise<SimulatedHost> {
  const host = await startHost(options);
  host.seed([
    system('A', { EnabledState: 2 }),
    system('B', { EnabledState: 3 }),
    system('C', { EnabledState: 2 }),
    port,
    { className: 'Msvm_SystemDevice', properties: { GroupComponent: systemPath('A'), PartComponent: portPath } },
  ]);
  return host;
}

const begin = (host: SimulatedHost, scope: typeof SYSTEMS, options?: EnumerateOptions, settings?: AskOptions) =>
  ask(host, enumerateRequest(scope, options), (envelope) => readEnumerateResponse(envelope), settings);
const pull = (host: SimulatedHost, context: string | null, maxElements?: number, settings?: AskOptions) =>
  ask(host, pullRequest(SYSTEMS, context ?? '', maxElements === undefined ? {} : { maxElements }), (envelope) => readPullResponse(envelope), settings);
const release = (host: SimulatedHost, context: string | null, settings?: AskOptions) => ask(host, releaseRequest(SYSTEMS, context ?? ''), () => null, settings);

async function all(host: SimulatedHost, scope: typeof SYSTEMS, options?: EnumerateOptions): Promise<readonly EnumerationItem[]> {
  const { items, endOfSequence } = await begin(host, scope, { maxElements: 100, ...options });
  expect(endOfSequence).toBe(true);
  return items;
}

const nameOf = (item: EnumerationItem): unknown => (isCimInstance(item) ? item.Name : item);

describe('pages', () => {
  it('one item a Pull, and a new context with each; the last item comes with the end', async () => {
    const host = await filled();
    const first = await begin(host, SYSTEMS);
    expect(first.items).toEqual([]);
    const pages: EnumerationPage[] = [];
    for (let context = first.context; context !== null; context = pages.at(-1)!.context) pages.push(await pull(host, context));
    expect(pages.map(({ items }) => items.map(nameOf))).toEqual([['A'], ['B'], ['C']]);
    expect(pages.map(({ endOfSequence }) => endOfSequence)).toEqual([false, false, true]);
    expect(new Set([first.context, ...pages.map(({ context }) => context)]).size).toBe(4);
    expect(host.openEnumerations).toBe(0);
  });

  it('as many as MaxElements says', async () => {
    const host = await filled();
    const { context } = await begin(host, SYSTEMS);
    const { items, ...page } = await pull(host, context, 2);
    expect(items.map(nameOf)).toEqual(['A', 'B']);
    expect((await pull(host, page.context, 100)).items.map(nameOf)).toEqual(['C']);
  });

  it('optimised: the first items come at once, and all of them leave no context', async () => {
    const host = await filled();
    const page = await begin(host, SYSTEMS, { maxElements: 2 });
    expect([page.items.map(nameOf), page.endOfSequence, host.openEnumerations]).toEqual([['A', 'B'], false, 1]);
    expect((await begin(host, SYSTEMS, { maxElements: 3 })).endOfSequence).toBe(true);
    expect(host.openEnumerations).toBe(1);
  });

  it('nothing to enumerate is an empty last page', async () => {
    const host = await startHost();
    expect(await begin(host, SYSTEMS, { maxElements: 5 })).toEqual({ items: [], context: null, endOfSequence: true });
  });

  it('never larger than MaxEnvelopeSize: fewer items', async () => {
    const host = await startHost();
    host.seed(Array.from({ length: 8 }, (_, index) => system(`V${index}`, { Caption: '&<"ü€'.repeat(100) })));
    const { context } = await begin(host, SYSTEMS);
    const { text } = await askText(host, pullRequest(SYSTEMS, context!, { maxElements: 100 }), { maxEnvelopeSize: 20_000 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(text.match(/<p:Msvm_ComputerSystem /g)!.length).toBeGreaterThan(1);
  });

  it('an item that is too large alone is an EncodingLimit fault; a larger envelope gets it', async () => {
    const host = await startHost();
    host.seed([system('A', { Caption: 'x'.repeat(20_000) })]);
    const { context } = await begin(host, SYSTEMS);
    await expect(pull(host, context, 1, { maxEnvelopeSize: 8192 })).rejects.toMatchObject({ subcode: 'EncodingLimit', wsman: 2150858805, faultDetail: expect.stringMatching(/MaxEnvelopeSize$/) as string });
    expect((await pull(host, context)).items).toHaveLength(1);
  });

  it('a hundred thousand instances are made as they are asked for', async () => {
    const host = await startHost();
    let made = 0;
    host.seedMany(100_000, (index) => {
      made++;
      return system(String(index), { EnabledState: index % 2 });
    });
    const page = await begin(host, SYSTEMS, { maxElements: 50 });
    expect(page.items.map(nameOf)).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    expect(made).toBeLessThan(60);
    const odd = await begin(host, ALL, { ...wql('SELECT Name FROM Msvm_ComputerSystem WHERE EnabledState = 1'), maxElements: 3 });
    expect(odd.items.map(nameOf)).toEqual(['1', '3', '5']);
  });
});

describe('contexts', () => {
  it('are gone after Release', async () => {
    const host = await filled();
    const { context } = await begin(host, SYSTEMS);
    expect(host.openEnumerations).toBe(1);
    await release(host, context);
    expect(host.openEnumerations).toBe(0);
    await expect(pull(host, context)).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext', wsman: 2150858779 });
    await expect(release(host, context)).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext' });
  });

  it('serve once', async () => {
    const host = await filled();
    const { context } = await begin(host, SYSTEMS);
    await pull(host, context);
    await expect(pull(host, context)).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext' });
  });

  it('are their user\'s alone', async () => {
    const users = ['Administrator', 'wartung'].map((username) => ({ username, password: 'Simulated-1' }));
    const host = await filled({ users });
    const { context } = await begin(host, SYSTEMS);
    await expect(pull(host, context, 1, { username: 'wartung' })).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext' });
    expect((await pull(host, context)).items).toHaveLength(1);
  });

  it('expire', async () => {
    const host = await filled({ enumerationTimeoutMs: 1 });
    const { context } = await begin(host, SYSTEMS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.openEnumerations).toBe(0);
    await expect(pull(host, context)).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext' });
  });

  it('count against the quota of their user, and Release makes room', async () => {
    const host = await filled({ maxOperations: 2 });
    const { context } = await begin(host, SYSTEMS);
    await begin(host, SYSTEMS);
    const refused = { subcode: 'QuotaLimit', wsman: null, hresult: 2150859173 };
    await expect(begin(host, SYSTEMS)).rejects.toMatchObject(refused);
    await expect(ask(host, getRequest(systemPath('A')), (envelope) => readGetResponse(envelope, systemPath('A')))).rejects.toMatchObject(refused);
    await release(host, context);
    await expect(begin(host, SYSTEMS)).resolves.toBeDefined();
  });
});

describe('what is enumerated', () => {
  it('paths, and instances with their paths', async () => {
    const host = await filled();
    const [path] = await all(host, SYSTEMS, { mode: 'EnumerateEPR' });
    expect(path).toEqual(systemPath('A'));
    const [both] = (await all(host, SYSTEMS, { mode: 'EnumerateObjectAndEPR' })) as { instance: CimInstance; path: object }[];
    expect([both?.instance.ElementName, both?.path]).toEqual(['vm A', systemPath('A')]);
  });

  it('derived classes, too, with their own properties', async () => {
    const host = await filled();
    host.addJob({ JobState: 10 });
    const items = await all(host, { namespace: NAMESPACE, className: 'CIM_ConcreteJob' });
    expect(items.map((item) => [isCimInstance(item) && classOf(item), isCimInstance(item) && item.JobState])).toEqual([['Msvm_MigrationJob', '10']]);
  });

  it.each<[string, EnumerateOptions, typeof SYSTEMS, unknown[]]>([
    ['WQL', wql("SELECT * FROM Msvm_ComputerSystem WHERE EnabledState = 2 AND ElementName LIKE 'vm%'"), ALL, ['A', 'C']],
    ['selectors, in any letter case', { filter: { dialect: 'selector', selectors: { ELEMENTNAME: 'VM b' } } }, SYSTEMS, ['B']],
    ['selectors of a number', { filter: { dialect: 'selector', selectors: { EnabledState: 2 } } }, SYSTEMS, ['A', 'C']],
    ['associated instances', { filter: { dialect: 'association', object: portPath, result: 'AssociatedInstances', associationClassName: 'Msvm_SystemDevice' } }, ALL, ['A']],
    ['associated instances in another role', { filter: { dialect: 'association', object: portPath, result: 'AssociatedInstances', role: 'GroupComponent' } }, ALL, []],
    ['ASSOCIATORS OF', wql(`ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="A"} WHERE ResultClass = Msvm_ComputerSystem`), ALL, []],
  ])('by %s', async (_what, options, scope, expected) => {
    const host = await filled();
    expect((await all(host, scope, options)).map(nameOf)).toEqual(expected);
  });

  it('associations themselves, with their ends', async () => {
    const host = await filled();
    const [association] = await all(host, ALL, { filter: { dialect: 'association', object: systemPath('A'), result: 'AssociationInstances' } });
    expect(association).toMatchObject({ PartComponent: portPath });
  });

  it('a query with a list of properties gives XmlFragments of these alone', async () => {
    const host = await filled();
    const { text } = await askText(host, enumerateRequest(ALL, { ...wql('SELECT Name, EnabledState FROM Msvm_ComputerSystem WHERE Name = "B"'), maxElements: 9 }));
    expect(text).toMatch(/<w:Items><w:XmlFragment [^>]*><Name>B<\/Name><EnabledState>3<\/EnabledState><\/w:XmlFragment><\/w:Items><w:EndOfSequence\/>/);
  });
});

describe('faults', () => {
  it.each<[string, typeof SYSTEMS, EnumerateOptions, object]>([
    ['a class that is not there', { namespace: NAMESPACE, className: 'Msvm_Umzug' }, {}, { subcode: 'DestinationUnreachable', wsman: 2150858752 }],
    ['a query for it', ALL, wql('SELECT * FROM Msvm_Umzug'), { subcode: 'CannotProcessFilter', wsman: 2150858778 }],
    ['no query', ALL, wql('SELEKT'), { subcode: 'CannotProcessFilter', wsman: 2150858778 }],
    ['all classes without a query', ALL, {}, { subcode: 'CannotProcessFilter' }],
  ])('%s', async (_what, scope, options, fault) => {
    await expect(begin(await filled(), scope, options)).rejects.toMatchObject({ code: 'FAULT', status: 500, ...fault });
  });

  it('a query on a class instead of all classes', async () => {
    const { body, action } = enumerateRequest(ALL, wql('SELECT * FROM Msvm_ComputerSystem'));
    const request = { ...enumerateRequest(SYSTEMS), action, body };
    await expect(ask(await filled(), request, () => null)).rejects.toMatchObject({ subcode: 'CannotProcessFilter', wsman: 2150858778 });
  });
});

it.each([{ enumerationTimeoutMs: 0 }, { maxOperations: 1.5 }])('the options have to be whole numbers: %o', async (options) => {
  await expect(startHost(options)).rejects.toBeInstanceOf(UsageError);
});
