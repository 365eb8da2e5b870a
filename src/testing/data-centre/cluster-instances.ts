/** What a node of a failover cluster says of it in root/mscluster. Its classes are none of Hyper-V's schema: their shape is inferred. */
import { createInstance } from '../../cim/instance.js';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import { type PlacedInstance, placed } from './instances.js';
import type { ResolvedMachine } from './types.js';

const NAMESPACE = 'root/mscluster';
/** MSCluster_Resource.State and MSCluster_ResourceGroup.State of what is there for its clients. */
const RESOURCE_ONLINE = 2;
const GROUP_ONLINE = 0;

/** The group that every cluster has, with the cluster's own name: with it the classes are known before any machine is a role. */
export function clusterCoreInstances(hostName: string): readonly PlacedInstance[] {
  return [group('Cluster Group', hostName), ...resource({ name: 'Cluster Name', type: 'Network Name', group: 'Cluster Group', owner: hostName, vmId: null })];
}

/**
 * A machine's role: a group of its name, with the resource of the machine and that of its configuration. The private
 * properties of both hold its GUID as VmID.
 *
 * @param hostName - the node that owns the role
 */
export function clusterInstances({ id, name }: ResolvedMachine, hostName: string): readonly PlacedInstance[] {
  return [
    group(name, hostName),
    ...['Virtual Machine', 'Virtual Machine Configuration'].flatMap((type) => resource({ name: `${type} ${name}`, type, group: name, owner: hostName, vmId: id })),
  ];
}

type Resource = { readonly name: string; readonly type: string; readonly group: string; readonly owner: string; readonly vmId: string | null };

function group(name: string, owner: string): PlacedInstance {
  return placed(groupPath(name), { OwnerNode: owner, State: GROUP_ONLINE });
}

function resource({ name, type, group: ownerGroup, owner, vmId }: Resource): readonly PlacedInstance[] {
  const path = instancePath('MSCluster_Resource', { Name: name }, NAMESPACE);
  const privateProperties = vmId === null ? null : createInstance({ className: `MSCluster_Property_Resource_${type.replaceAll(' ', '_')}`, properties: { VmID: vmId } });
  return [
    placed(path, { OwnerGroup: ownerGroup, OwnerNode: owner, PrivateProperties: privateProperties, State: RESOURCE_ONLINE, Type: type }),
    placed(instancePath('MSCluster_ResourceGroupToResource', { GroupComponent: groupPath(ownerGroup), PartComponent: path }, NAMESPACE), {}),
  ];
}

function groupPath(name: string): InstancePath {
  return instancePath('MSCluster_ResourceGroup', { Name: name }, NAMESPACE);
}
