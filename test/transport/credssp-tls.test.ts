import { constants } from 'node:crypto';
import { type SecureContextOptions, TLSSocket, createSecureContext } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../src/bytes.js';
import { ProtocolError, TlsError, UsageError } from '../../src/errors.js';
import { CredsspTls, type CredsspTlsOptions, connectCredsspTls } from '../../src/transport/credssp-tls.js';
import { CERTIFICATE } from './credssp-support.js';

const open: CredsspTls[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end.close();
});

function keep(end: CredsspTls): CredsspTls {
  open.push(end);
  return end;
}

function clientEnd(options: Partial<CredsspTlsOptions> = {}): CredsspTls {
  return keep(connectCredsspTls({ servername: 'hv01.example', verifyCertificate: false, ...options }));
}

function hostEnd(options: SecureContextOptions = {}): { tls: CredsspTls; socket: TLSSocket } {
  let socket: TLSSocket | null = null;
  const secureContext = createSecureContext({ cert: CERTIFICATE.certificate, key: CERTIFICATE.key, ...options });
  const tls = new CredsspTls('secure', (wire) => socket = new TLSSocket(wire, { isServer: true, secureContext }));
  return { tls: keep(tls), socket: socket! };
}

/** Carries flights until neither side has one. */
async function handshake(client: CredsspTls, host: CredsspTls): Promise<void> {
  let { records } = await client.receive(null);
  for (let from = client, to = host; records.length > 0; [from, to] = [to, from]) ({ records } = await to.receive(records));
}

async function connected(clientOptions: Partial<CredsspTlsOptions> = {}, hostOptions: SecureContextOptions = {}): Promise<{ client: CredsspTls; host: CredsspTls; socket: TLSSocket }> {
  const client = clientEnd(clientOptions);
  const { tls: host, socket } = hostEnd(hostOptions);
  await handshake(client, host);
  expect([client.secure, host.secure]).toEqual([true, true]);
  return { client, host, socket };
}

/** SSL_OP_NO_ENCRYPT_THEN_MAC of OpenSSL, which Node does not name: Windows does not know that extension (RFC 7366). */
const NO_ENCRYPT_THEN_MAC = 0x80000;

