import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBitString, readElement, readElements, readFields, readGeneralizedTime, readInteger, readOid, readText } from '../../src/auth/der/read.js';
import { TAG, applicationTag } from '../../src/auth/der/tag.js';
import { element, integer, sequence } from '../../src/auth/der/write.js';
import { decodeCcache } from '../../src/auth/kerberos/ccache.js';
import { decodeKeytab, encodeKeytab } from '../../src/auth/kerberos/keytab.js';
import { parseKrb5Conf } from '../../src/auth/kerberos/krb5-conf.js';
import { decodeApRep, decodeEncApRepPart, encodeEncApRepPart } from '../../src/auth/kerberos/messages/ap-rep.js';
import { decodeApReq, decodeAuthenticator, encodeApReq, encodeAuthenticator } from '../../src/auth/kerberos/messages/ap-req.js';
import { decodeEncryptedData } from '../../src/auth/kerberos/messages/encrypted-data.js';
import { decodeEtypeInfo2, encodeEtypeInfo2 } from '../../src/auth/kerberos/messages/etype-info2.js';
import { decodeEncKdcRepPart, decodeKdcRep, encodeEncKdcRepPart } from '../../src/auth/kerberos/messages/kdc-rep.js';
import { decodeKdcReq, encodeAsReq, encodeTgsReq } from '../../src/auth/kerberos/messages/kdc-req.js';
import { decodeEncKrbCredPart, decodeKrbCred, encodeEncKrbCredPart } from '../../src/auth/kerberos/messages/krb-cred.js';
import { decodeKrbError, encodeKrbError } from '../../src/auth/kerberos/messages/krb-error.js';
import { decodeMethodData } from '../../src/auth/kerberos/messages/pa-data.js';
import { decodePaEncTsEnc } from '../../src/auth/kerberos/messages/pa-enc-ts-enc.js';
import { decodeEncTicketPart, decodeTicket, encodeEncTicketPart } from '../../src/auth/kerberos/messages/ticket.js';
import { formatPrincipal, samePrincipal } from '../../src/auth/kerberos/principal.js';
import { readToken } from '../../src/auth/kerberos/gss-token.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { recorded, recordedFile } from '../auth/kerberos/recorded.js';
import { runs } from './runs.js';

const DECODERS = [
  decodeApRep, decodeApReq, decodeAuthenticator, decodeEncApRepPart, decodeEncKdcRepPart, decodeEncKrbCredPart, decodeEncTicketPart, decodeEncryptedData,
  decodeEtypeInfo2, decodeKdcRep, decodeKdcReq, decodeKrbCred, decodeKrbError, decodeMethodData, decodePaEncTsEnc, decodeTicket,
];
const READERS = [readElements, readFields, readInteger, readBitString, readText, readGeneralizedTime, readOid];

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const microseconds = fc.integer({ min: 0, max: 999_999 });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const octets = fc.uint8Array({ maxLength: 300 });
/** To the second, of the years that GeneralizedTime has. */
const time = fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => new Date(seconds * 1000));
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const name = fc.record({ nameType: int32, nameString: fc.array(text, { maxLength: 4 }) });
const principal = fc.record({ realm: text, name });
const key = fc.record({ etype: int32, value: octets });
const encrypted = fc.record({ etype: int32, kvno: orNull(uint32), cipher: octets });
const padata = fc.array(fc.record({ type: int32, value: octets }), { maxLength: 4 });
const rawTicket = octets.map((contents) => element(applicationTag(1), contents));
const times = { authTime: time, startTime: orNull(time), endTime: time, renewTill: orNull(time) };

