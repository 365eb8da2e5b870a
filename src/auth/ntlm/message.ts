/** What the three NTLM messages have in common: signature, type, fields that point into a payload, VERSION (MS-NLMP 2.2.1). */

import { concat, dataView, equalConstantTime, fromLatin1, fromUtf16le, utf8, utf16le } from '../../bytes.js';
import { LimitError, ProtocolError } from '../../errors.js';
import { hasFlag } from './flags.js';

/** The MessageType field (MS-NLMP 2.2.1.1 to 2.2.1.3). */
export type MessageType = 1 | 2 | 3;

/** The VERSION structure (MS-NLMP 2.2.2.10), for debugging only: no field of it changes what a peer does. */
export type Version = {
  readonly productMajorVersion: number;
  readonly productMinorVersion: number;
  readonly productBuild: number;
  readonly ntlmRevisionCurrent: number;
};

/** A payload field to be written: where its eight-byte descriptor stands in the header, and its value. */
export type PayloadField = { readonly name: string; readonly at: number; readonly value: Uint8Array };

/** The revision of NTLM in use since Windows Server 2003, the only one listed (MS-NLMP 2.2.2.10). */
export const NTLMSSP_REVISION_W2K3 = 0x0f;

const SIGNATURE = utf8('NTLMSSP\0');
const MESSAGE_NAMES = { 1: 'NEGOTIATE_MESSAGE', 2: 'CHALLENGE_MESSAGE', 3: 'AUTHENTICATE_MESSAGE' } as const;

/**
 * The type of an NTLM message.
 *
 * @throws ProtocolError - the signature is not `NTLMSSP` and a zero byte, or the type is none of the three
 */
export function messageType(message: Uint8Array): MessageType {
  if (message.length < 12 || !equalConstantTime(message.subarray(0, 8), SIGNATURE)) {
    throw new ProtocolError('The token is not an NTLM message: it does not begin with NTLMSSP');
  }
  const type = dataView(message).getUint32(8, true);
  if (type !== 1 && type !== 2 && type !== 3) throw new ProtocolError(`The NTLM message has the unknown type ${type}`);
  return type;
}

/**
 * Checks that a message has the expected type and at least its fixed part.
 *
 * @returns a view of the message
 * @throws ProtocolError - it has not
 */
export function expectMessage(message: Uint8Array, type: MessageType, headerLength: number): DataView {
  const actual = messageType(message);
  if (actual !== type) throw new ProtocolError(`Expected an NTLM ${MESSAGE_NAMES[type]}, but the peer sent a ${MESSAGE_NAMES[actual]}`);
  if (message.length < headerLength) {
    throw new ProtocolError(`The NTLM ${MESSAGE_NAMES[type]} is ${message.length} bytes long; its header alone takes ${headerLength}`);
  }
  return dataView(message);
}

/**
 * The value that a field descriptor (Len, MaxLen, BufferOffset) points to; MaxLen is ignored, as the specification demands.
 *
 * @param at - offset of the descriptor in the header
 * @throws ProtocolError - the value reaches beyond the message, or begins inside the first 12 bytes
 */
export function readField(message: Uint8Array, at: number, name: string): Uint8Array {
  const view = dataView(message);
  const length = view.getUint16(at, true);
  if (length === 0) return new Uint8Array();
  const offset = view.getUint32(at + 4, true);
  if (offset < 12 || offset + length > message.length) {
    throw new ProtocolError(`The NTLM field ${name} (${length} bytes at ${offset}) lies outside its message of ${message.length} bytes`);
  }
  return message.slice(offset, offset + length);
}

/**
 * The text of a field in the negotiated character set; OEM text is read as ISO-8859-1, since its code page is not told.
 *
 * @throws ProtocolError - Unicode text with half a character
 */
export function decodeText(value: Uint8Array, flags: number, name: string): string {
  return hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE') ? decodeUnicode(value, name) : fromLatin1(value);
}

/**
 * Text that is Unicode whatever was negotiated.
 *
 * @throws ProtocolError - an odd number of bytes
 */
export function decodeUnicode(value: Uint8Array, name: string): string {
  if (value.length % 2 !== 0) throw new ProtocolError(`The NTLM field ${name} is Unicode text of ${value.length} bytes, which is not even`);
  return fromUtf16le(value);
}

/** The bytes of a text in the negotiated character set; without Unicode only ASCII text is of use. */
export function encodeText(text: string, flags: number): Uint8Array {
  return hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE') ? utf16le(text) : utf8(text);
}

/**
 * A message with its signature, type and payload; the rest of the header is zero and for the caller to fill in.
 *
 * @param fields - in the order of their values in the payload
 * @throws LimitError - a value is longer than the 65,535 bytes that its descriptor can tell
 */
export function assemble(type: MessageType, headerLength: number, fields: readonly PayloadField[]): Uint8Array {
  const message = concat(SIGNATURE, new Uint8Array(headerLength - SIGNATURE.length), ...fields.map(({ value }) => value));
  const view = dataView(message);
  view.setUint32(8, type, true);
  let offset = headerLength;
  for (const { name, at, value } of fields) {
    if (value.length > 0xffff) throw new LimitError(`The NTLM field ${name} would be ${value.length} bytes long; 65535 is the most it can be`);
    view.setUint16(at, value.length, true);
    view.setUint16(at + 2, value.length, true);
    view.setUint32(at + 4, offset, true);
    offset += value.length;
  }
  return message;
}

/** Writes VERSION at an offset; `null` leaves its eight bytes zero. */
export function writeVersion(view: DataView, at: number, version: Version | null): void {
  if (version === null) return;
  view.setUint8(at, version.productMajorVersion);
  view.setUint8(at + 1, version.productMinorVersion);
  view.setUint16(at + 2, version.productBuild, true);
  view.setUint8(at + 7, version.ntlmRevisionCurrent);
}

/** VERSION at an offset; `null` when the flag says that it is not populated, or the message is too short for it. */
export function readVersion(view: DataView, at: number, flags: number): Version | null {
  if (!hasFlag(flags, 'NTLMSSP_NEGOTIATE_VERSION') || view.byteLength < at + 8) return null;
  return {
    productMajorVersion: view.getUint8(at),
    productMinorVersion: view.getUint8(at + 1),
    productBuild: view.getUint16(at + 2, true),
    ntlmRevisionCurrent: view.getUint8(at + 7),
  };
}
