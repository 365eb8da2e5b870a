import type { CimInstance } from '../../cim/instance.js';
import type { CimValue } from '../../cim/types.js';
import type { CallOptions } from '../../client/options.js';
import { wql } from '../../client/wql.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { FaultError } from '../../errors.js';
import { untyped } from '../../wsman/instance.js';
import { isNotFound } from '../../wsman/wsman-fault.js';
import { findGuid } from '../guid.js';
import { embeddedInstance } from './embedded.js';

/** A machine as a role of a failover cluster, which moves it with tools of its own. */
export type ClusterRole = {
  /** The group, or role, that the machine is in; `null` when the cluster does not say. */
  readonly group: string | null;
  /** The node that runs it; `null` when the cluster does not say. */
  readonly ownerNode: string | null;
  /** The name of the machine's resource: `Virtual Machine web01`. */
  readonly resource: string;
};

/**
 * WBEM_E_NOT_FOUND, WBEM_E_INVALID_NAMESPACE and WBEM_E_INVALID_CLASS (MS-WMI 2.2.11); the fault codes of WS-Management for
 * a resource that is not there and a filter that cannot be processed (wsmerror.h), which Windows repeats inside.
 */
const NO_CLUSTER_CODES: readonly number[] = [0x80041002, 0x8004100e, 0x80041010, 0x80338000, 0x8033801a];

/**
 * Looks for a machine among the resources of the failover cluster that its host is in (MSCluster_Resource of
 * root/mscluster): by the GUID in its private property VmID; where a resource has none, by its Name or OwnerGroup, which
 * Failover Cluster Manager and SCVMM make of the name of the machine.
 *
 * @returns `null` when the host is in no cluster (it has no such namespace), or the machine is no resource of it
 * @throws FaultError - the cluster could not be asked, for lack of rights too: whether the machine is in it is not known
 */
export async function readClusterRole(client: WsmanClient, machine: { readonly id: string; readonly name: string }, call?: CallOptions): Promise<ClusterRole | null> {
  const resources: CimInstance[] = [];
  try {
    // Private properties cannot be compared in a query: they are an instance inside the instance.
    const query = wql`SELECT * FROM MSCluster_Resource WHERE Type = ${'Virtual Machine'}`;
    for await (const one of client.query(query, { ...call, namespace: 'root/mscluster', typeOf: untyped })) resources.push(one);
  } catch (error) {
    if (error instanceof FaultError && saysNoCluster(error)) return null;
    throw error;
  }
  const found = resources.find((resource) => vmIdOf(resource) === machine.id) ?? resources.find((resource) => vmIdOf(resource) === null && names(resource, machine.name));
  if (found === undefined) return null;
  return { group: textOf(found.OwnerGroup), ownerNode: textOf(found.OwnerNode), resource: textOf(found.Name) ?? '' };
}

/**
 * The fault for a namespace or a class that is not there; Windows says of a query to one that it cannot process the filter.
 * It says so of a query that failed otherwise too, for lack of rights for example: then the codes inside tell.
 */
function saysNoCluster(fault: FaultError): boolean {
  const codes = [fault.wmi, fault.hresult].filter((code) => code !== null);
  if (codes.length > 0) return codes.every((code) => NO_CLUSTER_CODES.includes(code >>> 0));
  return isNotFound(fault) || fault.subcode === 'CannotProcessFilter';
}

function vmIdOf({ PrivateProperties: sent = null }: CimInstance): string | null {
  const text = embeddedInstance(sent)?.VmID;
  return typeof text === 'string' ? findGuid(text) : null;
}

/** Whether it has one of the names that a role gets of a machine; as wholes, because names may have spaces. */
function names({ Name: resource, OwnerGroup: group }: CimInstance, machine: string): boolean {
  const made = [machine, `Virtual Machine ${machine}`, `SCVMM ${machine}`, `SCVMM ${machine} Resources`].map((name) => name.toLowerCase());
  return machine !== '' && [resource, group].some((text) => made.includes(textOf(text)?.toLowerCase() ?? ''));
}

function textOf(value: CimValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
