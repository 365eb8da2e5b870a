import { dataView } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import type { Protection } from './protection.js';

/** Octets of the header of a Wrap token and of a MIC token before its checksum (RFC 4121 §4.2.6). */
export const HEADER_LENGTH = 16;

/** TOK_ID of the two per-message tokens (RFC 4121 §4.2.6). */
export const TOK_ID = { mic: 0x0404, wrap: 0x0504 } as const;

/** The bits of the Flags field (RFC 4121 §4.2.2). */
const FLAG = { sentByAcceptor: 1, sealed: 2, acceptorSubkey: 4 } as const;

/** The fields of a header that differ from token to token. EC and RRC stand in Wrap tokens only, and are filler in others. */
export type TokenHeader = {
  /** Octets of filler between the message and the copy of the header. */
  readonly ec: number;
  /** By how many octets all after the header is rotated to the right. */
  readonly rrc: number;
  /** SND_SEQ, 64 bits. */
  readonly sequence: bigint;
};

/** The header of a token that the sender makes. */
export function encodeHeader(tokId: number, { sender, acceptorSubkey }: Protection, { ec, rrc, sequence }: TokenHeader): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  const view = dataView(header);
  const sealed = tokId === TOK_ID.wrap ? FLAG.sealed : 0;
  view.setUint16(0, tokId);
  view.setUint8(2, sealed | (sender === 'acceptor' ? FLAG.sentByAcceptor : 0) | (acceptorSubkey ? FLAG.acceptorSubkey : 0));
  view.setUint8(3, 0xff);
  view.setUint16(4, ec);
  view.setUint16(6, rrc);
  view.setBigUint64(8, sequence);
  return header;
}

/**
 * Reads the header of a token of the sender. Nothing in it is proven yet.
 *
 * @throws ProtocolError - it is another token, of the other side, made with the other key, or a Wrap token that is not sealed
 */
export function readHeader(tokId: number, { sender, acceptorSubkey }: Protection, token: Uint8Array): TokenHeader {
  if (token.length < HEADER_LENGTH) throw new ProtocolError(`A Kerberos per-message token has at least ${HEADER_LENGTH} octets, but this one has ${token.length}`);
  const view = dataView(token);
  const found = view.getUint16(0);
  if (found !== tokId) throw new ProtocolError(`A Kerberos per-message token has TOK_ID ${hex(found)}, but ${hex(tokId)} is expected here`);
  const flags = view.getUint8(2);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(FLAG.sentByAcceptor) !== (sender === 'acceptor')) throw new ProtocolError('A Kerberos per-message token was made by this side: it was sent back');
  if (has(FLAG.acceptorSubkey) !== acceptorSubkey) throw new ProtocolError(`A Kerberos per-message token was made ${acceptorSubkey ? 'without the' : 'with a'} subkey of the acceptor`);
  if (has(FLAG.sealed) !== (tokId === TOK_ID.wrap)) throw new ProtocolError('A Kerberos Wrap token is signed, but not sealed');
  if (view.getUint8(3) !== 0xff) throw new ProtocolError('A Kerberos per-message token has no filler where it must stand');
  return { ec: view.getUint16(4), rrc: view.getUint16(6), sequence: view.getBigUint64(8) };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
