// Sealing and opening, beside node's aes-128-ctr over the same bytes.
import { createCipheriv, randomBytes } from 'node:crypto';
import { KerberosSession } from '../../dist/auth/kerberos/per-message/kerberos-session.js';
import { SessionSecurity } from '../../dist/auth/ntlm/sealing.js';

/** aes256-cts-hmac-sha1-96, which Windows prefers. */
const ETYPE = 18;
const SIZES = { '1.5 kB': { bytes: 1500, calls: 2000 }, '500 kB': { bytes: 500_000, calls: 20 } };
const PAIRS = { NTLM: ntlmPair, 'Kerberos AES': kerberosPair };

/** As in envelopes.mjs. */
export const CODECS = Object.fromEntries(
  Object.entries(PAIRS).flatMap(([mechanism, pair]) =>
    Object.entries(SIZES).flatMap(([size, { bytes, calls }]) =>
      ['seal', 'open'].map((way) => [`${mechanism}, ${way} ${size}`, { calls, yardstickName: 'aes-128-ctr', make: () => make(pair(), way, randomBytes(bytes)) }]),
    ),
  ),
);

function make({ client, server }, way, message) {
  const key = randomBytes(16);
  const seal = { operation: () => client.wrap(message) };
  const open = { prepare: () => server.wrap(message), operation: (sealed) => client.unwrap(sealed) };
  return { operation: way === 'seal' ? seal : open, yardstick: { operation: () => createCipheriv('aes-128-ctr', key, key).update(message) } };
}

function ntlmPair() {
  const exportedSessionKey = randomBytes(16);
  return { client: new SessionSecurity(exportedSessionKey, 'client'), server: new SessionSecurity(exportedSessionKey, 'server') };
}

function kerberosPair() {
  const common = { key: { etype: ETYPE, value: randomBytes(32) }, acceptorSubkey: true, sendSequence: 1, receiveSequence: 1, random: randomBytes };
  return { client: new KerberosSession({ ...common, side: 'initiator' }), server: new KerberosSession({ ...common, side: 'acceptor' }) };
}
