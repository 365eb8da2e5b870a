import type { SessionOptions } from '../../../../src/auth/kerberos/per-message/kerberos-session.js';
import { KerberosSession } from '../../../../src/auth/kerberos/per-message/kerberos-session.js';
import { etypeOf } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { concat, dataView, utf8 } from '../../../../src/bytes.js';

export const SIDES = ['initiator', 'acceptor'] as const;
export type Side = (typeof SIDES)[number];

export const peerOf = (side: Side): Side => (side === 'initiator' ? 'acceptor' : 'initiator');

/** Every encryption type that a session can have. */
export const ETYPE_NUMBERS = [18, 17, 20, 19, 23] as const;

/** A key as long as the encryption type wants, and no secret. */
export const keyOf = (etype: number): Uint8Array => Uint8Array.from({ length: etypeOf(etype).keyLength }, (_, index) => index + 1);

const DEFAULTS = { side: 'initiator', acceptorSubkey: true, sendSequence: 7, receiveSequence: 9, random: (length: number) => new Uint8Array(length).fill(0x5a) } as const;

export function newSession(etype: number, options: Partial<SessionOptions> = {}): KerberosSession {
  return new KerberosSession({ key: { etype, value: keyOf(etype) }, ...DEFAULTS, ...options });
}

/** Both ends of one context. */
export function newPair(etype: number): { readonly initiator: KerberosSession; readonly acceptor: KerberosSession } {
  return { initiator: newSession(etype), acceptor: newSession(etype, { side: 'acceptor', sendSequence: 9, receiveSequence: 7 }) };
}

/** The fields of a Wrap token of RFC 4121 that a test may want to be unusual. */
export type WrapFields = { readonly flags: number; readonly filler: number; readonly ec: number; readonly rrc: number; readonly copiedRrc: number; readonly sequence: number };

/** A sealed token of the acceptor, composed by RFC 4121 §4.2.4 and §4.2.5 field by field. */
export function wrapTokenOf(etypeNumber: number, message: string, fields: Partial<WrapFields> = {}): Uint8Array {
  const { flags = 7, filler = fields.ec ?? 0, ec = 0, rrc = 0, copiedRrc = 0, sequence = 9 } = fields;
  const etype = etypeOf(etypeNumber);
  const header = (rotation: number): Uint8Array => {
    const octets = Uint8Array.of(0x05, 0x04, flags, 0xff, ec >> 8, ec & 0xff, rotation >> 8, rotation & 0xff, 0, 0, 0, 0, 0, 0, 0, 0);
    dataView(octets).setUint32(12, sequence);
    return octets;
  };
  const plaintext = concat(utf8(message), new Uint8Array(filler).fill(0xff), header(copiedRrc));
  const encrypted = etype.encrypt(keyOf(etypeNumber), 22, plaintext, new Uint8Array(16).fill(3));
  const start = encrypted.length - (rrc % encrypted.length);
  return concat(header(rrc), encrypted.subarray(start), encrypted.subarray(0, start));
}
