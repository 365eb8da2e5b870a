import { classOf } from '../../cim/instance.js';
import { DEFAULT_NAMESPACE } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import type { CallOptions } from '../../client/options.js';
import { wql } from '../../client/wql.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { untyped } from '../../wsman/instance.js';
import { embeddedInstance } from './embedded.js';

/** What the operating system of a machine tells of itself, through the data exchange of the integration services. Untrusted. */
export type GuestInfo = {
  /** FullyQualifiedDomainName. */
  readonly hostName: string | null;
  /** OSName. */
  readonly osName: string | null;
  /** NetworkAddressIPv4, then NetworkAddressIPv6. */
  readonly addresses: readonly string[];
  /** Everything it tells, by name: OSVersion, IntegrationServicesVersion, ... */
  readonly items: Readonly<Record<string, string>>;
};

/**
 * Asks for what a guest tells (Msvm_KvpExchangeComponent.GuestIntrinsicExchangeItems).
 *
 * @param id - the machine's GUID
 * @returns `null` when it tells nothing: it is off, or has no integration services
 */
export async function readGuest(client: WsmanClient, id: string, call?: CallOptions): Promise<GuestInfo | null> {
  // Untyped, the texts come as they were sent, so that one which is no instance does not fail the whole answer.
  const components = client.query(wql`SELECT * FROM Msvm_KvpExchangeComponent WHERE SystemName = ${id}`, { namespace: DEFAULT_NAMESPACE, ...call, typeOf: untyped });
  for await (const component of components) return toGuestInfo(component.GuestIntrinsicExchangeItems ?? null);
  return null;
}

/** Reads the items; one that is no Msvm_KvpExchangeDataItem, or has no name, is passed over. */
export function toGuestInfo(sent: CimValue): GuestInfo | null {
  const list: readonly CimValue[] = Array.isArray(sent) ? (sent as readonly CimValue[]) : [sent];
  const items: Readonly<Record<string, string>> = Object.fromEntries(list.flatMap(readItem));
  if (Object.keys(items).length === 0) return null;
  const valueOf = (name: string): string => (items[name] ?? '');
  return {
    hostName: valueOf('FullyQualifiedDomainName') || null,
    osName: valueOf('OSName') || null,
    addresses: ['NetworkAddressIPv4', 'NetworkAddressIPv6'].flatMap((name) => addressesIn(valueOf(name))),
    items,
  };
}

function readItem(sent: CimValue): readonly (readonly [name: string, data: string])[] {
  const item = embeddedInstance(sent);
  if (item === null || classOf(item) !== 'Msvm_KvpExchangeDataItem') return [];
  const { Name: name, Data: data } = item;
  if (typeof name !== 'string' || name === '') return [];
  return [[name, typeof data === 'string' ? data : '']];
}

/** A list with semicolons between its members. */
function addressesIn(list: string): readonly string[] {
  return list.split(';').map((address) => address.trim()).filter((address) => address !== '');
}
