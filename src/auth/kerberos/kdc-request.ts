/** What every request to a KDC has in common (RFC 4120 §5.4.1). */
import { dataView } from '../../bytes.js';
import type { KerberosClock } from './clock.js';
import { NAME_TYPE, type Principal } from './principal.js';

/** What every exchange with a KDC needs. */
export type ExchangeOptions = {
  /** The numbers of the encryption types to ask for and to accept, the preferred first. */
  readonly etypes: readonly number[];
  /** So many octets that nobody can guess. */
  readonly random: (length: number) => Uint8Array;
  readonly clock: KerberosClock;
};

/** The bits of KDCOptions in use (RFC 4120 §5.4.1, RFC 6806 §3); bit 0 of the RFC is the highest of 32. */
export const KDC_OPTION = { forwardable: 0x40000000, forwarded: 0x20000000, renewable: 0x00800000, canonicalize: 0x00010000, renew: 0x00000002 } as const;

/** No ticket lives longer; Windows asks for it too, to get all that the realm's policy allows. */
export const AS_LONG_AS_ALLOWED: Date = new Date('2037-09-13T02:48:05Z');

/** What the answer must repeat. It has 31 bits, for there are KDCs that take it for a signed number. */
export function newNonce(random: (length: number) => Uint8Array): number {
  return dataView(random(4)).getUint32(0) & 0x7fffffff;
}

/** The ticket-granting service of a realm: `krbtgt/REALM@REALM` (RFC 4120 §7.3). */
export function ticketGranting(realm: string): Principal {
  return { realm, name: { nameType: NAME_TYPE.srvInst, nameString: ['krbtgt', realm] } };
}
