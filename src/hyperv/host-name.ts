import { isIP } from 'node:net';
import { DEFAULT_NAMESPACE } from '../cim/object-path.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { findGuid } from './guid.js';
import { notRunning } from './service-path.js';

/** The host's name in a `host:port`; `null` for an address and for localhost, which mean something else elsewhere. */
export function nameInAuthority(authority: string): string | null {
  const name = authority.replace(/:\d+$/, '');
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name.toLowerCase() === 'localhost' ? null : name;
}

/**
 * Asks a host for its own computer name: Name of the one Msvm_ComputerSystem that is no virtual machine, whose Name would
 * be a GUID.
 *
 * @throws TransportError - the host does not show itself: its management service does not run
 * @throws AnyError - see {@link AnyError}
 */
export async function askComputerName(client: WsmanClient, call: CallOptions = {}): Promise<string> {
  for await (const { Name } of client.query('SELECT Name FROM Msvm_ComputerSystem', { namespace: DEFAULT_NAMESPACE, ...call })) {
    if (typeof Name === 'string' && findGuid(Name) === null) return Name;
  }
  throw notRunning(client.host, 'Msvm_ComputerSystem');
}
