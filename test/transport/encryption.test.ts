import { describe, expect, it } from 'vitest';
import { concat, fromHex, fromLatin1, utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';
import { decodeEncrypted, encodeEncrypted, encryptedContentType, isEncrypted } from '../../src/transport/encryption.js';

const TYPE = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';
const SIGNATURE = fromHex('01000000 a1b2c3d4e5f60718 00000000');
const DATA = fromHex('00ff0a0d2d2d 456e6372');
const HEAD =
  '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
  '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=10\r\n' +
  '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n';
const BODY = concat(utf8(HEAD), fromHex('10000000'), SIGNATURE, DATA, utf8('--Encrypted Boundary--\r\n'));
const EXPECTED = { contentType: 'application/soap+xml;charset=UTF-8', length: 10, sealed: { signature: SIGNATURE, data: DATA } };

describe('multipart/encrypted', () => {
  it('is laid out as MS-WSMV 2.2.9.1 says and Windows sends it', () => {
    expect(encodeEncrypted('Negotiate', [EXPECTED])).toEqual(BODY);
    expect(encryptedContentType('Negotiate', 1)).toBe(TYPE);
  });

  it.each([
    ['as Windows sends it', BODY],
    ['without TABs and with a further line end', concat(utf8(HEAD.replaceAll('\t', '')), fromHex('10000000'), SIGNATURE, DATA, utf8('--Encrypted Boundary--\r\n\r\n'))],
    ['in the form of 2007', concat(utf8(HEAD.replaceAll('--E', '-- E')), fromHex('10000000'), SIGNATURE, DATA, utf8('-- Encrypted Boundary\r\n'))],
  ])('is read %s', (_name, body) => {
    expect(decodeEncrypted(TYPE, body)).toEqual([EXPECTED]);
  });

  it('is read when the ciphertext holds the boundary', () => {
    const data = utf8('x--Encrypted Boundary--\r\ny');
    expect(decodeEncrypted(TYPE, encodeEncrypted('Negotiate', [{ ...EXPECTED, sealed: { signature: SIGNATURE, data } }]))[0]!.sealed.data).toEqual(data);
  });

  it('is read with an empty plaintext', () => {
    const sealed = { signature: SIGNATURE, data: new Uint8Array() };
    expect(decodeEncrypted(TYPE, encodeEncrypted('Negotiate', [{ ...EXPECTED, length: 0, sealed }]))).toEqual([{ ...EXPECTED, length: 0, sealed }]);
  });

  it.each([
    ['nothing', new Uint8Array(), 'laid out'],
    ['no end', BODY.subarray(0, BODY.length - 26), 'laid out'],
    ['no length of the signature', concat(utf8(HEAD), fromHex('1000'), utf8('--Encrypted Boundary--\r\n')), 'signature'],
    ['a signature longer than the body', concat(utf8(HEAD), fromHex('ff000000'), SIGNATURE, utf8('--Encrypted Boundary--\r\n')), 'signature'],
    ['a length that overflows', concat(utf8(HEAD), fromHex('ffffffff'), SIGNATURE, utf8('--Encrypted Boundary--\r\n')), 'signature'],
  ])('is refused with %s', (_name, body, message) => {
    expect(() => decodeEncrypted(TYPE, body)).toThrow(ProtocolError);
    expect(() => decodeEncrypted(TYPE, body)).toThrow(message);
  });

  it('is refused when cut anywhere', () => {
    for (let end = 0; end < BODY.length - 3; end++) {
      const cut = BODY.subarray(0, end);
      // What is cut behind the boundary itself still is whole: MS-WSMV 4.5 shows an end without dashes.
      if (end >= BODY.length - 4) continue;
      expect(() => decodeEncrypted(TYPE, cut), `cut at ${end}`).toThrow(ProtocolError);
    }
  });

  it('is told by its Content-Type', () => {
    expect(isEncrypted('Multipart/Encrypted; boundary=x')).toBe(true);
    expect(isEncrypted('multipart/x-multi-encrypted;protocol="x"')).toBe(true);
    expect(isEncrypted('application/soap+xml')).toBe(false);
  });

  it.each([
    ['Kerberos', 'application/HTTP-Kerberos-session-encrypted'],
    ['CredSSP', 'application/HTTP-CredSSP-session-encrypted'],
  ] as const)('names the protocol of %s in both places', (scheme, protocol) => {
    expect(encryptedContentType(scheme, 1)).toBe(`multipart/encrypted;protocol="${protocol}";boundary="Encrypted Boundary"`);
    expect(fromLatin1(encodeEncrypted(scheme, [EXPECTED]))).toContain(`--Encrypted Boundary\r\n\tContent-Type: ${protocol}\r\n\tOriginalContent:`);
  });
});

describe('multipart/x-multi-encrypted', () => {
  const MULTI = 'multipart/x-multi-encrypted;protocol="application/HTTP-CredSSP-session-encrypted";boundary="Encrypted Boundary"';
  const PART_HEAD = (length: number) =>
    '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-CredSSP-session-encrypted\r\n' +
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${length}\r\n` +
    '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n';
  const second = { contentType: EXPECTED.contentType, length: 3, sealed: { signature: fromHex('0102'), data: fromHex('0d0a2d2d') } };
  const body = concat(
    utf8(PART_HEAD(10)), fromHex('10000000'), SIGNATURE, DATA,
    utf8(PART_HEAD(3)), fromHex('02000000'), second.sealed.signature, second.sealed.data,
    utf8('--Encrypted Boundary--\r\n'),
  );

  it('has a pair for each portion (MS-WSMV 2.2.9.1.3.2)', () => {
    expect(encryptedContentType('CredSSP', 2)).toBe(MULTI);
    expect(encodeEncrypted('CredSSP', [EXPECTED, second])).toEqual(body);
    expect(decodeEncrypted(MULTI, body)).toEqual([EXPECTED, second]);
  });

  it('is refused when something stands before it, or nothing is in it', () => {
    expect(() => decodeEncrypted(MULTI, concat(utf8('x'), body))).toThrow('laid out');
    expect(() => decodeEncrypted(MULTI, utf8('--Encrypted Boundary--\r\n'))).toThrow('laid out');
  });
});
