/** A TCP port of 127.0.0.1 that nothing listens on now; for programs that cannot take port 0. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** @returns the port; another process may take it before it is used, which is rare enough for tests */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
