import { describe, expect, it } from 'vitest';
import { KRB5_OID, MS_KRB5_OID, TOK_ID, frameToken, readToken } from '../../../src/auth/kerberos/gss-token.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';

/** By hand from RFC 2743 §3.1, with the object identifiers as RFC 4121 §1 and MS-SPNG spell them in octets. */
const FRAMED = [
  ['an AP-REQ', { oid: KRB5_OID, tokId: TOK_ID.apReq, message: 'aabbcc' }, '60 10 0609 2a864886f712010202 0100 aabbcc'],
  ['an AP-REP', { oid: KRB5_OID, tokId: TOK_ID.apRep, message: '6f00' }, '60 0f 0609 2a864886f712010202 0200 6f00'],
  ['a KRB-ERROR of Windows', { oid: MS_KRB5_OID, tokId: TOK_ID.krbError, message: '' }, '60 0d 0609 2a864882f712010202 0300'],
  ['a long message', { oid: KRB5_OID, tokId: TOK_ID.apReq, message: '55'.repeat(300) }, `60 820139 0609 2a864886f712010202 0100 ${'55'.repeat(300)}`],
] as const;

describe('the framing of a GSS-API token', () => {
  it.each(FRAMED)('holds %s', (_, { oid, tokId, message }, hex) => {
    expect(toHex(frameToken({ oid, tokId, message: fromHex(message) }))).toBe(toHex(fromHex(hex)));
    const read = readToken(fromHex(hex));
    expect({ ...read, message: toHex(read.message) }).toEqual({ oid, tokId, message });
  });

  it.each([
    ['nothing', '', /is empty; it must stand in the framing of RFC 2743/],
    ['a bare AP-REP', '6f 02 0500', /begins with 0x6f; it must stand in the framing of RFC 2743/],
    ['NTLM', '4e544c4d53535000', /begins with 0x4e/],
    ['octets behind the token', '60 0d 0609 2a864886f712010202 0100 00', ProtocolError],
    ['a length beyond the token', '60 0e 0609 2a864886f712010202 0100', ProtocolError],
    ['another mechanism', '60 0a 0606 2b0601050502 0100', /is of the mechanism 1\.3\.6\.1\.5\.5\.2/],
    ['no mechanism', '60 02 0100', /expected tag 0x06, found 0x01/],
    ['an empty frame', '60 00', /expected tag 0x06/],
    ['a mechanism cut short', '60 05 0609 2a8648', ProtocolError],
    ['no TOK_ID', '60 0b 0609 2a864886f712010202', /has no TOK_ID/],
    ['half a TOK_ID', '60 0c 0609 2a864886f712010202 01', /has no TOK_ID/],
  ])('is refused with %s', (_, hex, expected) => {
    const read = (): unknown => readToken(fromHex(hex));
    expect(read).toThrow(ProtocolError);
    expect(read).toThrow(expected);
  });
});