const kdcReq = fc.record({
  padata,
  body: fc.record({
    kdcOptions: uint32, cname: orNull(name), realm: text, sname: name, till: time, rtime: orNull(time), nonce: uint32, etypes: fc.array(int32, { maxLength: 6 }),
  }),
});
const encTicketPart = fc.record({
  flags: uint32, key, crealm: text, cname: name, authtime: time, starttime: orNull(time), endtime: time, renewTill: orNull(time),
  authorizationData: orNull(octets.map((contents) => sequence(contents))),
});
const encKdcRepPart = fc.record({ key, nonce: uint32, flags: uint32, ...times, srealm: text, sname: name, encryptedPaData: padata });
const krbError = fc.record({
  code: int32, stime: time, susec: microseconds, realm: text, sname: name, crealm: orNull(text), cname: orNull(name), eText: orNull(text), eData: orNull(octets),
});
const authenticator = fc.record({
  crealm: text, cname: name, cksum: orNull(fc.record({ type: int32, value: octets })), cusec: microseconds, ctime: time, subkey: orNull(key), seqNumber: orNull(uint32),
});
const encKrbCredPart = fc.record({
  ticketInfo: fc.array(fc.record({ key, client: principal, server: principal, flags: uint32, ...times }), { maxLength: 2 }), timestamp: orNull(time), usec: orNull(microseconds),
});
const keytabEntry = fc.record({
  principal,
  kvno: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  key: fc.record({ etype: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }), value: octets }),
  timestamp: uint32.map((seconds) => new Date(seconds * 1000)),
});

/** A message with some bytes overwritten, removed or inserted, and perhaps cut. */
const mutated = (...messages: readonly Uint8Array[]) =>
  fc
    .record({
      message: fc.constantFrom(...messages),
      edits: fc.array(
        fc.record({ at: fc.oneof(fc.nat(60), fc.nat(1100)), remove: fc.nat(2), insert: fc.array(fc.oneof(fc.constantFrom(0, 1, 0x30, 0x7f, 0x80, 0x84, 0xa0, 0xff), fc.nat(255)), { maxLength: 2 }) }),
        { minLength: 1, maxLength: 6 },
      ),
      keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
    })
    .map(({ message, edits, keep }) => {
      const copy = [...message];
      for (const { at, remove, insert } of edits) copy.splice(at % copy.length, remove, ...insert);
      return Uint8Array.from(copy.slice(0, Math.ceil(copy.length * keep)));
    });

/** Random elements in elements: DER that is well-formed, and mostly no message. */
const nested = fc.letrec<{ readonly element: Uint8Array }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 6 },
    fc.tuple(fc.constantFrom(0x02, 0x03, 0x04, 0x18, 0x1b), fc.uint8Array({ maxLength: 20 })).map(([tag, contents]) => element(tag, contents)),
    fc.tuple(fc.oneof(fc.constantFrom(0x30, 0x61, 0x6b, 0x6e, 0x7e), fc.integer({ min: 0xa0, max: 0xac })), fc.array(tie('element'), { maxLength: 5 }))
      .map(([tag, inner]) => element(tag, ...inner)),
  ),
})).element;

/** Runs it, and lets only that kind of error pass. */
function tolerate(kind: typeof ProtocolError | typeof UsageError, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
}

describe('hostile messages give a ProtocolError and nothing else', () => {
  const MESSAGES = [
    ...(['asReq', 'preauthRequired', 'asRep', 'tgsReq', 'tgsRep', 'serviceUnknown', 'clientUnknown'] as const).map(recorded),
    readToken(recorded('apReqToken')).message,
    readToken(recorded('apRepToken')).message,
  ];

  it('recorded ones that were damaged', () => {
    fc.assert(fc.property(mutated(...MESSAGES), (message) => { for (const decode of DECODERS) tolerate(ProtocolError, () => decode(message)); }), runs(1_500));
  });

  it('well-formed DER', () => {
    fc.assert(fc.property(nested, (message) => { for (const decode of DECODERS) tolerate(ProtocolError, () => decode(message)); }), runs(1_000));
  });

  it('any bytes, to the readers of DER', () => {
    fc.assert(fc.property(fc.oneof(octets, nested), (bytes) => { for (const read of READERS) tolerate(ProtocolError, () => read(bytes)); }), runs(2_000));
  });
});

