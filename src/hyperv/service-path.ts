import { DEFAULT_NAMESPACE, type InstancePath } from '../cim/object-path.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { TransportError } from '../errors.js';

const known = new WeakMap<WsmanClient, Map<string, InstancePath>>();

/**
 * Where a service of a host is, of which there is one instance: Msvm_VirtualSystemMigrationService. The host is asked once
 * for each client and class, as the path does not change; a failure is not remembered.
 *
 * @param className - a class with one instance
 * @throws TransportError - the host shows no instance, see {@link notRunning}
 * @throws AnyError - see {@link AnyError}
 */
export async function servicePath<C extends string>(client: WsmanClient, className: C, call: CallOptions = {}): Promise<InstancePath<C>> {
  const ofClient = known.get(client) ?? new Map<string, InstancePath>();
  known.set(client, ofClient);
  const path = ofClient.get(className) ?? (await firstPath(client, className, call));
  if (path === null) throw notRunning(client.host, className);
  ofClient.set(className, path);
  return path as InstancePath<C>;
}

/** The path of the first instance of a class that the host shows; `null` when it shows none. */
export async function firstPath(client: WsmanClient, className: string, call: CallOptions = {}): Promise<InstancePath | null> {
  for await (const path of client.enumeratePaths(className, { namespace: DEFAULT_NAMESPACE, ...call, pageSize: 1 })) return path;
  return null;
}

/**
 * What is wrong with a host that shows nothing of a class that every Hyper-V host has an instance of: while its
 * management service is stopped it answers queries with nothing, and with no fault.
 */
export function notRunning(host: string, className: string): TransportError {
  return new TransportError(`${host} shows no instance of ${className}: its Hyper-V management service (vmms) does not run, or is just starting. Start it, and ask again`);
}
