import { describe, expect, it } from 'vitest';
import { decodeKdcReq, encodeAsReq, encodeKdcReqBody, encodeTgsReq } from '../../../../src/auth/kerberos/messages/kdc-req.js';
import { PA_TYPE } from '../../../../src/auth/kerberos/messages/pa-data.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { END_TIME, REALM, RENEW_TILL, recorded } from '../recorded.js';

/** RFC 6113 §5.4.2; not spoken here. */
const PA_FX_FAST = 136;

describe('AS-REQ', () => {
  it('of kinit -f -r 7d', () => {
    const { msgType, padata, body } = decodeKdcReq(recorded('asReq'));
    expect(msgType).toBe(10);
    expect(padata).toEqual([{ type: 150, value: fromHex('') }, { type: PA_TYPE.reqEncPaRep, value: fromHex('') }]);
    expect(body).toEqual({
      kdcOptions: 0x40800000, // forwardable, renewable
      cname: { nameType: 1, nameString: ['anna'] },
      realm: REALM,
      sname: { nameType: 2, nameString: ['krbtgt', REALM] },
      till: new Date('2026-11-23T14:42:34Z'),
      rtime: RENEW_TILL,
      nonce: 0x381f0cbc,
      etypes: [18, 17, 20, 19, 23],
    });
  });

  it.each(['asReq', 'asReqWithTimestamp'] as const)('written as kinit wrote it: %s', (message) => {
    expect(toHex(encodeAsReq(decodeKdcReq(recorded(message))))).toBe(toHex(recorded(message)));
  });

  it('a nonce above 2^31 is written as a positive number, and read from either form', () => {
    const request = decodeKdcReq(recorded('asReq'));
    const written = encodeAsReq({ ...request, body: { ...request.body, nonce: 0xfedcba98 } });
    expect(toHex(written)).toContain('a707020500fedcba98');
    expect(decodeKdcReq(written).body.nonce).toBe(0xfedcba98);
    expect(decodeKdcReq(fromHex(toHex(recorded('asReq')).replace('a7060204381f0cbc', 'a7060204fedcba98'))).body.nonce).toBe(0xfedcba98);
  });
});

describe('TGS-REQ', () => {
  it('of kvno', () => {
    const { msgType, padata, body } = decodeKdcReq(recorded('tgsReq'));
    expect(msgType).toBe(12);
    expect(padata.map(({ type }) => type)).toEqual([PA_TYPE.tgsReq, PA_FX_FAST]);
    expect(body).toEqual({
      kdcOptions: 0x40810000, // forwardable, renewable, canonicalize
      cname: null,
      realm: REALM,
      sname: { nameType: 1, nameString: ['HTTP', 'hv01.hyperv.example'] },
      till: END_TIME,
      rtime: null,
      nonce: 0x2e811666,
      etypes: [18, 17, 20, 19, 23],
    });
  });

  it('written as kvno wrote it; its body too, over which the checksum goes', () => {
    const request = decodeKdcReq(recorded('tgsReq'));
    expect(toHex(encodeTgsReq(request))).toBe(toHex(recorded('tgsReq')));
    expect(toHex(encodeKdcReqBody(request.body))).toBe(toHex(request.encodedBody));
    expect(toHex(recorded('tgsReq'))).toContain(toHex(request.encodedBody));
  });

  it('without padata, the field is left out', () => {
    const { body } = decodeKdcReq(recorded('tgsReq'));
    const written = encodeTgsReq({ padata: [], body });
    expect(toHex(written)).toMatch(/^6c8181307fa103020105a20302010ca4/);
    expect(decodeKdcReq(written).padata).toEqual([]);
  });
});

describe('what is no KDC-REQ', () => {
  const asReq = toHex(recorded('asReq'));

  it.each([
    ['a KDC-REP', toHex(recorded('asRep')), 'KDC-REQ: '],
    ['nothing', '', 'KDC-REQ: '],
    ['a TGS-REQ under the tag of an AS-REQ', `6a${toHex(recorded('tgsReq')).slice(2)}`, 'KDC-REQ: msg-type is 12, not 10'],
    ['another pvno', asReq.replace('a103020105', 'a103020104'), 'KDC-REQ: pvno is 4, not 5'],
    ['a body without a realm', asReq.replace('a2101b0e', 'ac101b0e'), 'KDC-REQ'],
  ])('%s is a ProtocolError', (_name, hex, message) => {
    expect(() => decodeKdcReq(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeKdcReq(fromHex(hex))).toThrow(message);
  });
});
