/** The one message of CredSSP (MS-CSSP 2.2.1): it carries the tokens of the inner handshake, then the proofs, then the credentials. */
import { ProtocolError } from '../../errors.js';
import { type DerElement, contentsOf, readElement, readElements, readFields, readInteger } from '../der/read.js';
import { TAG } from '../der/tag.js';
import { field, integer, octetString, sequence } from '../der/write.js';

/** A TSRequest; what it does not carry is `null`. */
export type TsRequest = {
  /** The version its sender speaks, 2 to 6; a higher one means that it speaks those too. */
  readonly version: number;
  /** A token of the inner handshake. */
  readonly negoToken: Uint8Array | null;
  /** The sealed TSCredentials: signature, then data. */
  readonly authInfo: Uint8Array | null;
  /** The sealed proof of the server's public key: signature, then data. */
  readonly pubKeyAuth: Uint8Array | null;
  /** Why the server gave up: an NTSTATUS, unsigned. */
  readonly errorCode: number | null;
  /** 32 random bytes of the client, from version 5 on. */
  readonly clientNonce: Uint8Array | null;
};

/** Encodes a TSRequest with the fields given. */
export function encodeTsRequest({ version, negoToken, authInfo, pubKeyAuth, errorCode, clientNonce }: Partial<TsRequest> & Pick<TsRequest, 'version'>): Uint8Array {
  return sequence(
    field(0, integer(version)),
    // NegoData ::= SEQUENCE OF SEQUENCE { negoToken [0] OCTET STRING } (2.2.1.1)
    ...optional(1, negoToken, (token) => sequence(sequence(field(0, octetString(token))))),
    ...optional(2, authInfo, octetString),
    ...optional(3, pubKeyAuth, octetString),
    // Windows writes the NTSTATUS as the signed number that its four octets are.
    ...optional(4, errorCode, (status) => integer(status | 0)),
    ...optional(5, clientNonce, octetString),
  );
}

/**
 * Decodes a TSRequest. Fields of later versions are passed over.
 *
 * @throws ProtocolError - it is not one, or it holds more than one token of the inner handshake
 */
export function decodeTsRequest(bytes: Uint8Array): TsRequest {
  const fields = readFields(readElement(bytes, TAG.sequence));
  const octets = (number: number): Uint8Array | null => present(fields.get(number), (one) => contentsOf(one, TAG.octetString));
  return {
    version: readInteger(contentsOf(fields.get(0), TAG.integer)),
    negoToken: present(fields.get(1), readNegoData),
    authInfo: octets(2),
    pubKeyAuth: octets(3),
    errorCode: present(fields.get(4), readErrorCode),
    clientNonce: octets(5),
  };
}

function readNegoData(negoData: DerElement): Uint8Array {
  const items = readElements(contentsOf(negoData, TAG.sequence));
  if (items.length !== 1) throw new ProtocolError(`The TSRequest holds ${items.length} tokens (MS-CSSP 2.2.1.1); one is expected`);
  return contentsOf(readFields(contentsOf(items[0], TAG.sequence)).get(0), TAG.octetString);
}

function readErrorCode(errorCode: DerElement): number {
  const status = readInteger(contentsOf(errorCode, TAG.integer));
  if (status < -(2 ** 31) || status >= 2 ** 32) throw new ProtocolError('The errorCode of the TSRequest (MS-CSSP 2.2.1) has more than 32 bits');
  return status >>> 0;
}

function optional<T>(number: number, value: T | null | undefined, encode: (value: T) => Uint8Array): readonly Uint8Array[] {
  return value === null || value === undefined ? [] : [field(number, encode(value))];
}

function present<T>(one: DerElement | undefined, read: (one: DerElement) => T): T | null {
  return one === undefined ? null : read(one);
}
