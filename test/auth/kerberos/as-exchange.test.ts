import { describe, expect, it } from 'vitest';
import { asExchange, type AsExchangeOptions } from '../../../src/auth/kerberos/as-exchange.js';
import type { EncryptionKey } from '../../../src/auth/kerberos/credential.js';
import { etypeOf } from '../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../src/auth/kerberos/encryption.js';
import type { KdcRequest } from '../../../src/auth/kerberos/kdc-exchange.js';
import { decodeEncryptedData } from '../../../src/auth/kerberos/messages/encrypted-data.js';
import { type EtypeInfo2Entry, encodeEtypeInfo2 } from '../../../src/auth/kerberos/messages/etype-info2.js';
import { decodeKdcReq } from '../../../src/auth/kerberos/messages/kdc-req.js';
import { type PaData, encodeMethodData } from '../../../src/auth/kerberos/messages/pa-data.js';
import { decodePaEncTsEnc } from '../../../src/auth/kerberos/messages/pa-enc-ts-enc.js';
import { formatPrincipal } from '../../../src/auth/kerberos/principal.js';
import { fromHex, utf8 } from '../../../src/bytes.js';
import { AuthError, HyperVWsmanError, LimitError, ProtocolError } from '../../../src/errors.js';
import { field, integer, octetString, sequence } from '../../../src/auth/der/write.js';
import { type Seen, asRep, drive, environment, krbError, LATER, NOW, sequentialKey, SESSION_KEY } from './scripted-kdc.js';
import { principalOf } from './principal-of.js';

/** The keys of alice@A.TEST with the password `password`, as `kadmin.local -q "ktadd -norandkey alice"` of MIT Kerberos 1.20.1 made them. */
const MIT_KEYS: Readonly<Record<number, EncryptionKey>> = {
  18: { etype: 18, value: fromHex('c9cfc734bc15e338b4d21d4662d5a54c7a4f25ec801b2eb84638197d10896108') },
  17: { etype: 17, value: fromHex('bb18ab386669c8813bfdcc47905d96ea') },
  20: { etype: 20, value: fromHex('0c623e72759cbe9b5501e9186ce889e2f6730abf955ed5b4fdb1aad334507ebf') },
  19: { etype: 19, value: fromHex('4865682fecdb382f87586bb94d15c32b') },
  23: { etype: 23, value: fromHex('8846f7eaee8fb117ad06bdd830b7586c') },
};
const AES256 = MIT_KEYS[18]!;

const alice = (more: Partial<AsExchangeOptions> = {}): AsExchangeOptions => ({
  ...environment(),
  client: principalOf('alice@A.TEST'),
  secret: { kind: 'password', password: 'password' },
  forwardable: true,
  ...more,
});

const info2 = (...entries: readonly (Partial<EtypeInfo2Entry> & { etype: number })[]): PaData => ({
  type: 19,
  value: encodeEtypeInfo2(entries.map((entry) => ({ salt: null, s2kparams: null, ...entry }))),
});
const ENC_TIMESTAMP: PaData = { type: 2, value: new Uint8Array() };
const COOKIE: PaData = { type: 133, value: utf8('MIT') };
const preAuthRequired = (...padata: readonly PaData[]): (() => Uint8Array) => krbError(25, { eData: encodeMethodData(padata) });
const anyEtype = (etype: number): (() => Uint8Array) => preAuthRequired(ENC_TIMESTAMP, info2({ etype, salt: 'A.TESTalice' }));

const padataOf = (seen: Seen | undefined, type: number): Uint8Array | undefined => seen?.padata.find((data) => data.type === type)?.value;

/** The error an exchange ends in. */
function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}

