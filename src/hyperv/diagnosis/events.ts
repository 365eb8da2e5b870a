import { type CatalogueEntry, events } from './entry.js';

const KB = 'Microsoft KB 4558514';
const vmms = events({ layer: 'VMMS', retry: 'afterFix', source: KB });
const cluster = events({ layer: 'cluster', retry: 'afterFix', source: 'Event manifest of Microsoft-Windows-Hyper-V-High-Availability' });
const compatibility = events({ layer: 'compatibility', retry: 'afterFix', source: 'Reports of Compare-VM' });

const SWITCH: readonly string[] = ['Give the virtual switches of both hosts the same name, or connect the machine to a switch that the destination has.', 'On a cluster, refresh the configuration of the machine afterwards.'];
const MORE: readonly string[] = ['This is the general message. Ask for all errors of the job (getErrorEx): the cause comes after it.', 'When the job is gone, look into the log Hyper-V-VMMS-Admin of source and destination at that time.'];
const CLUSTER_LOG: readonly string[] = ['The text that follows tells the cause; look into the logs Hyper-V-High-Availability and Hyper-V-VMMS-Admin of both nodes.'];
const CONFIGURATION: readonly string[] = ['Look at the machine\'s configuration resource in the cluster, and whether every node reaches its files.'];
const NETWORKS: readonly string[] = ['Look at the cluster networks, and at which of them are chosen for migrations.'];

/** Messages of Hyper-V's services by their number, which is also the MessageID of an Msvm_Error. */
export const EVENTS: readonly CatalogueEntry[] = [
  vmms(20413, 'live migration started', 'The source set about the live migration.', MORE, { generic: true }),
  vmms(20415, 'live migration completed', 'The live migration completed.', ['Nothing needs to be done.'], { begun: true, generic: true, retry: 'no' }),
  vmms(20417, 'live migration completed after a long blackout', 'The live migration completed, and the machine stood still for unusually long.', ['Give migrations a faster network, or the machine less memory that changes.'], { begun: true, retry: 'no', layer: 'network' }),
  vmms(20418, 'live migration completed', 'The live migration completed.', ['Nothing needs to be done.'], { begun: true, generic: true, retry: 'no', source: 'Microsoft-Windows-Hyper-V-VMMS, event log' }),
  vmms(21024, 'migration failed at its source', 'A migration failed, as its source reports it; the number says nothing of the cause.', MORE, { generic: true }),
  cluster(21102, 'registering the machine failed', 'The cluster could not register the machine with Hyper-V on this node.', CONFIGURATION),
  cluster(21105, 'updating the configuration failed', 'The configuration of the machine could not be updated.', CONFIGURATION),
  cluster(21107, 'start failed', 'The machine did not start.', CLUSTER_LOG, { generic: true }),
  cluster(21111, 'live migration failed', 'A live migration in the cluster failed; the number says nothing of the cause.', CLUSTER_LOG, { generic: true }),
  cluster(21117, 'creating switch ports failed', 'The ports of the machine on the virtual switch could not be made.', SWITCH, { layer: 'compatibility' }),
  cluster(21121, 'cleaning up the destination failed', 'What an earlier try had left on the destination could not be removed before the migration.', CONFIGURATION),
  cluster(21123, 'setting the migration networks failed', 'The networks for migrations could not be set.', NETWORKS, { layer: 'network' }),
  cluster(21124, 'several machines in one role', 'The role holds more than one machine, and such a role cannot be live migrated.', ['Give every machine a role of its own.']),
  cluster(21125, 'configuration on the destination failed', 'The machine could not be set up on the destination: usually a virtual switch has another name there.', SWITCH, { layer: 'compatibility', source: `${KB}; event manifest of Microsoft-Windows-Hyper-V-High-Availability` }),
  cluster(21126, 'no network address of the destination', 'The address of the destination node for migrations could not be found.', NETWORKS),
  cluster(21131, 'restoring on the source failed', 'After a live migration that failed, the machine could not be restored on the source.', ['See where the machine is and in which state, before anything else is done.'], { begun: true }),
  cluster(21145, 'virtual switch disconnected', 'A virtual switch that the machine uses is not connected on the destination.', ['Connect the switch on the destination to its network adapter.'], { layer: 'compatibility' }),
  cluster(21153, 'folder not accessible', 'A folder that the machine needs is not accessible to the cluster resource.', ['Check the path and its permissions on every node.'], { layer: 'storage' }),
  cluster(21158, 'bound to a virtual switch of the node', 'The machine depends on a virtual switch of the node where it is.', SWITCH, { layer: 'compatibility' }),
  cluster(21159, 'virtual switch missing', 'A virtual switch that the machine uses does not exist on the destination.', SWITCH, { layer: 'compatibility' }),
  cluster(21201, 'virtual switch not found', 'A virtual switch was not found.', SWITCH, { layer: 'compatibility' }),
  cluster(21203, 'creating a switch port failed', 'A port on the virtual switch could not be made.', SWITCH, { layer: 'compatibility' }),
  cluster(21500, 'report of a cluster resource', 'What a resource of the cluster has to tell; its own text says what.', CLUSTER_LOG, { generic: true }),
  cluster(21501, 'live migration failed or refused', 'A live migration in the cluster failed, for example because as many migrations run as are allowed; its own text says why.', ['When the limit was reached: wait until another migration is over, or raise the number of simultaneous migrations.', ...CLUSTER_LOG], { generic: true, source: KB }),
  cluster(21502, 'live migration failed', 'A live migration in the cluster failed; its own text says why.', CLUSTER_LOG, { generic: true, source: KB }),
  cluster(21503, 'report of a cluster resource', 'What a resource of the cluster has to tell; its own text says what.', CLUSTER_LOG, { generic: true }),
  compatibility(33012, 'virtual switch not found', 'The destination has no virtual switch of the name that the machine is connected to.', SWITCH),
  compatibility(40004, 'incompatibility found', 'The machine is not compatible with that host; the text and the other messages say in what.', ['Compare the machine with the host before you move it, and change what is named.'], { generic: true }),
];
