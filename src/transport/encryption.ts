import type { ContextScheme } from '../auth/authenticator.js';
import type { SealedMessage } from '../auth/security-context.js';
import { concat, dataView, fromLatin1, uint32le, utf8 } from '../bytes.js';
import { ProtocolError } from '../errors.js';

/**
 * Sealed bodies as MS-WSMV 2.2.9.1 lays them out and Windows sends them. Each part of a message is a pair: one that tells type
 * and length of the plaintext, then one with the length of the signature (uint32 LE), the signature and the ciphertext.
 * There is no blank line after the part headers, and each of them starts with a TAB.
 *
 * `multipart/encrypted` has one pair. CredSSP seals at most 16 KiB at a time: a longer message is
 * `multipart/x-multi-encrypted`, with a pair for each portion.
 */

const BOUNDARY = 'Encrypted Boundary';
const PROTOCOLS: Readonly<Record<ContextScheme, string>> = {
  Negotiate: 'application/HTTP-SPNEGO-session-encrypted',
  Kerberos: 'application/HTTP-Kerberos-session-encrypted',
  CredSSP: 'application/HTTP-CredSSP-session-encrypted',
};

/** One pair of a sealed body. */
export type EncryptedPart = {
  /** Type of the plaintext, with its charset: `application/soap+xml;charset=UTF-8`. */
  readonly contentType: string;
  /** What `Length=` says: the length of the plaintext in bytes, and with rc4-hmac that of its padding too. */
  readonly length: number;
  readonly sealed: SealedMessage;
};

/** The Content-Type of a sealed body with so many parts. */
export function encryptedContentType(scheme: ContextScheme, parts: number): string {
  return `multipart/${parts === 1 ? 'encrypted' : 'x-multi-encrypted'};protocol="${PROTOCOLS[scheme]}";boundary="${BOUNDARY}"`;
}

/** Lays out a sealed body; its Content-Type is {@link encryptedContentType}. */
export function encodeEncrypted(scheme: ContextScheme, parts: readonly EncryptedPart[]): Uint8Array {
  return concat(...parts.flatMap((part) => encodePart(PROTOCOLS[scheme], part)), utf8(`--${BOUNDARY}--\r\n`));
}

function encodePart(protocol: string, { contentType, length, sealed }: EncryptedPart): readonly Uint8Array[] {
  const head =
    `--${BOUNDARY}\r\n\tContent-Type: ${protocol}\r\n\tOriginalContent: type=${contentType};Length=${length}\r\n` +
    `--${BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n`;
  return [utf8(head), uint32le(sealed.signature.length), sealed.signature, sealed.data];
}

/** Whether a Content-Type says that the body is sealed. */
export function isEncrypted(contentType: string): boolean {
  return /^\s*multipart\/(?:x-multi-)?encrypted\b/i.test(contentType);
}

const HEAD_LIMIT = 2048;
const TAIL_LIMIT = 128;
/** Tolerates what known servers do: no TABs, a space after the dashes (MS-WSMV 4.5). */
const HEAD =
  /-- ?Encrypted Boundary\r?\n[ \t]*Content-Type:[^\n]*\n[ \t]*OriginalContent:[ \t]*type=([^\r\n]*);[ \t]*Length=(\d{1,9})[ \t]*\r?\n-- ?Encrypted Boundary\r?\n[ \t]*Content-Type:[ \t]*application\/octet-stream[ \t]*\r?\n/i;
const HEADS = new RegExp(HEAD, 'gi');
/** Tolerates no dashes at the end (MS-WSMV 4.5) and further line ends behind. */
const TAIL = /-- ?Encrypted Boundary(?:--)?(?:\r?\n)*$/i;

/**
 * Takes a sealed body apart.
 *
 * @param contentType - the body's; it tells whether there may be more than one pair
 * @throws ProtocolError - not this layout, or lengths that do not fit
 */
export function decodeEncrypted(contentType: string, body: Uint8Array): readonly EncryptedPart[] {
  const isMulti = /^\s*multipart\/x-multi-encrypted\b/i.test(contentType);
  // Only a long CredSSP message is looked through: its own TLS records cannot be made to hold the text of a head.
  const heads = isMulti ? [...fromLatin1(body).matchAll(HEADS)] : [HEAD.exec(fromLatin1(body.subarray(0, HEAD_LIMIT)))].filter((head) => head !== null);
  const tailStart = Math.max(0, body.length - TAIL_LIMIT);
  const tail = TAIL.exec(fromLatin1(body.subarray(tailStart)));
  if (heads[0] === undefined || fromLatin1(body.subarray(0, heads[0].index)).trim() !== '' || tail === null) {
    throw new ProtocolError('The sealed answer is not laid out as multipart/encrypted');
  }
  const ends = [...heads.slice(1).map((head) => head.index), tailStart + tail.index];
  return heads.map((head, index) => decodePart(head, body.subarray(head.index + head[0].length, ends[index])));
}

function decodePart([, contentType, length]: RegExpExecArray, payload: Uint8Array): EncryptedPart {
  const signatureLength = payload.length < 4 ? Number.NaN : dataView(payload).getUint32(0, true);
  if (!(signatureLength <= payload.length - 4)) throw new ProtocolError('The signature of the sealed answer is longer than the answer');
  return {
    contentType: contentType!,
    length: Number(length),
    sealed: { signature: payload.subarray(4, 4 + signatureLength), data: payload.subarray(4 + signatureLength) },
  };
}
