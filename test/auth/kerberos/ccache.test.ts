import { describe, expect, it } from 'vitest';
import { decodeCcache } from '../../../src/auth/kerberos/ccache.js';
import { decryptPart } from '../../../src/auth/kerberos/encryption.js';
import { KEY_USAGE } from '../../../src/auth/kerberos/crypto/etypes.js';
import { decodeEncTicketPart, decodeTicket } from '../../../src/auth/kerberos/messages/ticket.js';
import { formatPrincipal } from '../../../src/auth/kerberos/principal.js';
import { fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { UsageError } from '../../../src/errors.js';
import { ANNA, AUTH_TIME, END_TIME, KRBTGT, RENEW_TILL, SERVICE, keyOf, recordedFile } from './recorded.js';

/** Flags by the letters that klist -f prints (RFC 4120 §5.3): forwardable, renewable, initial, pre-authent, transited-policy-checked, ok-as-delegate. */
const F = 0x40000000, R = 0x00800000, I = 0x00400000, A = 0x00200000, T = 0x00080000, O = 0x00040000;
/** enc-pa-rep (RFC 6806 §11), for which klist has no letter. */
const ENC_PA_REP = 0x00010000;

/** Pieces of a version 4 file, by hand: an empty header; anna@R; times of 1 to 4 seconds. */
const NO_HEADER = '0504 0000';
const PRINCIPAL = '00000001 00000001 00000001 52 00000004 616e6e61';
const KEY_V4 = '0012 00000002 abcd';
const TIMES = '00000001 00000002 00000003 00000004';
const NO_LISTS = '00000000 00000000';
const TICKET = '00000003 610130 00000000';

describe('decodeCcache', () => {
  it.each(['v3.ccache', 'v4.ccache'])('reads what kinit and kvno left, as klist -ef shows it: %s', (name) => {
    const { primary, credentials } = decodeCcache(recordedFile(name));
    expect(formatPrincipal(primary)).toBe(ANNA);
    const shown = credentials.map(({ client, server, flags, sessionKey, authTime, startTime, endTime, renewTill }) =>
      ({ client: formatPrincipal(client), server: formatPrincipal(server), flags, etype: sessionKey.etype, authTime, startTime, endTime, renewTill }));
    const common = { client: ANNA, etype: 18, authTime: AUTH_TIME, startTime: AUTH_TIME, endTime: END_TIME, renewTill: RENEW_TILL };
    expect(shown).toEqual([
      { ...common, server: KRBTGT, flags: F | R | I | A | ENC_PA_REP },
      { ...common, server: SERVICE, flags: F | R | A | T | O | ENC_PA_REP },
    ]);
  });

  it.each(['v3.ccache', 'v4.ccache'])('the tickets and session keys belong together: %s', (name) => {
    for (const { server, ticket, sessionKey, flags } of decodeCcache(recordedFile(name)).credentials) {
      const { encPart } = decodeTicket(ticket);
      const part = decodeEncTicketPart(decryptPart(keyOf(formatPrincipal(server)), KEY_USAGE.ticket, encPart));
      expect(toHex(part.key.value)).toBe(toHex(sessionKey.value));
      expect(part.flags).toBe(flags);
    }
  });

  it.each([
    ['the offset of the KDC', '000c 0001 0008 00000003 0007a120'],
    ['an unknown tag', '0006 0002 0002 ffff'],
    ['nothing', '0000'],
  ])('passes over a header with %s', (_name, header) => {
    expect(formatPrincipal(decodeCcache(fromHex(`0504 ${header} ${PRINCIPAL}`)).primary)).toBe('anna@R');
  });

  it('leaves out a ticket for user-to-user authentication', () => {
    const file = (isSkey: string): string => `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${PRINCIPAL} ${KEY_V4} ${TIMES} ${isSkey} 00000000 ${NO_LISTS} ${TICKET}`;
    expect(['00', '01'].map((isSkey) => decodeCcache(fromHex(file(isSkey))).credentials.length)).toEqual([1, 0]);
  });

  it('an entry with addresses, authorization data and a second ticket', () => {
    const lists = '00000001 0002 00000004 7f000001 00000002 0001 00000000 0080 00000001 aa';
    const file = `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${PRINCIPAL} ${KEY_V4} ${TIMES} 00 40000000 ${lists} 00000003 610130 00000001 ff`;
    const principal = { realm: 'R', name: { nameType: 1, nameString: ['anna'] } };
    expect(decodeCcache(fromHex(file)).credentials).toEqual([{
      client: principal,
      server: principal,
      sessionKey: { etype: 18, value: fromHex('abcd') },
      ticket: fromHex('610130'),
      flags: 0x40000000,
      authTime: new Date(1000),
      startTime: new Date(2000),
      endTime: new Date(3000),
      renewTill: new Date(4000),
    }]);
  });

  it.each([
    ['starttime and renew_till of zero are none', '00000001 00000000 00000003 00000000', [[null, null]]],
    ['a ticket that ends at zero was removed', 'ffffffff 00000000 00000000 00000000', []],
  ])('%s', (_name, times, expected) => {
    const file = `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${PRINCIPAL} ${KEY_V4} ${times} 00 00000000 ${NO_LISTS} ${TICKET}`;
    expect(decodeCcache(fromHex(file)).credentials.map(({ startTime, renewTill }) => [startTime, renewTill])).toEqual(expected);
  });

  it('a setting that has an end time, as Heimdal writes it, is no ticket', () => {
    const setting = `00000000 00000001 0000000c ${toHex(utf8('X-CACHECONF:'))} 00000001 61`;
    const file = `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${setting} ${KEY_V4} ${TIMES} 00 00000000 ${NO_LISTS} ${TICKET}`;
    expect(decodeCcache(fromHex(file)).credentials).toEqual([]);
  });

  it.each([
    ['nothing', '', 'no credential cache'],
    ['a text', '4b52', 'no credential cache'],
    ['version 1', '0501', 'old version 1'],
    ['version 2', '0502', 'old version 2'],
    ['a cut header', '0504 0004 0001', 'damaged'],
    ['no principal', NO_HEADER, 'damaged'],
    ['a count of components beyond the file', `${NO_HEADER} 00000001 ffffffff 00000001 52`, 'damaged'],
    ['a length beyond the file', `${NO_HEADER} 00000001 00000001 ffffffff 52`, 'damaged'],
    ['a count of addresses beyond the file', `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${PRINCIPAL} ${KEY_V4} ${TIMES} 00 00000000 ffffffff`, 'damaged'],
    ['a cut ticket', `${NO_HEADER} ${PRINCIPAL} ${PRINCIPAL} ${PRINCIPAL} ${KEY_V4} ${TIMES} 00 00000000 ${NO_LISTS} 00000003 61`, 'damaged'],
  ])('%s is refused', (_name, hex, message) => {
    expect(() => decodeCcache(fromHex(hex))).toThrow(UsageError);
    expect(() => decodeCcache(fromHex(hex))).toThrow(message);
  });
});
