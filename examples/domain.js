// A domain on this machine: a Kerberos realm, a host that is a member of it, and a question sealed with a ticket. After `npm run build`:
//   node examples/domain.js
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HyperVHost, onSignal } from 'hyperv-wsman';
import { SimulatedHost, SimulatedKdc } from 'hyperv-wsman/testing';

const folder = await mkdtemp(join(tmpdir(), 'domain-'));
const krb5Config = join(folder, 'krb5.conf');
const kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [{ username: 'ops', password: 'Correct-Horse-7' }], services: ['HTTP/localhost'] });
await writeFile(krb5Config, kdc.krb5Conf);
const simulated = await SimulatedHost.start({ kerberos: { keytab: kdc.keytab } });
const { keys } = simulated.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'The migration failed.' }] });

const stop = onSignal('hyperv-wsman:handshake', ({ host, scheme, mechanism }) => console.log(`${host}: ${mechanism} in ${scheme}`));
const host = new HyperVHost({
  // A ticket is for a name; an address has none.
  url: simulated.url.replace('127.0.0.1', 'localhost'),
  auth: { type: 'negotiate', username: 'ops@EXAMPLE.TEST', password: 'Correct-Horse-7', krb5Config },
});
try {
  const error = await host.migrationJob(keys.InstanceID).getError();
  console.log(`${error?.MessageID}: ${error?.Message}`);
  console.log(`asked by ${simulated.requests[0]?.user}, sealed: ${simulated.requests[0]?.sealed}`);
  console.log(kdc.requests.map(({ type, server, error: code }) => `${type} ${server}${code === null ? '' : ` (error ${code})`}`).join('\n'));
} finally {
  stop();
  await host.close();
  await simulated.close();
  await kdc.close();
  await rm(folder, { recursive: true });
}
