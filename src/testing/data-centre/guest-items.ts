/** What a guest tells of itself through the key-value pair exchange. */
import { type CimInstance, createInstance } from '../../cim/instance.js';
import type { CimType } from '../../cim/types.js';
import type { ResolvedMachine } from './types.js';

/** The operating system of every guest. */
export const GUEST_SYSTEM = 'Example Linux 12';

/** Msvm_KvpExchangeDataItem.Source of what the integration services of the guest tell without being asked. */
const INTRINSIC = 2;

const STRING: CimType = { type: 'string', array: false };
const TYPES: Readonly<Record<string, CimType>> = { Caption: STRING, Data: STRING, Description: STRING, ElementName: STRING, Name: STRING, Source: { type: 'uint16', array: false } };

/**
 * The items of a running guest, each a Msvm_KvpExchangeDataItem: its name, system and addresses. Addresses of
 * one kind stand in one item, with semicolons between them.
 */
export function guestItems({ name, addresses }: Pick<ResolvedMachine, 'name' | 'addresses'>): readonly CimInstance[] {
  const items: Readonly<Record<string, string>> = {
    FullyQualifiedDomainName: `${name}.example`,
    IntegrationServicesVersion: '10.0',
    NetworkAddressIPv4: addresses.filter((address) => !address.includes(':')).join(';'),
    NetworkAddressIPv6: addresses.filter((address) => address.includes(':')).join(';'),
    OSMajorVersion: '6',
    OSName: GUEST_SYSTEM,
    OSVersion: '6.1.0',
    ProcessorArchitecture: '9',
  };
  return Object.entries(items).map(([item, data]) => {
    const properties = { Caption: null, Data: data, Description: null, ElementName: null, Name: item, Source: INTRINSIC };
    return createInstance({ className: 'Msvm_KvpExchangeDataItem', properties, types: TYPES });
  });
}
