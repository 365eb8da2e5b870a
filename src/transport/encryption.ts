import type { SealedMessage } from '../auth/security-context.js';
import { concat, dataView, fromLatin1, utf8 } from '../bytes.js';
import { ProtocolError } from '../errors.js';

/**
 * Sealed bodies, `multipart/encrypted` as MS-WSMV 2.2.9.1 lays it out and Windows sends it: a part that tells type and
 * length of the plaintext, then a part with the length of the signature (uint32 LE), the signature and the ciphertext.
 * There is no blank line after the part headers, and each of them starts with a TAB.
 */

const BOUNDARY = 'Encrypted Boundary';
const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';

/** The Content-Type of a sealed body. */
export const ENCRYPTED_CONTENT_TYPE: string = `multipart/encrypted;protocol="${PROTOCOL}";boundary="${BOUNDARY}"`;

/** The parts of a sealed body. */
export type EncryptedBody = {
  /** Type of the plaintext, with its charset: `application/soap+xml;charset=UTF-8`. */
  readonly contentType: string;
  /** Length of the plaintext, in bytes. */
  readonly length: number;
  readonly sealed: SealedMessage;
};

/** Lays out a sealed body; its Content-Type is {@link ENCRYPTED_CONTENT_TYPE}. */
export function encodeEncrypted({ contentType, length, sealed }: EncryptedBody): Uint8Array {
  const signatureLength = new Uint8Array(4);
  dataView(signatureLength).setUint32(0, sealed.signature.length, true);
  return concat(
    utf8(
      `--${BOUNDARY}\r\n\tContent-Type: ${PROTOCOL}\r\n\tOriginalContent: type=${contentType};Length=${length}\r\n` +
        `--${BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n`,
    ),
    signatureLength,
    sealed.signature,
    sealed.data,
    utf8(`--${BOUNDARY}--\r\n`),
  );
}

/** Whether a Content-Type says that the body is sealed. */
export function isEncrypted(contentType: string): boolean {
  return /^\s*multipart\/encrypted\b/i.test(contentType);
}

const HEAD_LIMIT = 2048;
const TAIL_LIMIT = 128;
/** Tolerates what known servers do: no TABs, a space after the dashes (MS-WSMV 4.5). */
const HEAD =
  /^\s*-- ?Encrypted Boundary\r?\n[ \t]*Content-Type:[^\n]*\n[ \t]*OriginalContent:[ \t]*type=([^\r\n]*);[ \t]*Length=(\d{1,9})[ \t]*\r?\n-- ?Encrypted Boundary\r?\n[ \t]*Content-Type:[ \t]*application\/octet-stream[ \t]*\r?\n/i;
/** Tolerates no dashes at the end (MS-WSMV 4.5) and further line ends behind. */
const TAIL = /-- ?Encrypted Boundary(?:--)?(?:\r?\n)*$/i;

/**
 * Takes a sealed body apart.
 *
 * @throws ProtocolError - not this layout, or lengths that do not fit
 */
export function decodeEncrypted(body: Uint8Array): EncryptedBody {
  const head = HEAD.exec(fromLatin1(body.subarray(0, HEAD_LIMIT)));
  const tailStart = Math.max(0, body.length - TAIL_LIMIT);
  const tail = TAIL.exec(fromLatin1(body.subarray(tailStart)));
  if (head?.[1] === undefined || tail === null) throw new ProtocolError('The sealed answer is not laid out as multipart/encrypted');
  const payload = body.subarray(head[0].length, tailStart + tail.index);
  const signatureLength = payload.length < 4 ? Number.NaN : dataView(payload).getUint32(0, true);
  if (!(signatureLength <= payload.length - 4)) throw new ProtocolError('The signature of the sealed answer is longer than the answer');
  return {
    contentType: head[1],
    length: Number(head[2]),
    sealed: { signature: payload.subarray(4, 4 + signatureLength), data: payload.subarray(4 + signatureLength) },
  };
}
