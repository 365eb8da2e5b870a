import { describe, expect, it } from 'vitest';
import { describeCredsspToken } from '../../../src/auth/credssp/describe.js';
import { concat, fromHex } from '../../../src/bytes.js';
import { LimitError, ProtocolError } from '../../../src/errors.js';

const described = (hex: string): unknown => describeCredsspToken(fromHex(hex));
const record = (contentType: string, recordVersion: string, bytes: number) => ({ contentType, recordVersion, fragment: { bytes } });

describe('describeCredsspToken', () => {
  /** ContentType, ProtocolVersion, length and fragment by hand (RFC 8446 §5.1); a handshake message is its type and a length of three octets (§4). */
  it.each([
    ['a ClientHello, in a record that says TLS 1.0', '16 0301 0004 01000000', 'client_hello', [record('handshake', 'TLS 1.0', 4)]],
    [
      'the flight of a host with TLS 1.3',
      '16 0303 0004 02000000  14 0303 0001 01  17 0303 0002 aabb',
      'server_hello',
      [record('handshake', 'TLS 1.2', 4), record('change_cipher_spec', 'TLS 1.2', 1), record('application_data', 'TLS 1.2', 2)],
    ],
    [
      'the second flight of a client with TLS 1.2, whose last message is encrypted',
      '16 0303 0004 10000000  14 0303 0001 01  16 0303 0003 000102',
      'client_key_exchange',
      [record('handshake', 'TLS 1.2', 4), record('change_cipher_spec', 'TLS 1.2', 1), record('handshake', 'TLS 1.2', 3)],
    ],
    ['what is encrypted', '17 0303 0003 010203', null, [record('application_data', 'TLS 1.2', 3)]],
    ['a handshake message that is encrypted, behind its nonce', '16 0303 0009 0000000000000000ff', null, [record('handshake', 'TLS 1.2', 9)]],
    ['an alert', '15 0302 0002 0228', null, [record('alert', 'TLS 1.1', 2)]],
    ['a record without a fragment', '16 0303 0000', null, [record('handshake', 'TLS 1.2', 0)]],
  ])('tells %s', (_what, token, handshake, records) => {
    expect(described(token)).toEqual({ handshake, records });
  });

  it('takes a fragment of 18432 octets and no longer one (RFC 5246 §6.2.3)', () => {
    expect(describeCredsspToken(concat(fromHex('1703034800'), new Uint8Array(18432)))).toMatchObject({ records: [{ fragment: { bytes: 18432 } }] });
    expect(() => describeCredsspToken(concat(fromHex('1703034801'), new Uint8Array(18433)))).toThrow('There is no TLS record at offset 0');
  });

  it.each([
    ['a record that breaks off', '16 0301 0004 010000', 'The TLS record at offset 0 ends beyond the 8 bytes of the token'],
    ['a header that breaks off', '14 0303 0001 01 1603', 'The header of the TLS record at offset 6 breaks off'],
    ['an unknown type', '14 0303 0001 01 19 0303 0000', 'There is no TLS record at offset 6'],
    ['an unknown version', '16 0304 0000', 'There is no TLS record at offset 0'],
  ])('refuses %s', (_what, token, message) => {
    expect(() => described(token)).toThrow(ProtocolError);
    expect(() => described(token)).toThrow(message);
  });

  it('refuses more than 10,000 records', () => {
    const records = (count: number): Uint8Array => fromHex('1703030000'.repeat(count));
    expect(describeCredsspToken(records(10_000)).records).toHaveLength(10_000);
    expect(() => describeCredsspToken(records(10_001))).toThrow(LimitError);
  });
});
