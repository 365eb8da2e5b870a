/** Tickets as a KDC of the realm LAB.EXAMPLE would give them, for tests. */
import type { Credential, EncryptionKey } from '../../../src/auth/kerberos/credential.js';
import { KEY_USAGE, etypeOf } from '../../../src/auth/kerberos/crypto/etypes.js';
import { encryptPart } from '../../../src/auth/kerberos/encryption.js';
import { encodeEncTicketPart, encodeTicket } from '../../../src/auth/kerberos/messages/ticket.js';
import { principalOf } from './principal-of.js';

export const NOW = new Date('2026-03-04T05:06:07.890Z');

export const minutesFromNow = (minutes: number): Date => new Date(Date.UTC(2026, 2, 4, 5, 6 + minutes, 7));

/** Different bytes at each call, the same in each run. */
export function counter(first: number): (length: number) => Uint8Array {
  let next = first;
  return (length) => Uint8Array.from({ length }, () => (next++ * 37) & 0xff);
}

export const keyOf = (etype: number, first: number): EncryptionKey => ({ etype, value: counter(first)(etypeOf(etype).keyLength) });

export type TicketOptions = {
  readonly etype?: number;
  readonly client?: string;
  readonly server?: string;
  /** The key of the service. */
  readonly serviceKey?: EncryptionKey;
  readonly startTime?: Date | null;
  readonly endTime?: Date;
  readonly flags?: number;
};

/** A ticket for a service whose key is `keyOf(etype, 1)` unless told; its session key is `keyOf(etype, 2)`. */
export function issue(options: TicketOptions = {}): Credential {
  const { etype = 18, server = 'HTTP/hv01.lab.example@LAB.EXAMPLE', serviceKey = keyOf(etype, 1), startTime = null, flags = 0x40000000 } = options;
  const client = principalOf(options.client ?? 'anna@LAB.EXAMPLE');
  const { realm, name: sname } = principalOf(server);
  const sessionKey = keyOf(etype, 2);
  const authTime = minutesFromNow(-60);
  const endTime = options.endTime ?? minutesFromNow(60);
  const part = encodeEncTicketPart({
    flags,
    key: sessionKey,
    crealm: client.realm,
    cname: client.name,
    authtime: authTime,
    starttime: startTime,
    endtime: endTime,
    renewTill: null,
    authorizationData: null,
  });
  const ticket = encodeTicket({ realm, sname, encPart: { ...encryptPart(serviceKey, KEY_USAGE.ticket, part, counter(3)), kvno: 1 } });
  return { client, server: { realm, name: sname }, sessionKey, ticket, flags, authTime, startTime, endTime, renewTill: null };
}