describe('damaged files give a UsageError and nothing else', () => {
  it('keytabs', () => {
    fc.assert(fc.property(mutated(recordedFile('kadmin.keytab'), recordedFile('ktutil.keytab')), (file) => tolerate(UsageError, () => decodeKeytab(file))), runs(1_000));
  });

  it('any text as a krb5.conf', () => {
    const line = fc.oneof(fc.constantFrom('[libdefaults]', '[realms]*', 'A = {', 'kdc = "x', 'kdc =', '{', '}', 'rdns = no', 'forwardable = maybe', 'include /x', 'includedir /x', '# c'), text);
    const lines = fc.array(line, { maxLength: 12 }).map((all) => all.join('\n'));
    fc.assert(fc.property(lines, lines, (conf, included) => tolerate(UsageError, () => parseKrb5Conf(conf, () => [included]))), runs(1_000));
  });

  it('credential caches', () => {
    fc.assert(fc.property(mutated(recordedFile('v3.ccache'), recordedFile('v4.ccache')), (file) => tolerate(UsageError, () => decodeCcache(file))), runs(1_000));
  });
});

describe('what is written is read back', () => {
  /** Encodes, decodes and compares; fields that only the decoder gives are ignored. */
  function roundTrip<T extends object>(arbitrary: fc.Arbitrary<T>, encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => object): void {
    fc.assert(fc.property(arbitrary, (value) => { expect(decode(encode(value))).toMatchObject(value); }), runs(200));
  }

  it('AS-REQ', () => roundTrip(kdcReq, encodeAsReq, decodeKdcReq));
  it('TGS-REQ', () => roundTrip(kdcReq, encodeTgsReq, decodeKdcReq));
  it('EncTicketPart', () => roundTrip(encTicketPart, encodeEncTicketPart, decodeEncTicketPart));
  it('EncKDCRepPart', () => roundTrip(encKdcRepPart, (part) => encodeEncKdcRepPart(part, 11), decodeEncKdcRepPart));
  it('KRB-ERROR', () => roundTrip(krbError, encodeKrbError, decodeKrbError));
  it('AP-REQ', () => roundTrip(fc.record({ mutualRequired: fc.boolean(), ticket: rawTicket, authenticator: encrypted }), encodeApReq, decodeApReq));
  it('Authenticator', () => roundTrip(authenticator, encodeAuthenticator, decodeAuthenticator));
  it('EncAPRepPart', () => roundTrip(fc.record({ ctime: time, cusec: microseconds, subkey: orNull(key), seqNumber: orNull(uint32) }), encodeEncApRepPart, decodeEncApRepPart));
  it('EncKrbCredPart', () => roundTrip(encKrbCredPart, encodeEncKrbCredPart, decodeEncKrbCredPart));
  it('ETYPE-INFO2', () => roundTrip(fc.array(fc.record({ etype: int32, salt: orNull(text), s2kparams: orNull(octets) }), { maxLength: 4 }), encodeEtypeInfo2, decodeEtypeInfo2));
  it('a keytab', () => roundTrip(fc.array(keytabEntry, { maxLength: 4 }), encodeKeytab, decodeKeytab));

  it('an INTEGER', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => { expect(readInteger(readElement(integer(value), TAG.integer))).toBe(value); }), runs(1_000));
  });

  it('a principal, whose text no other has', () => {
    const tricky = fc.array(fc.constantFrom('a', '/', '@', '\\', 'n', '\n'), { maxLength: 3 }).map((all) => all.join(''));
    const named = fc.record({ realm: tricky, name: fc.record({ nameType: fc.constant(1), nameString: fc.array(tricky, { minLength: 1, maxLength: 3 }) }) });
    fc.assert(fc.property(named, named, (one, other) => { expect(formatPrincipal(one) === formatPrincipal(other)).toBe(samePrincipal(one, other)); }), runs(1_000));
  });
});
