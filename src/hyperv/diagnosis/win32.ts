import { type CatalogueEntry, win32Errors } from './entry.js';

const network = win32Errors({ layer: 'network', retry: 'later' });
const service = win32Errors({ layer: 'VMMS', retry: 'later' });
const directory = win32Errors({ layer: 'network', retry: 'afterFix' });

const MEMORY: readonly string[] = ['Compare the memory of the machine with what is free at the destination; move or stop other machines there.', 'On hosts with several NUMA nodes the memory may have to be free within one node: allow spanning, or choose another host.'];
const REQUEST: readonly string[] = ['Check what was asked for: settings, paths and names; and that both hosts have the same updates.'];
const NETWORK: readonly string[] = ['Check the network between the hosts and to the file server.'];
const RPC: readonly string[] = ['See that the service runs on the host that is not reached, and that RPC is let through its firewall (135 and the dynamic ports).'];
const NAMES: readonly string[] = ['Check DNS: the name of the host, the suffixes, the servers that are asked.'];
const BUSY: readonly string[] = ['Wait until the other operation on the machine is over: a backup, a checkpoint, another migration.'];

/** Win32 errors of memory, services, RPC, networks and names. */
export const WIN32: readonly CatalogueEntry[] = [
  service(1, 'ERROR_INVALID_FUNCTION', 'The function is not supported here.', REQUEST, { retry: 'no', layer: 'unknown' }),
  service(6, 'ERROR_INVALID_HANDLE', 'A handle is not valid, usually because what it stood for was closed.', ['Try again.'], { layer: 'unknown' }),
  service(8, 'ERROR_NOT_ENOUGH_MEMORY', 'There is not enough memory.', MEMORY),
  service(14, 'ERROR_OUTOFMEMORY', 'There is not enough memory to start or restore the machine.', MEMORY, { source: 'Win32 System Error Codes (0-499); Microsoft KB 4558514' }),
  service(31, 'ERROR_GEN_FAILURE', 'A device does not work; no reason is given.', ['Look for the reason in the other messages and in the event log of both hosts.'], { generic: true, layer: 'unknown', retry: 'afterFix' }),
  service(50, 'ERROR_NOT_SUPPORTED', 'The request is not supported: by this version, this device or this setting.', ['Compare the versions and the hardware of both hosts: network features, storage features, the version of the configuration.'], { retry: 'afterFix', layer: 'compatibility' }),
  network(51, 'ERROR_REM_NOT_LIST', 'The other computer is not reached.', NETWORK),
  network(53, 'ERROR_BAD_NETPATH', 'The network path was not found.', [...NAMES, ...NETWORK], { retry: 'afterFix' }),
  network(54, 'ERROR_NETWORK_BUSY', 'The network is busy.', NETWORK),
  network(55, 'ERROR_DEV_NOT_EXIST', 'The network resource is not there any more.', NETWORK),
  network(59, 'ERROR_UNEXP_NET_ERR', 'An unexpected error of the network, often of the file server that holds the machine.', ['Check the file server: its updates, its leases and oplocks.', ...NETWORK], { source: 'Win32 System Error Codes (0-499); Microsoft KB 4558514' }),
  network(64, 'ERROR_NETNAME_DELETED', 'The connection to the share was lost.', NETWORK),
  service(71, 'ERROR_REQ_NOT_ACCEP', 'The other computer takes no more connections.', ['Wait, or raise the limit of connections of that computer.'], { layer: 'network' }),
  service(87, 'ERROR_INVALID_PARAMETER', 'A parameter is not correct.', REQUEST, { retry: 'afterFix' }),
  network(109, 'ERROR_BROKEN_PIPE', 'The other side has closed the pipe.', NETWORK),
  network(121, 'ERROR_SEM_TIMEOUT', 'A wait for a network or a device took too long.', NETWORK),
  service(122, 'ERROR_INSUFFICIENT_BUFFER', 'A buffer was too small for the answer.', REQUEST, { retry: 'no', layer: 'unknown' }),
  service(170, 'ERROR_BUSY', 'What was asked for is in use; of a clustered machine, another migration of it is in progress.', BUSY, { source: 'Win32 System Error Codes (0-499); MigrationFailureReason of the cluster resource' }),
  network(240, 'ERROR_VC_DISCONNECTED', 'The session was cancelled.', NETWORK),
  service(258, 'WAIT_TIMEOUT', 'A wait took too long.', ['Try again when the host is less busy.']),
  service(995, 'ERROR_OPERATION_ABORTED', 'The operation was given up because its thread or its program ended.', ['Look whether somebody cancelled it, or the service vmms was restarted.']),
  service(1051, 'ERROR_DEPENDENT_SERVICES_RUNNING', 'Other services that need this one still run.', ['Stop those first.'], { retry: 'afterFix' }),
  service(1053, 'ERROR_SERVICE_REQUEST_TIMEOUT', 'The service did not answer in time.', ['Look at the service in the System log of the host.']),
  service(1058, 'ERROR_SERVICE_DISABLED', 'The service is disabled.', ['Set its start type, then start it.'], { retry: 'afterFix' }),
  service(1060, 'ERROR_SERVICE_DOES_NOT_EXIST', 'The service is not installed.', ['Install the role Hyper-V on that host.'], { retry: 'afterFix' }),
  service(1062, 'ERROR_SERVICE_NOT_ACTIVE', 'The service does not run.', ['Start the service vmms on that host.'], { retry: 'afterFix' }),
  service(1115, 'ERROR_SHUTDOWN_IN_PROGRESS', 'The host is shutting down.', ['Wait until it is up again.']),
  service(1168, 'ERROR_NOT_FOUND', 'Something that was asked for was not found.', REQUEST, { retry: 'afterFix', layer: 'unknown' }),
  service(1223, 'ERROR_CANCELLED', 'The operation was cancelled by somebody.', ['Start it again when that was a mistake.'], { retry: 'afterFix' }),
  network(1225, 'ERROR_CONNECTION_REFUSED', 'The other computer refused the connection.', ['See that its service runs and that its firewall lets the port through.']),
  network(1231, 'ERROR_NETWORK_UNREACHABLE', 'The network cannot be reached.', NETWORK),
  network(1232, 'ERROR_HOST_UNREACHABLE', 'The host cannot be reached.', NETWORK),
  network(1236, 'ERROR_CONNECTION_ABORTED', 'This computer broke the connection.', NETWORK),
  service(1237, 'ERROR_RETRY', 'The operation could not be completed, and should be tried again.', ['Try again.']),
  service(1359, 'ERROR_INTERNAL_ERROR', 'An internal error; no reason is given.', ['Look for the reason in the other messages and in the event log of both hosts.'], { generic: true, layer: 'unknown', retry: 'afterFix' }),
  service(1450, 'ERROR_NO_SYSTEM_RESOURCES', 'The host has too few resources, usually memory, to make the partition of the machine.', MEMORY, { source: 'Win32 System Error Codes (1300-1699); Microsoft KB 4558514' }),
  service(1453, 'ERROR_WORKING_SET_QUOTA', 'A quota of memory does not suffice.', MEMORY),
  service(1455, 'ERROR_COMMITMENT_LIMIT', 'The page file is too small for what must be committed.', ['Give the host more page file or more memory.'], { retry: 'afterFix' }),
  network(1460, 'ERROR_TIMEOUT', 'The other host did not answer within the time that was allowed.', ['Check the migration network and the load of the destination.', ...NETWORK]),
  network(1722, 'RPC_S_SERVER_UNAVAILABLE', 'The RPC server is not reached.', RPC),
  network(1723, 'RPC_S_SERVER_TOO_BUSY', 'The RPC server is too busy.', RPC),
  network(1726, 'RPC_S_CALL_FAILED', 'A remote procedure call failed while it ran.', RPC),
  network(1727, 'RPC_S_CALL_FAILED_DNE', 'A remote procedure call failed and was not executed.', RPC),
  network(1753, 'EPT_S_NOT_REGISTERED', 'The RPC endpoint mapper knows no endpoint: the service does not run there.', RPC),
  directory(9002, 'DNS_ERROR_RCODE_SERVER_FAILURE', 'The DNS server failed to answer the question.', NAMES, { retry: 'later' }),
  directory(9003, 'DNS_ERROR_RCODE_NAME_ERROR', 'DNS has no such name.', NAMES),
  directory(9005, 'DNS_ERROR_RCODE_REFUSED', 'The DNS server refused the question.', NAMES),
  directory(9017, 'DNS_ERROR_RCODE_BADKEY', 'A DNS key is not valid.', NAMES),
  directory(9501, 'DNS_INFO_NO_RECORDS', 'DNS has the name, and no record of the type that was asked for.', NAMES),
  directory(9852, 'DNS_ERROR_NO_DNS_SERVERS', 'No DNS server is set on this host.', NAMES),
];
