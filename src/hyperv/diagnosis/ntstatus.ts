import { type CatalogueEntry, ntstatuses } from './entry.js';

const storage = ntstatuses({ layer: 'storage', retry: 'afterFix', source: 'MS-ERREF 2.3.1' });
const logon = ntstatuses({ layer: 'authentication', retry: 'afterFix', source: 'MS-ERREF 2.3.1' });
const network = ntstatuses({ layer: 'network', retry: 'later', source: 'MS-ERREF 2.3.1' });
const system = ntstatuses({ layer: 'VMMS', retry: 'later', source: 'MS-ERREF 2.3.1' });

const PATHS: readonly string[] = ['Check the paths of the machine, and that the host sees them under the same name.'];
const ACCOUNT: readonly string[] = ['Check the account: its password, whether it is enabled or locked, when and where it may log on.'];
const DOMAIN: readonly string[] = ['See that the host reaches a domain controller, and that its trust holds: `Test-ComputerSecureChannel`.'];
const NETWORK: readonly string[] = ['Check the network between the hosts and to the file server.'];
const DEVICE: readonly string[] = ['Check the disk and its paths in the System log of the host.'];
const MEMORY: readonly string[] = ['Free memory on the host that reports it, or choose another host.'];

/** NTSTATUS values of storage, logon, networks and memory. */
export const NTSTATUS: readonly CatalogueEntry[] = [
  system(0xc0000001, 'STATUS_UNSUCCESSFUL', 'It failed; no reason is given.', ['Look for the reason in the other messages and in the event log.'], { generic: true, layer: 'unknown', retry: 'afterFix' }),
  system(0xc000000d, 'STATUS_INVALID_PARAMETER', 'A parameter is not correct.', ['Check what was asked for.'], { retry: 'afterFix' }),
  storage(0xc000000e, 'STATUS_NO_SUCH_DEVICE', 'The device does not exist.', DEVICE),
  storage(0xc000000f, 'STATUS_NO_SUCH_FILE', 'The file does not exist.', PATHS),
  system(0xc0000017, 'STATUS_NO_MEMORY', 'There is not enough memory.', MEMORY),
  logon(0xc0000022, 'STATUS_ACCESS_DENIED', 'Access was denied.', ['Check the permissions of the account, and of the computer accounts of both hosts on shares.']),
  storage(0xc0000034, 'STATUS_OBJECT_NAME_NOT_FOUND', 'A name was not found.', PATHS),
  storage(0xc0000035, 'STATUS_OBJECT_NAME_COLLISION', 'The name is there already.', ['Remove what an earlier try left behind, or give another path.']),
  storage(0xc000003a, 'STATUS_OBJECT_PATH_NOT_FOUND', 'A path was not found.', PATHS),
  storage(0xc0000043, 'STATUS_SHARING_VIOLATION', 'Another program uses the file.', ['Find what has the file open: a backup, an antivirus program, another machine.'], { retry: 'later' }),
  logon(0xc000005e, 'STATUS_NO_LOGON_SERVERS', 'No domain controller could be reached for the logon.', DOMAIN, { retry: 'later' }),
  logon(0xc000005f, 'STATUS_NO_SUCH_LOGON_SESSION', 'The logon session does not exist any more.', ['Log on anew; on the second hop, set up delegation or CredSSP between the hosts.']),
  logon(0xc0000064, 'STATUS_NO_SUCH_USER', 'There is no such account.', ACCOUNT),
  logon(0xc000006d, 'STATUS_LOGON_FAILURE', 'The user name or the password is not correct.', ACCOUNT),
  logon(0xc000006e, 'STATUS_ACCOUNT_RESTRICTION', 'A restriction of the account prevents the logon.', ACCOUNT),
  logon(0xc0000071, 'STATUS_PASSWORD_EXPIRED', 'The password has expired.', ACCOUNT),
  logon(0xc0000072, 'STATUS_ACCOUNT_DISABLED', 'The account is disabled.', ACCOUNT),
  logon(0xc0000073, 'STATUS_NONE_MAPPED', 'An account or security identifier is not known.', ['See whether the accounts that own or may use the machine still exist.']),
  storage(0xc000007f, 'STATUS_DISK_FULL', 'The disk is full.', ['Free space, or give another path.']),
  system(0xc000009a, 'STATUS_INSUFFICIENT_RESOURCES', 'The host has too few resources, usually memory.', MEMORY),
  storage(0xc00000a2, 'STATUS_MEDIA_WRITE_PROTECTED', 'The medium is write-protected.', DEVICE),
  network(0xc00000b5, 'STATUS_IO_TIMEOUT', 'An input or output took too long.', NETWORK),
  system(0xc00000bb, 'STATUS_NOT_SUPPORTED', 'The request is not supported.', ['Compare the releases and the hardware of both hosts.'], { layer: 'compatibility', retry: 'afterFix' }),
  network(0xc00000be, 'STATUS_BAD_NETWORK_PATH', 'The network path was not found.', NETWORK, { retry: 'afterFix' }),
  network(0xc00000c4, 'STATUS_UNEXPECTED_NETWORK_ERROR', 'An unexpected error of the network.', NETWORK),
  network(0xc00000c9, 'STATUS_NETWORK_NAME_DELETED', 'The connection to the share was lost.', NETWORK),
  storage(0xc00000cc, 'STATUS_BAD_NETWORK_NAME', 'There is no share of that name.', ['Check the name of the share and its permissions.']),
  logon(0xc0000133, 'STATUS_TIME_DIFFERENCE_AT_DC', 'The clock of the host differs too much from that of the domain controller.', ['Synchronise the clocks.']),
  logon(0xc000015b, 'STATUS_LOGON_TYPE_NOT_GRANTED', 'The account was not given the right to log on in this way.', ['Give "NT VIRTUAL MACHINE\\Virtual Machines" the user right "Log on as a service" on the destination.']),
  storage(0xc0000185, 'STATUS_IO_DEVICE_ERROR', 'The device reported an input or output error.', DEVICE),
  logon(0xc000018d, 'STATUS_TRUSTED_RELATIONSHIP_FAILURE', 'The trust between the host and its domain failed.', DOMAIN),
  network(0xc000020c, 'STATUS_CONNECTION_DISCONNECTED', 'The connection was ended by the other side.', NETWORK),
  network(0xc000020d, 'STATUS_CONNECTION_RESET', 'The connection was reset.', NETWORK),
  logon(0xc0000234, 'STATUS_ACCOUNT_LOCKED_OUT', 'The account is locked after too many wrong passwords.', ACCOUNT),
  network(0xc0000236, 'STATUS_CONNECTION_REFUSED', 'The other side refused the connection.', NETWORK),
  network(0xc000023c, 'STATUS_NETWORK_UNREACHABLE', 'The network cannot be reached.', NETWORK),
  network(0xc000023d, 'STATUS_HOST_UNREACHABLE', 'The host cannot be reached.', NETWORK),
];
