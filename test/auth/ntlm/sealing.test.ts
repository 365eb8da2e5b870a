import { describe, expect, it } from 'vitest';
import { SessionSecurity } from '../../../src/auth/ntlm/sealing.js';
import { fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { COMMON, NTLM_V2_WRAP } from './vectors.js';

const { randomSessionKey } = COMMON;
const pair = () => ({ client: new SessionSecurity(randomSessionKey, 'client'), server: new SessionSecurity(randomSessionKey, 'server') });

describe('SessionSecurity', () => {
  it('seals as in MS-NLMP 4.2.4.4', () => {
    const { data, signature } = pair().client.wrap(NTLM_V2_WRAP.plaintext);
    expect(toHex(data)).toBe(NTLM_V2_WRAP.data);
    expect(toHex(signature)).toBe(NTLM_V2_WRAP.signature);
  });

  it('opens the message of MS-NLMP 4.2.4.4', () => {
    const sealed = { data: fromHex(NTLM_V2_WRAP.data), signature: fromHex(NTLM_V2_WRAP.signature) };
    expect(pair().server.unwrap(sealed)).toEqual(NTLM_V2_WRAP.plaintext);
  });

  it.each([0, 5, 16, 20, 34])('opens it wherever signature and data part: behind byte %i', (at) => {
    const token = fromHex(NTLM_V2_WRAP.signature + NTLM_V2_WRAP.data);
    expect(pair().server.unwrap({ signature: token.subarray(0, at), data: token.subarray(at) })).toEqual(NTLM_V2_WRAP.plaintext);
  });

  it('decrypts in place what lies in a row, and copies what does not', () => {
    const token = fromHex(NTLM_V2_WRAP.signature + NTLM_V2_WRAP.data);
    const message = pair().server.unwrap({ signature: token.subarray(0, 16), data: token.subarray(16) });
    expect([message.buffer, message.byteOffset]).toEqual([token.buffer, 16]);
    const data = fromHex(NTLM_V2_WRAP.data);
    pair().server.unwrap({ signature: fromHex(NTLM_V2_WRAP.signature), data });
    expect(toHex(data)).toBe(NTLM_V2_WRAP.data);
  });

  it.each([0, 8, 15])('refuses %i bytes, which are no signature', (length) => {
    const token = fromHex(NTLM_V2_WRAP.signature).subarray(0, length);
    expect(() => pair().server.unwrap({ signature: token, data: new Uint8Array() })).toThrow(ProtocolError);
  });

  it('carries messages of any size both ways, numbered from 0 in each', () => {
    const { client, server } = pair();
    [0, 1, 1_500, 500_000, 16].forEach((length, number) => {
      const message = new Uint8Array(length).map((_, index) => index * 31);
      for (const [from, to] of [[client, server], [server, client]] as const) {
        const sealed = from.wrap(message);
        expect(sealed.data).toHaveLength(length);
        expect(toHex(sealed.signature.slice(0, 4))).toBe('01000000');
        expect(sealed.signature[12]).toBe(number);
        expect(Buffer.compare(to.unwrap(sealed), message)).toBe(0);
      }
    });
  });

  it('takes the directions for two', () => {
    const { client, server } = pair();
    const message = utf8('the same text');
    expect(client.wrap(message)).not.toEqual(server.wrap(message));
    expect(() => client.unwrap(pair().client.wrap(message))).toThrow(ProtocolError);
  });

  it('refuses a message that comes again', () => {
    const { client, server } = pair();
    const sealed = client.wrap(utf8('once'));
    server.unwrap(sealed);
    expect(() => server.unwrap(sealed)).toThrow(/sequence number 0, but 1 is next/);
  });

  it('refuses a message that overtook another', () => {
    const { client, server } = pair();
    client.wrap(utf8('first'));
    const second = client.wrap(utf8('second'));
    expect(() => server.unwrap(second)).toThrow(/sequence number 1, but 0 is next/);
  });

  const corruptions: [string, (sealed: { data: Uint8Array; signature: Uint8Array }) => void][] = [
    ['the version', ({ signature }) => (signature[0]! ^= 2)],
    ['the checksum', ({ signature }) => (signature[11]! ^= 1)],
    ['the sequence number', ({ signature }) => (signature[12]! ^= 1)],
    ['the data', ({ data }) => (data[0]! ^= 0x80)],
  ];
  it.each(corruptions)('refuses a change of %s', (_, change) => {
    const { client, server } = pair();
    const sealed = client.wrap(utf8('text'));
    change(sealed);
    expect(() => server.unwrap(sealed)).toThrow(ProtocolError);
  });

  it.each([0, 15, 17])('refuses a signature of %i bytes', (length) => {
    const { client, server } = pair();
    const { data, signature } = client.wrap(utf8('text'));
    const wrong = new Uint8Array(length);
    wrong.set(signature.slice(0, length));
    expect(() => server.unwrap({ data, signature: wrong })).toThrow(ProtocolError);
  });

  it.each([
    ['cut', (data: Uint8Array) => data.slice(0, -1)],
    ['lengthened', (data: Uint8Array) => Uint8Array.of(...data, 0)],
  ])('refuses data that was %s', (_, change) => {
    const { client, server } = pair();
    const { data, signature } = client.wrap(utf8('text'));
    expect(() => server.unwrap({ data: change(data), signature })).toThrow(ProtocolError);
  });

  it('does nothing more after a failure', () => {
    const { client, server } = pair();
    const good = client.wrap(utf8('good'));
    expect(() => server.unwrap({ data: good.data, signature: new Uint8Array(16) })).toThrow(ProtocolError);
    expect(() => server.unwrap(good)).toThrow(/broken/);
    expect(() => server.wrap(utf8('answer'))).toThrow(/broken/);
    expect(() => server.signMechList(utf8('list'))).toThrow(/broken/);
    expect(() => server.verifyMechList(utf8('list'), good.signature)).toThrow(/broken/);
  });

  it('signs a mechList with number 0 and seals from the beginning of the key stream with number 1', () => {
    const { client, server } = pair();
    const list = utf8('list');
    server.verifyMechList(list, client.signMechList(list));
    const sealed = client.wrap(NTLM_V2_WRAP.plaintext);
    expect(toHex(sealed.data)).toBe(NTLM_V2_WRAP.data);
    expect(toHex(sealed.signature.slice(12))).toBe('01000000');
    expect(server.unwrap(sealed)).toEqual(NTLM_V2_WRAP.plaintext);
  });

  it('signs a mechList with the key of its direction', () => {
    const { client, server } = pair();
    expect(() => server.verifyMechList(utf8('list'), server.signMechList(utf8('list')))).toThrow(ProtocolError);
    expect(() => client.verifyMechList(utf8('other list'), pair().server.signMechList(utf8('list')))).toThrow(ProtocolError);
  });
});