describe('asExchange', () => {
  it('asks without pre-authentication first', () => {
    const { seen } = drive(asExchange(alice()), [asRep(AES256)]);
    expect(seen[0]).toMatchObject({
      msgType: 10,
      to: 'A.TEST',
      body: {
        kdcOptions: 0x40010000, // forwardable, canonicalize
        cname: { nameType: 1, nameString: ['alice'] },
        realm: 'A.TEST',
        sname: { nameType: 2, nameString: ['krbtgt', 'A.TEST'] },
        till: new Date('2037-09-13T02:48:05Z'),
        rtime: null,
        etypes: [18, 17, 20, 19],
      },
      padata: [
        { type: 149, value: new Uint8Array() },
        { type: 128, value: fromHex('30 05 a0 03 01 01 ff') }, // include-pac TRUE
      ],
    });
  });

  it('asks for a ticket that is not forwardable when told', () => {
    const { seen } = drive(asExchange(alice({ forwardable: false })), [asRep(AES256)]);
    expect(seen[0]?.body).toMatchObject({ kdcOptions: 0x00010000, rtime: null });
  });

  it.each([18, 17, 20, 19, 23])('proves a password with the key that MIT Kerberos has too, etype %i', (etype) => {
    const options = alice({ etypes: [etype] });
    const { result, seen } = drive(asExchange(options), [anyEtype(etype), asRep(MIT_KEYS[etype]!, { part: { key: sequentialKey(etype, 1) } })]);
    const proof = decodeEncryptedData(padataOf(seen[1], 2)!);
    expect(proof).toMatchObject({ etype, kvno: null });
    expect(decodePaEncTsEnc(decryptPart(MIT_KEYS[etype]!, 1, proof))).toEqual({ patimestamp: new Date('2026-03-04T05:06:07Z'), pausec: 890_000 });
    expect(formatPrincipal(result.client)).toBe('alice@A.TEST');
    expect(formatPrincipal(result.server)).toBe('krbtgt/A.TEST@A.TEST');
    expect(result).toMatchObject({ sessionKey: sequentialKey(etype, 1), flags: 0x40800000, endTime: LATER, renewTill: null });
  });

  it('has a new nonce for each request', () => {
    const { seen } = drive(asExchange(alice()), [anyEtype(18), asRep(AES256)]);
    expect(seen[0]?.body.nonce).not.toBe(seen[1]?.body.nonce);
  });

  it('gives the cookie back, before the timestamp', () => {
    const { seen } = drive(asExchange(alice()), [preAuthRequired(ENC_TIMESTAMP, info2({ etype: 18 }), COOKIE), asRep(AES256)]);
    expect(seen[1]?.padata.map(({ type }) => type)).toEqual([133, 2, 149, 128]);
    expect(padataOf(seen[1], 133)).toEqual(COOKIE.value);
  });

  it('takes our first encryption type among those of the KDC, not the first of the KDC', () => {
    const { seen } = drive(asExchange(alice()), [preAuthRequired(ENC_TIMESTAMP, info2({ etype: 23 }, { etype: 17 }, { etype: 18 })), asRep(AES256)]);
    expect(decodeEncryptedData(padataOf(seen[1], 2)!).etype).toBe(18);
  });

  it('makes the key with the salt and the iterations of the KDC', () => {
    // RFC 3962 §4 by Python's hashlib.pbkdf2_hmac (5000 iterations) and openssl's AES over the n-fold of "kerberos" (RFC 3961, A.1).
    const key = { etype: 17, value: fromHex('88d36af1469208f2dae99cb11e3b57a2') };
    const hints = preAuthRequired(ENC_TIMESTAMP, info2({ etype: 17, salt: 'pepper', s2kparams: fromHex('00001388') }));
    const { seen } = drive(asExchange(alice({ etypes: [17] })), [hints, asRep(key, { part: { key: sequentialKey(17, 1) } })]);
    expect(decryptPart(key, 1, decodeEncryptedData(padataOf(seen[1], 2)!))).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ['ETYPE-INFO', { type: 11, value: sequence(sequence(field(0, integer(18)), field(1, octetString(utf8('A.TESTalice'))))) }],
    ['PW-SALT', { type: 3, value: utf8('A.TESTalice') }],
    ['the realm and name when the KDC tells nothing', { type: 150, value: new Uint8Array() }],
  ])('falls back to the salt of %s', (_, hint) => {
    const { seen } = drive(asExchange(alice({ client: principalOf('alice@A.TEST') })), [preAuthRequired(ENC_TIMESTAMP, hint), asRep(AES256)]);
    expect(decryptPart(AES256, 1, decodeEncryptedData(padataOf(seen[1], 2)!))).toBeInstanceOf(Uint8Array);
  });

  it('opens an AS-REP that needed no pre-authentication by its own ETYPE-INFO2', () => {
    const { result } = drive(asExchange(alice({ client: principalOf('al@A.TEST') })), [asRep(AES256, { rep: { padata: [info2({ etype: 18, salt: 'A.TESTalice' })] } })]);
    expect(formatPrincipal(result.client)).toBe('al@A.TEST');
  });

  it('takes the name that the KDC knows the client by', () => {
    const client = { realm: 'A.TEST', name: { nameType: 10, nameString: ['alice@corp.test'] } };
    const { result, seen } = drive(asExchange(alice({ client })), [anyEtype(18), asRep(AES256, { client: 'alice@A.TEST' })]);
    expect(seen[0]?.body.cname).toEqual(client.name);
    expect(formatPrincipal(result.client)).toBe('alice@A.TEST');
  });

  it('offers and uses the encryption types of its keys alone, the NT hash too', () => {
    const secret = { kind: 'keys', keys: [MIT_KEYS[23]!, sequentialKey(17, 1)] } as const;
    const { seen } = drive(asExchange(alice({ secret, etypes: [18, 23] })), [
      preAuthRequired(ENC_TIMESTAMP, info2({ etype: 18 }, { etype: 23 })),
      asRep(MIT_KEYS[23]!, { part: { key: sequentialKey(23, 1) } }),
    ]);
    expect(seen.map(({ body }) => body.etypes)).toEqual([[23], [23]]);
  });

  it('sends nothing when no key may be used', () => {
    const secret = { kind: 'keys', keys: [MIT_KEYS[23]!] } as const;
    expect(failure(() => drive(asExchange(alice({ secret })), []))).toMatchObject({ code: 'AUTH', message: expect.stringContaining('No key of alice@A.TEST') as string });
  });

  it('follows the client to another realm', () => {
    const client = { realm: 'A.TEST', name: { nameType: 10, nameString: ['alice@corp.test'] } };
    const { result, seen } = drive(asExchange(alice({ client, secret: { kind: 'keys', keys: [AES256] } })), [
      krbError(68, { crealm: 'B.TEST' }),
      anyEtype(18),
      asRep(AES256, { client: 'alice@B.TEST' }),
    ]);
    expect(seen.map(({ to, body }) => [to, body.realm, body.sname.nameString])).toEqual([
      ['A.TEST', 'A.TEST', ['krbtgt', 'A.TEST']],
      ['B.TEST', 'B.TEST', ['krbtgt', 'B.TEST']],
      ['B.TEST', 'B.TEST', ['krbtgt', 'B.TEST']],
    ]);
    expect(formatPrincipal(result.server)).toBe('krbtgt/B.TEST@B.TEST');
  });

  it.each([
    ['in a circle', [krbError(68, { crealm: 'B.TEST' }), krbError(68, { crealm: 'A.TEST' })], 'A.TEST, B.TEST, A.TEST'],
    ['on and on', ['1', '2', '3', '4', '5', '6'].map((crealm) => krbError(68, { crealm })), 'A.TEST, 1, 2, 3, 4, 5, 6'],
  ])('does not follow realms %s', (_, script, realms) => {
    expect(failure(() => drive(asExchange(alice()), script))).toMatchObject({
      code: 'AUTH',
      kerberosError: 'KDC_ERR_WRONG_REALM',
      message: `The realms refer alice@A.TEST to one another without an end: ${realms}`,
    });
  });

  it('follows the time of the KDC once, and says so', () => {
    const early = new Date('2026-03-04T04:06:07Z');
    const options = alice(environment([18], early));
    const { seen } = drive(asExchange(options), [anyEtype(18), krbError(37, { stime: NOW }), asRep(AES256)]);
    const sent = seen.slice(1).map((one) => decodePaEncTsEnc(decryptPart(AES256, 1, decodeEncryptedData(padataOf(one, 2)!))).patimestamp.toISOString());
    expect(sent).toEqual(['2026-03-04T04:06:07.000Z', '2026-03-04T05:06:07.000Z']);
    expect(options.clock.notes).toEqual(['The clock of this machine is 3600 s behind that of the KDC of A.TEST; Kerberos went on with theirs. Set the clock']);
  });

  it('gives up when the KDC finds the corrected time wrong too', () => {
    expect(failure(() => drive(asExchange(alice()), [anyEtype(18), krbError(37), krbError(37)]))).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_SKEW' });
  });

  it('forgets a time that came in the clear when no encrypted answer follows, and takes the right one the next time', () => {
    const options = alice();
    const wrong = krbError(37, { stime: new Date('2036-03-04T05:06:07Z') });
    expect(failure(() => drive(asExchange(options), [anyEtype(18), wrong, krbError(37)]))).toMatchObject({ kerberosError: 'KRB_AP_ERR_SKEW' });
    expect([options.clock.now(), options.clock.notes]).toEqual([NOW, []]);
    drive(asExchange(options), [anyEtype(18), krbError(37, { stime: LATER }), asRep(AES256, { part: { authTime: LATER, endTime: new Date('2026-03-05T15:06:07Z') } })]);
    expect(options.clock.now()).toEqual(LATER);
  });

  it.each(['', 'A\u001b[2J', 'A\n', 'A'.repeat(256)])('does not ask a realm that is called %j', (crealm) => {
    expect(failure(() => drive(asExchange(alice()), [krbError(68, { crealm })]))).toBeInstanceOf(ProtocolError);
  });

  it('shows no control characters of a forged name', () => {
    const error = failure(() => drive(asExchange(alice()), [asRep(AES256, { client: 'al\u001b[2Jice@EVIL', rep: { padata: [info2({ etype: 18, salt: 'A.TESTalice' })] } })]));
    expect((error as Error).message).toContain('al[2Jice@EVIL');
  });

  it('asks again when another exchange corrected the clock while its request was under way', () => {
    const options = alice();
    const correctedMeanwhile = (): Uint8Array => {
      options.clock.follow(options.clock.at(NOW, 'another'));
      return krbError(37)();
    };
    expect(drive(asExchange(options), [correctedMeanwhile, asRep(AES256)]).seen).toHaveLength(2);
  });

  it('learns the time from an AS-REP when nothing else told it', () => {
    const options = alice(environment([18], new Date('2026-03-05T05:06:07Z')));
    const { result } = drive(asExchange(options), [asRep(AES256)]);
    expect(result.endTime).toEqual(LATER);
    expect(options.clock.now()).toEqual(new Date('2026-03-04T05:06:07Z'));
  });

  it('accepts the confirmation of its request (RFC 6806 §11)', () => {
    const confirmed = ({ message }: Seen): { part: object } => ({
      part: { flags: 0x40810000, encryptedPaData: [{ type: 149, value: sequence(field(0, integer(16)), field(1, octetString(etypeOf(18).checksum(AES256.value, 56, message)))) }] },
    });
    expect(drive(asExchange(alice()), [anyEtype(18), asRep(AES256, confirmed)]).result.flags).toBe(0x40810000);
  });

  const confirmation = (type: number, checksum: Uint8Array): PaData => ({ type: 149, value: sequence(field(0, integer(type)), field(1, octetString(checksum))) });
  const changedOnItsWay = ({ message }: Seen): Uint8Array => etypeOf(18).checksum(AES256.value, 56, message.map((octet, i) => (i === message.length - 1 ? octet ^ 1 : octet)));

  it.each<[string, (seen: Seen) => readonly PaData[], string]>([
    ['no confirmation, though the flag promises it', () => [], 'does not confirm the request, though it says that it does'],
    ['the confirmation of another request', (seen) => [confirmation(16, changedOnItsWay(seen))], 'confirms another request than the one that was sent'],
    ['a checksum of another type', ({ message }) => [confirmation(7, etypeOf(18).checksum(AES256.value, 56, message))], 'confirms another request'],
    ['no checksum', () => [{ type: 149, value: new Uint8Array() }], 'PA-REQ-ENC-PA-REP'],
  ])('refuses an AS-REP with %s', (_, encryptedPaData, message) => {
    const error = failure(() => drive(asExchange(alice()), [asRep(AES256, (seen) => ({ part: { flags: 0x00010000, encryptedPaData: encryptedPaData(seen) } }))]));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  it.each([
    ['another nonce', asRep(AES256, { part: { nonce: 7 } }), 'its nonce is not ours'],
    ['a TGS-REP', asRep(AES256, { msgType: 13 }), 'is no AS-REP'],
    ['another realm for the client', asRep(AES256, { client: 'alice@EVIL', rep: { padata: [info2({ etype: 18, salt: 'A.TESTalice' })] } }), 'which is not the ticket-granting service of the realm'],
    ['another service', asRep(AES256, { server: 'kadmin/changepw@A.TEST' }), 'for kadmin/changepw@A.TEST'],
    ['the ticket-granting service of another realm', asRep(AES256, { server: 'krbtgt/B.TEST@A.TEST' }), 'for krbtgt/B.TEST@A.TEST'],
    ['a ticket that is not the one of its encrypted part', asRep(AES256, { part: { sname: { nameType: 2, nameString: ['krbtgt', 'B.TEST'] } } }), 'but was made for krbtgt/B.TEST@A.TEST'],
    ['a session key of rc4-hmac, which was not asked for', asRep(AES256, { part: { key: sequentialKey(23, 1) } }), 'a session key of encryption type 23'],
    ['a session key of the wrong length', asRep(AES256, { part: { key: { etype: 18, value: new Uint8Array(31) } } }), 'a session key of 31 octets'],
    ['an encrypted part of rc4-hmac, which was not asked for', asRep(MIT_KEYS[23]!), 'is encrypted with type 23, which was not asked for'],
    ['what is no Kerberos', () => utf8('HTTP/1.1 400 Bad Request'), 'KDC-REP'],
    ['nothing', () => new Uint8Array(), 'KDC-REP'],
    ['a KRB-ERROR cut off', () => krbError(6)().subarray(0, 20), 'KRB-ERROR'],
  ])('refuses %s', (_, answer, message) => {
    const error = failure(() => drive(asExchange(alice()), [answer]));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  it.each([
    ['an AS-REP', asRep(AES256, { rep: { padata: [info2({ etype: 18, salt: 'x' })] } })],
    ['a demand for pre-authentication', preAuthRequired(ENC_TIMESTAMP, info2({ etype: 18 }), COOKIE)],
    ['a referral', krbError(68, { crealm: 'B.TEST' })],
  ])('ends in an error of ours, or goes on, whatever octet of %s is another', (_, answer) => {
    const options = (): AsExchangeOptions => alice({ secret: { kind: 'keys', keys: [AES256] } });
    const length = answer(drive(asExchange(options()), [asRep(AES256)]).seen[0]!).length;
    for (let at = 0; at < length; at++) {
      for (const bit of [0x01, 0x80]) {
        const changed = (seen: Seen): Uint8Array => answer(seen).map((octet, i) => (i === at ? octet ^ bit : octet));
        const exchange = asExchange(options());
        const { message } = exchange.next().value as KdcRequest;
        try {
          exchange.next(changed({ ...decodeKdcReq(message), to: 'A.TEST', message }));
        } catch (error) {
          expect(error).toBeInstanceOf(HyperVWsmanError);
        }
      }
    }
  });

  it('does not follow the time of an AS-REP that answers another request', () => {
    const options = alice(environment([18], new Date('2026-03-05T05:06:07Z')));
    expect(() => drive(asExchange(options), [asRep(AES256, { part: { nonce: 7 } })])).toThrow(ProtocolError);
    expect(options.clock.notes).toEqual([]);
  });

  it.each<[string, () => Uint8Array, new (message: string) => Error, string]>([
    ['says nothing about it', krbError(25), ProtocolError, 'does not say which'],
    ['has garbage as e-data', krbError(25, { eData: utf8('garbage') }), ProtocolError, 'METHOD-DATA'],
    ['has malformed hints', preAuthRequired(ENC_TIMESTAMP, { type: 19, value: utf8('x') }), ProtocolError, 'ETYPE-INFO2'],
    ['takes smart cards only', preAuthRequired({ type: 16, value: new Uint8Array() }), AuthError, 'of the types 16'],
    ['has a key of rc4-hmac only, which is not allowed', preAuthRequired(ENC_TIMESTAMP, info2({ etype: 23 })), AuthError, 'encryption types 23'],
    ['wants a key that is cheap to guess', preAuthRequired(ENC_TIMESTAMP, info2({ etype: 18, s2kparams: fromHex('00000fff') })), ProtocolError, '4095 iterations'],
    ['wants 2^32 iterations', preAuthRequired(ENC_TIMESTAMP, info2({ etype: 18, s2kparams: fromHex('00000000') })), LimitError, 'iterations'],
  ])('sends no proof to a KDC that asks for pre-authentication and %s', (_, answer, type, message) => {
    const error = failure(() => drive(asExchange(alice()), [answer]));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  it('tries a wrong password once, and does not repeat it', () => {
    const error = failure(() => drive(asExchange(alice({ secret: { kind: 'password', password: 'hunter2' } })), [anyEtype(18), krbError(24)]));
    expect(error).toMatchObject({ code: 'AUTH', kerberosError: 'KDC_ERR_PREAUTH_FAILED' });
    expect(String((error as Error).stack)).not.toContain('hunter2');
  });

  it('proves itself once, also when asked twice', () => {
    expect(failure(() => drive(asExchange(alice()), [anyEtype(18), anyEtype(18)]))).toMatchObject({ kerberosError: 'KDC_ERR_PREAUTH_REQUIRED' });
  });

  it('knows a wrong password by an AS-REP that it does not open', () => {
    const error = failure(() => drive(asExchange(alice({ secret: { kind: 'password', password: 'hunter2' } })), [asRep(AES256)]));
    expect(error).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_BAD_INTEGRITY', message: expect.stringContaining('alice@A.TEST') as string });
    expect((error as Error).message).not.toContain('hunter2');
  });

  it('takes an AS-REP that does not open with the key that was accepted for a forgery', () => {
    expect(failure(() => drive(asExchange(alice()), [anyEtype(18), asRep(SESSION_KEY)]))).toBeInstanceOf(ProtocolError);
  });

  it('refuses a ticket that has expired already', () => {
    const answer = asRep(AES256, { part: { endTime: new Date('2026-03-04T05:01:07Z') } });
    expect(failure(() => drive(asExchange(alice()), [answer]))).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_TKT_EXPIRED' });
  });

  it.each([
    [6, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
    [12, 'KDC_ERR_POLICY'],
    [14, 'KDC_ERR_ETYPE_NOSUPP'],
    [18, 'KDC_ERR_CLIENT_REVOKED'],
    [23, 'KDC_ERR_KEY_EXPIRED'],
    [52, 'KRB_ERR_RESPONSE_TOO_BIG'],
    [68, 'KDC_ERR_WRONG_REALM'],
  ])('ends in an AuthError for error %i', (code, kerberosError) => {
    expect(failure(() => drive(asExchange(alice()), [krbError(code)]))).toMatchObject({ code: 'AUTH', kerberosError });
  });
});
