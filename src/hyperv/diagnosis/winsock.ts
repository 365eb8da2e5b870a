import { type CatalogueEntry, win32Errors } from './entry.js';

const socket = win32Errors({ layer: 'network', retry: 'later' });

const PORTS: readonly string[] = [
  'See that the destination listens on TCP 6600 for migrations (and 445 for SMB, 3343 between nodes of a cluster), and that no firewall stands between.',
  'See that migrations are switched on at the destination, and that its service vmms runs.',
];
const PATH: readonly string[] = ['Check the migration network of both hosts: addresses, routes, MTU, switches.', ...PORTS];
const NAMES: readonly string[] = ['Let the source resolve the name of the destination: DNS, its suffixes, the hosts file.'];
const BUSY: readonly string[] = ['The host is out of sockets or buffers: close what uses them, then try again.'];

/** Errors of Windows Sockets, as Win32 errors. */
export const WINSOCK: readonly CatalogueEntry[] = [
  socket(10004, 'WSAEINTR', 'A call to the network was interrupted.', ['Try again.']),
  socket(10013, 'WSAEACCES', 'The socket was refused by its access permissions: usually a firewall or antivirus program.', PORTS, { retry: 'afterFix', source: 'Win32 System Error Codes (9000-11999); Microsoft KB 4558514' }),
  socket(10022, 'WSAEINVAL', 'An argument to the network was not valid.', PATH, { retry: 'afterFix' }),
  socket(10024, 'WSAEMFILE', 'Too many sockets are open.', BUSY),
  socket(10048, 'WSAEADDRINUSE', 'The address and port are in use already.', ['Look for another program on TCP 6600 of the host that reports it: `netstat -ano`.'], { retry: 'afterFix' }),
  socket(10049, 'WSAEADDRNOTAVAIL', 'The address does not belong to this host: the migration networks name one that it no longer has.', ['Correct the networks for incoming migrations.'], { retry: 'afterFix' }),
  socket(10050, 'WSAENETDOWN', 'The network is down.', PATH),
  socket(10051, 'WSAENETUNREACH', 'No route leads to the network of the destination.', PATH, { retry: 'afterFix' }),
  socket(10052, 'WSAENETRESET', 'The connection was broken because keep-alive found it dead.', PATH),
  socket(10053, 'WSAECONNABORTED', 'This host broke the connection, after a time-out or an error of the protocol.', PATH),
  socket(10054, 'WSAECONNRESET', 'The other host broke the connection.', PATH),
  socket(10055, 'WSAENOBUFS', 'There was no buffer space left for the connection.', BUSY),
  socket(10057, 'WSAENOTCONN', 'The socket is not connected.', PATH),
  socket(10058, 'WSAESHUTDOWN', 'The connection had been shut down already.', PATH),
  socket(10060, 'WSAETIMEDOUT', 'The other host did not answer in time.', PATH),
  socket(10061, 'WSAECONNREFUSED', 'Nobody listens at the destination: it refused the connection.', PORTS),
  socket(10064, 'WSAEHOSTDOWN', 'The destination is down.', ['Start the destination, or wait until it is up again.']),
  socket(10065, 'WSAEHOSTUNREACH', 'No route leads to the destination.', PATH, { retry: 'afterFix' }),
  socket(11001, 'WSAHOST_NOT_FOUND', 'No such host is known.', NAMES, { retry: 'afterFix' }),
  socket(11002, 'WSATRY_AGAIN', 'The name could not be resolved just now.', NAMES),
  socket(11003, 'WSANO_RECOVERY', 'The name could not be resolved: an error that does not go away by itself.', NAMES, { retry: 'afterFix' }),
  socket(11004, 'WSANO_DATA', 'The name is known, and has no address of the kind that was asked for.', NAMES, { retry: 'afterFix' }),
];
