// The server as its parent has it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../server/main.mjs', import.meta.url));

/** Starts a server whose enumerations have so many instances; an error when it dies before its time. */
export async function startServer(instances) {
  const child = fork(MAIN, [String(instances)], { stdio: 'inherit' });
  const died = new Promise((_, reject) => child.once('exit', (code, signal) => reject(new Error(`The server ended with ${signal ?? `status ${code}`}`))));
  died.catch(() => undefined);
  const tell = async () => (await Promise.race([once(child, 'message'), died]))[0];
  return {
    ...(await tell()),
    instances,
    /** The HTTP requests and KDC exchanges since this was last asked. */
    counts() {
      child.send('counts');
      return tell();
    },
    close: () => child.disconnect(),
  };
}

/** The options of a client for each way to the server. */
export function waysTo({ httpUrl, httpsUrl, certificate, user, kerberos }) {
  return {
    http: { url: httpUrl, auth: { type: 'none' }, allowInsecure: ['none'] },
    https: { url: httpsUrl, auth: { type: 'none' }, tls: { ca: certificate } },
    ntlm: { url: httpUrl, auth: { type: 'ntlm', ...user } },
    ntlmOverHttps: { url: httpsUrl, auth: { type: 'ntlm', ...user }, tls: { ca: certificate } },
    kerberos: { url: httpUrl, auth: { type: 'kerberos', ...user, ...kerberos } },
  };
}
