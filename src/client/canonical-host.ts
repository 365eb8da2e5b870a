import { lookup, lookupService } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Krb5Conf } from '../auth/kerberos/krb5-conf.js';
import { AuthError } from '../errors.js';
import type { Delegation } from './auth.js';
import { NotForKerberosError } from './kerberos-principal.js';

/**
 * The name that the service principal of a host has: the host as the URL names it, or with `rdns` in krb5.conf what DNS calls its address.
 *
 * @throws NotForKerberosError - it is an address, and has no name
 * @throws AuthError - a ticket to go on with is to be handed over, and DNS calls the host something else: it is for the host of the URL alone
 */
export async function canonicalHost({ rdns }: Krb5Conf, { host, delegate = false }: Delegation & { readonly host: string }): Promise<string> {
  if (!rdns) {
    if (isIP(host) !== 0) throw new NotForKerberosError(`Kerberos knows hosts by name, and ${host} is an address: write the name in the URL, or give auth.spn`);
    return host;
  }
  const name = await nameOfAddress(host);
  if (delegate === false || name.toLowerCase() === host.toLowerCase()) return name;
  throw new AuthError(`krb5.conf has rdns = true, and ${host} is called ${name}: with auth.delegate the URL has to name the host that gets the ticket`);
}

/** As MIT Kerberos does it: forwards to an address, and backwards to its name. A name that nobody knows stays as it is. */
async function nameOfAddress(host: string): Promise<string> {
  try {
    const { address } = await lookup(host);
    const { hostname } = await lookupService(address, 0);
    return isIP(hostname) === 0 ? hostname : host;
  } catch {
    return host;
  }
}
