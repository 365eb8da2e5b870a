import { describe, expect, it } from 'vitest';
import { sealField } from '../../src/auth/credssp/credssp-initiator.js';
import { pubKeyAuth } from '../../src/auth/credssp/pub-key-auth.js';
import { subjectPublicKey } from '../../src/auth/credssp/subject-public-key.js';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from '../../src/auth/credssp/ts-request.js';
import type { MechanismContext } from '../../src/auth/security-context.js';
import { utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError, TlsError } from '../../src/errors.js';
import type { CredsspAcceptor, CredsspAcceptorOptions } from '../../src/testing/credssp-acceptor.js';
import { type CredsspTls, connectCredsspTls } from '../../src/transport/credssp-tls.js';
import { converse, credsspClient, credsspHost, ntlmInitiator, random } from '../transport/credssp-support.js';

/** A client that is past the TLS handshake and says what it likes. */
class Client {
  readonly host: CredsspAcceptor;
  readonly ntlm: MechanismContext;
  readonly #tls: CredsspTls = connectCredsspTls({ servername: 'hv01.example', verifyCertificate: false });

  private constructor(options: Partial<CredsspAcceptorOptions>, password?: string) {
    this.host = credsspHost(options);
    this.ntlm = ntlmInitiator(password);
  }

  static async open(options: Partial<CredsspAcceptorOptions> = {}, password?: string): Promise<Client> {
    const client = new Client(options, password);
    for (let { records } = await client.#tls.receive(null); records.length > 0;) ({ records } = await client.#tls.receive(await client.host.step(records)));
    return client;
  }

  get key(): Uint8Array {
    return subjectPublicKey(this.#tls.peerCertificate!);
  }

  async say(request: Parameters<typeof encodeTsRequest>[0]): Promise<TsRequest | null> {
    return this.sayBytes(encodeTsRequest(request));
  }

  async sayBytes(bytes: Uint8Array): Promise<TsRequest | null> {
    const answer = await this.host.step(await this.#tls.send(bytes));
    return answer === null ? null : decodeTsRequest((await this.#tls.receive(answer)).plaintext);
  }

  /** NEGOTIATE and CHALLENGE; gives the AUTHENTICATE. */
  async negotiate(version = 6): Promise<Uint8Array> {
    const challenge = await this.say({ version, negoToken: this.ntlm.step(null) });
    return this.ntlm.step(challenge!.negoToken)!;
  }
}

describe('createCredsspAcceptor', () => {
  it('takes a proof of the key that it showed, and gives its own', async () => {
    const client = await Client.open();
    const nonce = random(32);
    const negoToken = await client.negotiate();
    const proof = await sealField(client.ntlm, pubKeyAuth('client', 6, client.key, nonce));
    const answer = await client.say({ version: 6, negoToken, pubKeyAuth: proof, clientNonce: nonce });
    expect(answer).toMatchObject({ version: 6, negoToken: null, authInfo: null, errorCode: null });
    expect(client.host.complete).toBe(false);
    await expect(client.say({ version: 6 })).rejects.toThrow('no authInfo');
  });

  it.each([
    ['another key', (key: Uint8Array) => pubKeyAuth('client', 6, utf8('another'), key.subarray(0, 32)), 32],
    ['the host\'s own side of it', (key: Uint8Array) => pubKeyAuth('server', 6, key, new Uint8Array(32)), 32],
    ['the key as it is', (key: Uint8Array) => key, 32],
    ['a nonce that is too short', (key: Uint8Array) => pubKeyAuth('client', 6, key, new Uint8Array(16)), 16],
  ])('refuses the proof of %s', async (_name, plaintext, nonceLength) => {
    const client = await Client.open();
    const negoToken = await client.negotiate();
    const proof = await sealField(client.ntlm, plaintext(client.key));
    await expect(client.say({ version: 6, negoToken, pubKeyAuth: proof, clientNonce: new Uint8Array(nonceLength) })).rejects.toThrow(ProtocolError);
    expect(client.host.delegated).toBeNull();
    await expect(client.say({ version: 6 })).rejects.toThrow(ProtocolError);
  });

  it('refuses the last token without a proof', async () => {
    const client = await Client.open();
    await expect(client.say({ version: 6, negoToken: await client.negotiate() })).rejects.toThrow('without pubKeyAuth');
  });

  it.each([3, 4, 6])('tells a client of version %i that its password is wrong', async (version) => {
    const client = await Client.open({ lowestVersion: 2 }, 'wrong');
    expect(await client.say({ version, negoToken: await client.negotiate(version) })).toMatchObject({ errorCode: 0xc000_006d });
    await expect(client.say({ version })).rejects.toThrow(ProtocolError);
  });

  it.each([2, 5])('has no word for that in version %i', async (version) => {
    const client = await Client.open({ lowestVersion: 2 }, 'wrong');
    await expect(client.say({ version, negoToken: await client.negotiate(version) })).rejects.toThrow(AuthError);
  });

  it('takes version 5 and above unless told, and says so from version 3 on', async () => {
    expect(await (await Client.open()).say({ version: 4, negoToken: utf8('any') })).toMatchObject({ version: 6, errorCode: 0xc000_00bb });
    await expect((await Client.open()).say({ version: 2, negoToken: utf8('any') })).rejects.toThrow('5 is the lowest taken');
  });

  it('takes nothing more once it has the credentials', async () => {
    const client = credsspClient();
    const host = credsspHost();
    await converse(client, host);
    const { signature, data } = await client.wrap(encodeTsRequest({ version: 6 }));
    await expect(host.step(Uint8Array.of(...signature, ...data))).rejects.toThrow(ProtocolError);
  });

  it.each([
    ['no token', null, ProtocolError],
    ['no TLS', utf8('<html>'), TlsError],
    ['less than a record', Uint8Array.of(22, 3), ProtocolError],
  ])('refuses %s', async (_name, token, error) => {
    await expect(credsspHost().step(token)).rejects.toThrow(error);
  });

  it('refuses what is no TSRequest', async () => {
    await expect((await Client.open()).sayBytes(utf8('GET /'))).rejects.toThrow(ProtocolError);
  });
});
