import { type CatalogueEntry, win32Errors } from './entry.js';

const cluster = win32Errors({ layer: 'cluster', retry: 'afterFix' });

const OWNERS: readonly string[] = ['Check the possible owners of the machine\'s resources, and of its configuration resource: the destination must be among them (`Get-ClusterResource | Get-ClusterOwnerNode`).'];
const NODE: readonly string[] = ['See that the destination is a node of the cluster, up and not paused (`Get-ClusterNode`).'];
const NETWORK: readonly string[] = ['Look at the cluster networks (`Get-ClusterNetwork`): one that both nodes share must allow cluster traffic, and be chosen for migrations.'];
const MOVING: readonly string[] = ['Wait until the role is at rest; then move it with the cluster.'];
const RESOURCE: readonly string[] = ['Look at the resource in the cluster and in its log (`Get-ClusterLog`).'];
const VOLUME: readonly string[] = ['Look at the cluster shared volume: its state, its owner, redirected access.'];

/** Win32 errors of failover clusters (5001-5999). */
export const CLUSTER: readonly CatalogueEntry[] = [
  cluster(5004, 'ERROR_RESOURCE_NOT_ONLINE', 'The cluster resource is not online.', RESOURCE),
  cluster(5005, 'ERROR_HOST_NODE_NOT_AVAILABLE', 'No node of the cluster is available for this.', NODE, { retry: 'later' }),
  cluster(5006, 'ERROR_RESOURCE_NOT_AVAILABLE', 'The cluster resource is not available.', RESOURCE, { retry: 'later' }),
  cluster(5007, 'ERROR_RESOURCE_NOT_FOUND', 'There is no such cluster resource.', RESOURCE),
  cluster(5012, 'ERROR_GROUP_NOT_AVAILABLE', 'The role is not available for a new request.', MOVING, { retry: 'later' }),
  cluster(5013, 'ERROR_GROUP_NOT_FOUND', 'There is no such role in the cluster.', RESOURCE),
  cluster(5014, 'ERROR_GROUP_NOT_ONLINE', 'The role is not online.', MOVING),
  cluster(5015, 'ERROR_HOST_NODE_NOT_RESOURCE_OWNER', 'The node does not own the resource, or may not own it.', OWNERS),
  cluster(5016, 'ERROR_HOST_NODE_NOT_GROUP_OWNER', 'The node does not own the role, or may not own it.', OWNERS, { source: 'Win32 System Error Codes (4000-5999); Microsoft KB 4558514' }),
  cluster(5018, 'ERROR_RESMON_ONLINE_FAILED', 'The resource could not be brought online.', RESOURCE),
  cluster(5022, 'ERROR_CLUSTER_SHUTTING_DOWN', 'The cluster service is shutting down.', NODE, { retry: 'later' }),
  cluster(5023, 'ERROR_INVALID_STATE', 'The role or the resource is in a state that does not allow this.', MOVING, { retry: 'later' }),
  cluster(5035, 'ERROR_NETWORK_NOT_AVAILABLE', 'No cluster network is available for this: the address of the destination could not be found.', NETWORK, { source: 'Win32 System Error Codes (4000-5999); Microsoft KB 4558514' }),
  cluster(5036, 'ERROR_NODE_NOT_AVAILABLE', 'The node is not available.', NODE, { retry: 'later' }),
  cluster(5037, 'ERROR_ALL_NODES_NOT_AVAILABLE', 'Not all nodes are available for this.', NODE, { retry: 'later' }),
  cluster(5038, 'ERROR_RESOURCE_FAILED', 'The cluster resource failed.', RESOURCE),
  cluster(5042, 'ERROR_CLUSTER_NODE_NOT_FOUND', 'There is no such node in the cluster.', NODE),
  cluster(5045, 'ERROR_CLUSTER_NETWORK_NOT_FOUND', 'There is no such cluster network.', NETWORK),
  cluster(5050, 'ERROR_CLUSTER_NODE_DOWN', 'The node is down.', NODE, { retry: 'later' }),
  cluster(5051, 'ERROR_CLUSTER_NODE_UNREACHABLE', 'The node is not reached.', NODE, { retry: 'later' }),
  cluster(5052, 'ERROR_CLUSTER_NODE_NOT_MEMBER', 'The node is no member of the cluster.', NODE),
  cluster(5070, 'ERROR_CLUSTER_NODE_PAUSED', 'The node is paused.', ['Resume the node, or choose another: `Resume-ClusterNode`.']),
  cluster(5071, 'ERROR_NODE_CANT_HOST_RESOURCE', 'The node cannot host the resource.', OWNERS),
  cluster(5073, 'ERROR_CLUSTER_NODE_SHUTTING_DOWN', 'The node is shutting down.', NODE, { retry: 'later' }),
  cluster(5082, 'ERROR_CLUSTER_OWNER_NOT_IN_PREFLIST', 'The chosen node is not among the possible owners.', OWNERS),
  cluster(5908, 'ERROR_CLUSTER_GROUP_MOVING', 'The role is being moved already.', MOVING, { retry: 'later' }),
  cluster(5910, 'ERROR_RESOURCE_CALL_TIMED_OUT', 'A call to the resource took too long.', RESOURCE, { retry: 'later' }),
  cluster(5925, 'ERROR_CLUSTER_NO_QUORUM', 'The cluster has no quorum.', ['Bring enough nodes or the witness back.']),
  cluster(5944, 'ERROR_CLUSTER_GROUP_BUSY', 'The role is busy with another request.', MOVING, { retry: 'later' }),
  cluster(5949, 'ERROR_CLUSTER_BACKUP_IN_PROGRESS', 'A backup of the cluster is under way.', ['Wait until the backup is over.'], { retry: 'later' }),
  cluster(5953, 'ERROR_CLUSTER_RESOURCE_VETOED_MOVE_INCOMPATIBLE_NODES', 'A resource refused the move, because the two nodes are not compatible.', ['Compare the processors and the updates of both nodes; allow processor compatibility for the machine.'], { layer: 'compatibility' }),
  cluster(5955, 'ERROR_CLUSTER_RESOURCE_VETOED_CALL', 'A resource refused what was asked of it.', RESOURCE),
  cluster(5957, 'ERROR_CLUSTER_RESOURCE_VETOED_MOVE_NOT_ENOUGH_RESOURCES_ON_DESTINATION', 'A resource refused the move: the destination has too few resources, usually memory.', ['Free memory on the destination, or choose another node.']),
  cluster(5958, 'ERROR_CLUSTER_RESOURCE_VETOED_MOVE_NOT_ENOUGH_RESOURCES_ON_SOURCE', 'A resource refused the move: the source has too few resources.', ['Free resources on the source.'], { retry: 'later' }),
  cluster(5959, 'ERROR_CLUSTER_GROUP_QUEUED', 'The cluster has put the role into its queue of moves.', ['Wait: the cluster moves it when its turn comes. Do not start it again.'], { retry: 'no' }),
  cluster(5960, 'ERROR_CLUSTER_RESOURCE_LOCKED_STATUS', 'The resource is locked, for example by a backup or by a migration.', MOVING, { retry: 'later' }),
  cluster(5961, 'ERROR_CLUSTER_SHARED_VOLUME_FAILOVER_NOT_ALLOWED', 'The cluster shared volume may not be moved now.', VOLUME, { retry: 'later' }),
  cluster(5962, 'ERROR_CLUSTER_NODE_DRAIN_IN_PROGRESS', 'The node is being drained already.', ['Wait until it is drained.'], { retry: 'later' }),
  cluster(5963, 'ERROR_CLUSTER_DISK_NOT_CONNECTED', 'A disk of the cluster is not connected to the node.', VOLUME),
  cluster(5970, 'ERROR_CLUSTER_RESOURCE_IS_IN_MAINTENANCE_MODE', 'The resource is in maintenance.', RESOURCE),
  cluster(5971, 'ERROR_CLUSTER_AFFINITY_CONFLICT', 'The move would break a rule that keeps roles apart.', ['Choose another node, or change the anti-affinity of the role.']),
  cluster(5972, 'ERROR_CLUSTER_RESOURCE_IS_REPLICA_VIRTUAL_MACHINE', 'The resource is a replica of a machine.', ['Handle it with Hyper-V Replica, not as a running machine.']),
  cluster(5979, 'ERROR_CLUSTER_CSV_IO_PAUSE_TIMEOUT', 'Access to a cluster shared volume stood still for too long.', VOLUME, { retry: 'later' }),
  cluster(5984, 'ERROR_CLUSTER_NODE_ISOLATED', 'The node is isolated from the cluster.', NODE, { retry: 'later' }),
  cluster(5985, 'ERROR_CLUSTER_NODE_QUARANTINED', 'The node is in quarantine.', ['Clear the quarantine when its cause is gone: `Start-ClusterNode -ClearQuarantine`.']),
];