describe('CredsspTls', () => {
  /** By hand: AEAD has a tag; CBC pads to 16 bytes, MAC and at least one byte of padding included or, with RFC 7366, not. */
  describe.each([
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 0, [16, 16, 16]],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', 0, [16, 16, 16]],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', 0, [16, 16, 16]],
    ['ECDHE-ECDSA-AES256-SHA384', NO_ENCRYPT_THEN_MAC, [63, 59, 64]], // 48 of MAC
    ['ECDHE-ECDSA-AES128-SHA256', NO_ENCRYPT_THEN_MAC, [47, 43, 48]], // 32
    ['ECDHE-ECDSA-AES128-SHA', NO_ENCRYPT_THEN_MAC, [31, 27, 32]], // 20
    ['ECDHE-ECDSA-AES128-SHA', 0, [35, 31, 36]],
  ] as const)('%s (options %i)', (ciphers, secureOptions, trailers) => {
    it('has the trailer\'s length as that of the signature, and the record in its order', async () => {
      const { client, host } = await connected({}, { ciphers, secureOptions: secureOptions | constants.SSL_OP_CIPHER_SERVER_PREFERENCE, maxVersion: 'TLSv1.2' });
      for (const [index, length] of [1, 5, 16_384].entries()) {
        const message = new Uint8Array(length).fill(index + 1);
        const { signature, data } = await client.seal(message);
        expect(signature.length).toBe(trailers[index]);
        expect(signature.subarray(0, 3)).toEqual(Uint8Array.of(23, 3, 3));
        expect((await host.receive(concat(signature, data))).plaintext).toEqual(message);
      }
    });
  });

  it('has 17 bytes of trailer in TLS 1.3: the type of the content, and the tag', async () => {
    const { client, host } = await connected({ minVersion: 'TLSv1.3' });
    const { signature, data } = await host.seal(utf8('hello'));
    expect(signature.length).toBe(17);
    expect((await client.receive(concat(signature, data))).plaintext).toEqual(utf8('hello'));
  });

  it('speaks TLS 1.2 and no other version unless told', async () => {
    const { records } = await clientEnd().receive(null);
    await expect(hostEnd({ minVersion: 'TLSv1.3' }).tls.receive(records)).rejects.toThrow(TlsError);
  });

  it('encrypts long messages into several records, and gives all that came', async () => {
    const { client, host } = await connected();
    const message = new Uint8Array(50_000).fill(3);
    expect((await host.receive(await client.send(message))).plaintext).toEqual(message);
  });

  it.each([0, 16_385])('seals no message of %i bytes', async (length) => {
    const { client } = await connected();
    await expect(client.seal(new Uint8Array(length))).rejects.toThrow(UsageError);
  });

  it('shows the certificate of the host', async () => {
    const { client } = await connected();
    const pem = Buffer.from(client.peerCertificate!).toString('base64');
    expect(CERTIFICATE.certificate.replace(/\n/g, '')).toContain(pem);
    expect(clientEnd().peerCertificate).toBeNull();
  });

  it('answers a wish to renegotiate with an alert', async () => {
    const { client, host, socket } = await connected({}, { maxVersion: 'TLSv1.2' });
    socket.renegotiate({}, () => undefined);
    const { records } = await host.receive(new Uint8Array());
    expect(records[0]).toBe(22); // HelloRequest
    expect((await client.receive(records)).records[0]).toBe(21); // no_renegotiation, and no ClientHello, which is 22
  });

  describe('verifyCertificate', () => {
    it.each([
      ['a self-signed certificate is refused', {}, false],
      ['a known authority and the right name are taken', { ca: CERTIFICATE.certificate }, true],
      ['another name is refused', { ca: CERTIFICATE.certificate, servername: 'hv02.example' }, false],
      ['an address that it does not name is refused', { ca: CERTIFICATE.certificate, servername: '192.0.2.1' }, false],
    ])('%s', async (_name, options, isTaken) => {
      const client = clientEnd({ verifyCertificate: true, ...options });
      const done = handshake(client, hostEnd({ maxVersion: 'TLSv1.2' }).tls);
      await (isTaken ? expect(done).resolves.toBeUndefined() : expect(done).rejects.toThrow(TlsError));
      expect(client.secure).toBe(isTaken);
    });
  });

  describe('fails, and stays so,', () => {
    it.each([
      ['on text in the place of a handshake', utf8('HTTP/1.1 400 Bad Request\r\n\r\n')],
      ['on an alert in the handshake', Uint8Array.of(21, 3, 3, 0, 2, 2, 40)],
    ])('%s', async (_name, records) => {
      const client = clientEnd();
      await client.receive(null);
      await expect(client.receive(records)).rejects.toThrow(TlsError);
      await expect(client.receive(records)).rejects.toThrow(/^The TLS handshake of CredSSP failed: [a-z0-9 ]+$/);
    });

    it('on a record that was changed', async () => {
      const { client, host } = await connected();
      const record = await host.send(utf8('hello'));
      record[record.length - 1]! ^= 1;
      await expect(client.receive(record)).rejects.toThrow(ProtocolError);
      await expect(client.send(utf8('more'))).rejects.toThrow(ProtocolError);
    });

    it('on a record that comes twice', async () => {
      const { client, host } = await connected();
      const record = await host.send(utf8('hello'));
      await client.receive(record);
      await expect(client.receive(record)).rejects.toThrow(ProtocolError);
    });

    it('when the host ends TLS', async () => {
      const { client, host, socket } = await connected();
      socket.end();
      const { records } = await host.receive(new Uint8Array());
      expect(records[0]).toBe(21);
      await expect(client.receive(records)).rejects.toThrow('The host ended the TLS session of CredSSP');
    });

    it('after close', async () => {
      const { client } = await connected();
      client.close();
      await expect(client.receive(null)).rejects.toThrow('was closed');
      await expect(client.seal(utf8('hello'))).rejects.toThrow('was closed');
    });
  });

  it('holds no socket while it lives, and its stream is destroyed by close', async () => {
    // The test runner has timers and turns of its own.
    const held = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').sort();
    const before = held();
    const { client, host, socket } = await connected();
    expect(held()).toEqual(before);
    client.close();
    host.close();
    expect(socket.destroyed).toBe(true);
  });
});
