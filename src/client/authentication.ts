import { randomBytes } from 'node:crypto';
import type { Authenticator } from '../auth/authenticator.js';
import { basicAuthorization } from '../auth/basic.js';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import { createNtlmInitiator } from '../auth/ntlm/initiator.js';
import type { Password, ResolvedOptions } from './options.js';

/** Makes the authenticator of one new connection: a fresh security context, bound to the certificate the host showed. */
export async function authenticate({ auth, url }: ResolvedOptions, peerCertificate: Uint8Array | null): Promise<Authenticator> {
  switch (auth.type) {
    case 'none':
      return { kind: 'none' };
    case 'basic':
      return { kind: 'header', authorization: basicAuthorization(auth.username, await resolvePassword(auth.password)) };
    case 'ntlm': {
      const seals = url.protocol === 'http:';
      const context = createNtlmInitiator({
        credentials: { username: auth.username, password: await resolvePassword(auth.password) },
        channelBinding: peerCertificate === null ? null : tlsServerEndPoint(peerCertificate),
        seal: seals,
        targetName: `HTTP/${url.hostname}`,
        random: (length) => new Uint8Array(randomBytes(length)),
        now: () => new Date(),
      });
      return { kind: 'context', scheme: 'Negotiate', context, seals };
    }
  }
}

async function resolvePassword(password: Password): Promise<string> {
  return typeof password === 'function' ? await password() : password;
}
