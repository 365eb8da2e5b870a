import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Authenticator } from '../auth/authenticator.js';
import { basicAuthorization } from '../auth/basic.js';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import { createNtlmInitiator } from '../auth/ntlm/initiator.js';
import { fromHex } from '../bytes.js';
import { TlsError, UsageError } from '../errors.js';
import type { Password, ResolvedOptions } from './options.js';

/** A NetBIOS name has at most 15 characters. */
const WORKSTATION = hostname().replace(/\..*$/, '').slice(0, 15).toUpperCase();

/**
 * Makes the authenticator of one new connection: a fresh security context, bound to the certificate the host showed.
 *
 * @throws UsageError - the password function gave no string
 * @throws TlsError - nothing would tell the host from a relay
 */
export async function authenticate(options: ResolvedOptions, peerCertificate: Uint8Array | null): Promise<Authenticator> {
  const { auth, url } = options;
  switch (auth.type) {
    case 'none':
      return { kind: 'none' };
    case 'basic':
      return { kind: 'header', authorization: basicAuthorization(auth.username, await resolvePassword(auth.password)) };
    case 'ntlm': {
      const { username } = auth;
      const seals = url.protocol === 'http:';
      const context = createNtlmInitiator({
        credentials: 'ntHash' in auth ? { username, ntHash: fromHex(auth.ntHash) } : { username, password: await resolvePassword(auth.password) },
        channelBinding: peerCertificate === null ? null : channelBinding(options, peerCertificate),
        seal: seals,
        targetName: `HTTP/${url.hostname.replace(/^\[(.*)\]$/, '$1')}`,
        workstation: WORKSTATION,
        random: (length) => new Uint8Array(randomBytes(length)),
        now: () => new Date(),
      });
      return { kind: 'context', scheme: 'Negotiate', context, seals };
    }
  }
}

/**
 * Some signature algorithms (Ed25519) have no channel binding. Then the check of the certificate alone keeps a relay away;
 * where that is switched off too, nothing would.
 */
function channelBinding({ tls, host }: ResolvedOptions, peerCertificate: Uint8Array): Uint8Array | null {
  const binding = tlsServerEndPoint(peerCertificate);
  if (binding === null && tls.rejectUnauthorized === false && tls.fingerprint256 === undefined) {
    throw new TlsError(`The certificate of ${host} has a signature algorithm without a channel binding, and it is not verified: give tls.ca or tls.fingerprint256`);
  }
  return binding;
}

/** What a function gives is checked like an option, and never shown: it may be a number, as YAML reads one. */
async function resolvePassword(password: Password): Promise<string> {
  const given: unknown = typeof password === 'function' ? await password() : password;
  if (typeof given !== 'string') throw new UsageError('auth.password must give a string');
  return given;
}
