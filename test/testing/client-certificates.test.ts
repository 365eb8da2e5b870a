import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import type { Auth } from '../../src/index.js';
import { createCertificate } from '../../src/testing/index.js';
import { fixture } from '../fixture.js';
import { BASIC, NTLM, SOAP_TYPE, clientOf, send, startHost } from './support.js';

const certificate = fixture('tls/client.pem');
const PEM: Auth = { type: 'certificate', cert: certificate, key: fixture('tls/client-key.pem') };
const PFX: Auth = { type: 'certificate', pfx: new Uint8Array(readFileSync(new URL('../../fixtures/tls/client.pfx', import.meta.url))), passphrase: 'fixture' };
const other = createCertificate({ commonName: 'other', names: ['other.example'], now: new Date(), random: (length) => new Uint8Array(length).fill(7) });
const clientCertificates = [
  { certificate: other.certificate, username: 'other' },
  { certificate, username: 'ops' },
];
const MUTUAL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';

describe('certificate mapping on a simulated host', () => {
  describe.each(['axios', 'undici'] as const)('with %s', (transport) => {
    it.each([
      ['PEM', PEM],
      ['PFX', PFX],
    ])('logs on the account that a certificate is mapped to (%s)', async (_kind, auth) => {
      const host = await startHost({ clientCertificates });
      const client = clientOf(host, { secure: true, auth, transport });
      await client.identify();
      await client.identify();
      expect(host.requests.map(({ user, sealed, secure }) => ({ user, sealed, secure }))).toEqual(Array(2).fill({ user: 'SIMHOST\\ops', sealed: false, secure: true }));
      expect(host.connections).toBe(1);
    });

    it('refuses a certificate that is mapped to nobody', async () => {
      const host = await startHost({ clientCertificates: clientCertificates.slice(0, 1) });
      await expect(clientOf(host, { secure: true, auth: PEM, transport }).identify()).rejects.toMatchObject({ code: 'AUTH' });
      expect(host.requests).toEqual([]);
    });

    it('refuses the claim when the host asks for no certificate', async () => {
      const host = await startHost();
      await expect(clientOf(host, { secure: true, auth: PEM, transport }).identify()).rejects.toMatchObject({ code: 'AUTH' });
    });
  });

  it('refuses the claim of a client that shows no certificate', async () => {
    const host = await startHost({ clientCertificates });
    const answer = await send(host.httpsUrl, { headers: { Authorization: MUTUAL, 'Content-Type': SOAP_TYPE }, ca: host.certificate });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['NTLM', NTLM],
    ['Basic', BASIC],
  ])('goes on to take %s from those who show none', async (_kind, auth) => {
    const host = await startHost({ clientCertificates });
    await clientOf(host, { secure: true, auth }).identify();
    expect(host.requests[0]!.user).toBe('SIMHOST\\Administrator');
  });

  it('keeps the domain of a mapped account', async () => {
    const host = await startHost({ name: 'HV01', clientCertificates: [{ certificate, username: 'ops', domain: 'EXAMPLE' }] });
    await clientOf(host, { secure: true, auth: PEM }).identify();
    expect(host.requests[0]!.user).toBe('EXAMPLE\\ops');
  });

  it.each([
    ['a certificate that is none', [{ certificate: 'x', username: 'ops' }]],
    ['a user with a domain in its name', [{ certificate, username: 'EXAMPLE\\ops' }]],
  ])('refuses %s', async (_kind, mappings) => {
    await expect(startHost({ clientCertificates: mappings })).rejects.toBeInstanceOf(UsageError);
  });
});
