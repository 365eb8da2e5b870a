import { inspect } from 'node:util';
import { TLSSocket, createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError, TlsError, UsageError } from '../../src/errors.js';
import type { CredsspAcceptor } from '../../src/testing/credssp-acceptor.js';
import { createSpnegoAcceptor } from '../../src/testing/spnego-acceptor.js';
import type { CredsspContext } from '../../src/transport/credssp-context.js';
import { CredsspTls, connectCredsspTls } from '../../src/transport/credssp-tls.js';
import { CREDENTIALS, PASSWORD, converse, credsspClient, credsspHost, ntlmAcceptor, ntlmInitiator, newCertificate, spnegoInitiator } from './credssp-support.js';

const TLS = { servername: 'hv01.example', verifyCertificate: false };

async function connected(client = credsspClient(), host = credsspHost()): Promise<{ client: CredsspContext; host: CredsspAcceptor }> {
  await converse(client, host);
  expect([client.complete, host.complete]).toEqual([true, true]);
  return { client, host };
}

describe('createCredsspContext', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s needs two flights of TLS and three TSRequests, and hands the credentials over', async (minVersion) => {
    const client = credsspClient({ tls: { ...TLS, minVersion } });
    const host = credsspHost();
    expect(await converse(client, host)).toBe(5);
    expect([client.complete, client.mechanism, client.notes]).toEqual([true, 'NTLM', []]);
    expect(host.delegated).toEqual({ domainName: 'HV01', userName: 'operator', password: PASSWORD });
  });

  it.each([[[5, 6], 6], [[5, 6], 5], [[4], 4], [[2, 3], 3], [[2, 3, 4, 5, 6], 2]] as const)('of the versions %j with a host of %i', async (versions, version) => {
    const { host } = await connected(credsspClient({ versions }), credsspHost({ version, lowestVersion: 2 }));
    expect(host.delegated?.password).toBe(PASSWORD);
  });

  it('seals many messages in both directions, one record each', async () => {
    const { client, host } = await connected();
    for (let length = 1; length <= 16_384; length *= 2) {
      const message = new Uint8Array(length).map((_, index) => index);
      expect(await host.unwrap(await client.wrap(message))).toEqual(message);
      expect(await client.unwrap(await host.wrap(message))).toEqual(message);
    }
  });

  it('opens a message whose parts are joined, whichever part they are', async () => {
    const { client, host } = await connected();
    const { signature, data } = await host.wrap(utf8('hello'));
    expect(await client.unwrap({ signature: new Uint8Array(), data: concat(signature, data) })).toEqual(utf8('hello'));
  });

  it.each([0, 1, 5, 28])('is broken by a message that holds no whole record, of which nothing is verified: %i bytes', async (length) => {
    const { client, host } = await connected();
    const { signature, data } = await host.wrap(utf8('hello'));
    await expect(client.unwrap({ signature: new Uint8Array(), data: concat(signature, data).subarray(0, length) })).rejects.toThrow(ProtocolError);
    await expect(client.unwrap({ signature, data })).rejects.toThrow(ProtocolError);
  });

  it('is broken by a message that was changed', async () => {
    const { client, host } = await connected();
    const { signature, data } = await host.wrap(utf8('hello'));
    data[data.length - 1]! ^= 1;
    await expect(client.unwrap({ signature, data })).rejects.toThrow(ProtocolError);
    await expect(client.wrap(utf8('hello'))).rejects.toThrow(ProtocolError);
  });

  it('sends the last token of NTLM inside SPNEGO together with the proof', async () => {
    const client = credsspClient({ inner: spnegoInitiator() });
    const host = credsspHost({ inner: createSpnegoAcceptor({ contexts: [ntlmAcceptor()] }) });
    expect(await converse(client, host)).toBe(5);
    expect(host.delegated?.password).toBe(PASSWORD);
  });

  it.each([[[5, 6]], [[4]]])('of the versions %j keeps the credentials from one who stands between with a certificate of his own', async (versions) => {
    const client = credsspClient({ versions });
    const host = credsspHost({ lowestVersion: 2 });
    const { certificate, key } = newCertificate();
    const toClient = new CredsspTls('secure', (wire) => new TLSSocket(wire, { isServer: true, secureContext: createSecureContext({ cert: certificate, key }) }));
    const toHost = connectCredsspTls(TLS);
    // TLS ends on both sides of him; what is inside he passes on as it is.
    for (let { records } = await toHost.receive(null); records.length > 0;) ({ records } = await toHost.receive(await host.step(records)));
    const relay = async (token: Uint8Array): Promise<Uint8Array> => {
      const { records, plaintext } = await toClient.receive(token);
      if (plaintext.length === 0) return records;
      const answer = await host.step(await toHost.send(plaintext));
      return toClient.send((await toHost.receive(answer)).plaintext);
    };
    const attack = async (): Promise<void> => {
      for (let token = await client.step(null); token !== null;) token = await client.step(await relay(token));
    };
    await expect(attack()).rejects.toThrow('The client sees another certificate than ours');
    expect([client.complete, host.delegated]).toEqual([false, null]);
    client.close();
  });

  it('sends no second token of NTLM, and no first one of NTLM alone, unless it is allowed', async () => {
    const host = credsspHost({ inner: createSpnegoAcceptor({ contexts: [ntlmAcceptor()] }) });
    await expect(converse(credsspClient({ allowNtlm: false, inner: spnegoInitiator() }), host)).rejects.toThrow(AuthError);
    await expect(converse(credsspClient({ allowNtlm: false }), credsspHost())).rejects.toThrow(/allowNtlm: true/);
  });

  it('tells what the host refused with', async () => {
    await expect(converse(credsspClient({ inner: ntlmInitiator('wrong') }), credsspHost())).rejects.toThrow('STATUS_LOGON_FAILURE (0xC000006D)');
    await expect(converse(credsspClient({ versions: [4] }), credsspHost())).rejects.toThrow('STATUS_NOT_SUPPORTED (0xC00000BB)');
  });

  it('refuses a host whose version is too low', async () => {
    await expect(converse(credsspClient(), credsspHost({ version: 4, lowestVersion: 2 }))).rejects.toThrow('CVE-2018-0886');
  });

  it('verifies the certificate where told', async () => {
    const client = credsspClient({ tls: { ...TLS, verifyCertificate: true } });
    await expect(converse(client, credsspHost())).rejects.toThrow(TlsError);
    await expect(client.step(null)).rejects.toThrow(TlsError);
  });

  it.each([
    ['the beginning of a flight', Uint8Array.of(22, 3, 3)],
    ['nothing', new Uint8Array()],
    ['no TLS', utf8('<html>')],
  ])('refuses a token that holds %s', async (_name, token) => {
    const client = credsspClient();
    await client.step(null);
    await expect(client.step(token)).rejects.toSatisfy((error) => error instanceof ProtocolError || error instanceof TlsError);
  });

  it('refuses a flight that breaks off, and does not wait for the rest', async () => {
    const client = credsspClient();
    const flight = await credsspHost().step(await client.step(null));
    await expect(client.step(flight!.subarray(0, -4))).rejects.toThrow('in the midst of the TLS handshake');
  });

  it('refuses a host that speaks no CredSSP inside TLS', async () => {
    const client = credsspClient();
    const host = credsspHost();
    const flight = async (token: Uint8Array | null): Promise<Uint8Array> => (await client.step(token))!;
    await flight(await host.step(await flight(await host.step(await flight(null)))));
    const { signature, data } = await host.wrap(utf8('HTTP/1.1 200 OK'));
    await expect(client.step(concat(signature, data))).rejects.toThrow(ProtocolError);
  });

  it('holds its peace when a host sends only TLS behind the credentials', async () => {
    const { client } = await connected();
    expect(await client.step(new Uint8Array())).toBeNull();
  });

  it('shows no secret', () => {
    const client = credsspClient();
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain(CREDENTIALS.password);
    client.close();
  });

  it('is of no use after close', async () => {
    const { client } = await connected();
    client.close();
    await expect(client.wrap(utf8('hello'))).rejects.toThrow('was closed');
  });

  it('takes known versions only', () => {
    expect(() => credsspClient({ versions: [] })).toThrow(UsageError);
  });
});
