import { describe, expect, it } from 'vitest';
import type { CimInterval } from '../../../src/cim/datetime.js';
import type { CimInstance } from '../../../src/cim/instance.js';
import { instancePath } from '../../../src/cim/object-path.js';
import { loadSchema } from '../../../src/schema/class-info.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import { readBookmark } from '../../../src/wsman/bookmark.js';
import { pullRequest, readPullResponse } from '../../../src/wsman/pull.js';
import {
  type SubscribeOptions, type Subscription, readRenewResponse, readSubscribeResponse, renewRequest, subscribeRequest, unsubscribeRequest,
} from '../../../src/wsman/subscribe.js';
import { ask } from '../ask.js';
import { startHost } from '../support.js';

const SCOPE = { namespace: 'root/virtualization/v2', className: '*' };
const QUERY = "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem' AND TargetInstance.EnabledState <> PreviousInstance.EnabledState";
const SYSTEM = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'A' });
const { typeOf } = await loadSchema();
const eventTypes = (owner: string, member: string) => (member.endsWith('Instance') ? ({ type: 'string', array: false, embedded: true } as const) : typeOf(owner, member));

async function filled(): Promise<SimulatedHost> {
  const host = await startHost();
  host.seed([{ className: 'Msvm_ComputerSystem', keys: SYSTEM.keys, properties: { EnabledState: 3 } }]);
  return host;
}

function subscribe(host: SimulatedHost, options: SubscribeOptions = {}): Promise<Subscription> {
  const request = subscribeRequest(SCOPE, { filter: { dialect: 'wql', query: QUERY }, ...options });
  return ask(host, request, (envelope) => readSubscribeResponse(envelope, request));
}

async function pull(host: SimulatedHost, { context }: Subscription, operationTimeoutMs = 5000): Promise<{ states: unknown[]; bookmark: string | null }> {
  const read = (envelope: Parameters<typeof readBookmark>[0]) => ({ bookmark: readBookmark(envelope), page: readPullResponse(envelope, { typeOf: eventTypes }) });
  const { bookmark, page } = await ask(host, pullRequest(SCOPE, context, { maxElements: 10 }), read, { operationTimeoutMs });
  expect([page.context, page.endOfSequence]).toEqual([context, false]);
  return { bookmark, states: page.items.map((event) => ((event as CimInstance).TargetInstance as CimInstance).EnabledState) };
}

describe('a subscription', () => {
  it('brings what matches, and nothing else', async () => {
    const host = await filled();
    const subscription = await subscribe(host);
    host.update(SYSTEM, { EnabledState: 2 });
    host.update(SYSTEM, { ElementName: 'neu' });
    host.addJob({ JobState: 4 });
    host.update(SYSTEM, { EnabledState: 10 });
    expect((await pull(host, subscription)).states).toEqual([2, 10]);
  });

  it('a Pull waits for an event', async () => {
    const host = await filled();
    const subscription = await subscribe(host);
    const waiting = pull(host, subscription);
    while (!host.requests.some(({ action }) => action.endsWith('/Pull'))) await new Promise((resolve) => setTimeout(resolve, 5));
    host.update(SYSTEM, { EnabledState: 2 });
    expect((await waiting).states).toEqual([2]);
  });

  it('without an event TimedOut, and it goes on', async () => {
    const host = await filled();
    const subscription = await subscribe(host);
    await expect(pull(host, subscription, 20)).rejects.toMatchObject({ soapCode: 'Receiver', subcode: 'TimedOut', wsman: 2150858793 });
    host.update(SYSTEM, { EnabledState: 2 });
    expect((await pull(host, subscription)).states).toEqual([2]);
  });

  it('goes on behind a bookmark', async () => {
    const host = await filled();
    const first = await subscribe(host, { sendBookmarks: true });
    host.update(SYSTEM, { EnabledState: 2 });
    const { bookmark } = await pull(host, first);
    await ask(host, unsubscribeRequest(first.manager), () => null);
    host.update(SYSTEM, { EnabledState: 9 });
    expect((await pull(host, await subscribe(host, { bookmark: bookmark! }))).states).toEqual([9]);
  });

  it('ends with Unsubscribe', async () => {
    const host = await filled();
    const subscription = await subscribe(host);
    expect(host.openSubscriptions).toBe(1);
    await ask(host, unsubscribeRequest(subscription.manager), () => null);
    expect(host.openSubscriptions).toBe(0);
    await expect(pull(host, subscription)).rejects.toMatchObject({ subcode: 'InvalidEnumerationContext' });
    await expect(ask(host, unsubscribeRequest(subscription.manager), () => null)).rejects.toMatchObject({ subcode: 'InvalidMessage' });
  });

  it('lasts as long as it asks, and Renew prolongs it', async () => {
    const host = await filled();
    const short = await subscribe(host, { expiresMs: 1 });
    const renewed = await subscribe(host, { expiresMs: 60_000 });
    expect((renewed.expires as CimInterval).toMilliseconds()).toBe(60_000);
    expect(((await ask(host, renewRequest(renewed.manager, 90_000), readRenewResponse)) as CimInterval).toMilliseconds()).toBe(90_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.openSubscriptions).toBe(1);
    await expect(ask(host, renewRequest(short.manager, 90_000), readRenewResponse)).rejects.toMatchObject({ subcode: 'UnableToRenew', wsman: 2150858788 });
  });

  it.each<[string, SubscribeOptions, string]>([
    ['a query for data', { filter: { dialect: 'wql', query: 'SELECT * FROM Msvm_ComputerSystem' } }, 'CannotProcessFilter'],
    ['no query', { filter: { dialect: 'wql', query: 'SELEKT' } }, 'CannotProcessFilter'],
    ['another filter', { filter: { dialect: 'selector', selectors: { Name: 'A' } } }, 'FilteringRequestedUnavailable'],
    ['a bookmark of another service', { bookmark: '<w:Bookmark xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">x</w:Bookmark>' }, 'InvalidBookmark'],
    ['no time', { expiresMs: 0 }, 'InvalidExpirationTime'],
  ])('%s is refused', async (_what, options, subcode) => {
    await expect(subscribe(await filled(), options)).rejects.toMatchObject({ code: 'FAULT', subcode });
  });
});
