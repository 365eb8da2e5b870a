/** A token of CredSSP for people: the TLS records that it is, of which only the outside is readable. */
import { dataView } from '../../bytes.js';
import { LimitError, ProtocolError } from '../../errors.js';

/** What {@link describeCredsspToken} gives: plain data, ready for JSON. */
export type CredsspTokenDescription = {
  /**
   * The HandshakeType of the message that the token begins with; `null` when it does not begin with a handshake, or with one
   * that is none of those which come in the clear.
   */
  readonly handshake: string | null;
  readonly records: readonly TlsRecordDescription[];
};

/** The header of a TLS record (RFC 8446 §5.1); `fragment` is all behind it. */
export type TlsRecordDescription = {
  readonly contentType: 'change_cipher_spec' | 'alert' | 'handshake' | 'application_data';
  /** TLS 1.3 writes that of TLS 1.2, and the first record of a client often has that of TLS 1.0. */
  readonly recordVersion: 'TLS 1.0' | 'TLS 1.1' | 'TLS 1.2';
  readonly fragment: { readonly bytes: number };
};

const CONTENT_TYPES: ReadonlyMap<number, TlsRecordDescription['contentType']> = new Map([
  [20, 'change_cipher_spec'],
  [21, 'alert'],
  [22, 'handshake'],
  [23, 'application_data'],
]);

const RECORD_VERSIONS: ReadonlyMap<number, TlsRecordDescription['recordVersion']> = new Map([
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
]);

/** HandshakeType (RFC 8446 §4, RFC 5246 §7.4) of the messages with which a flight of either side can begin in the clear. */
const HANDSHAKE_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'client_hello'],
  [2, 'server_hello'],
  [4, 'new_session_ticket'],
  [11, 'certificate'],
  [16, 'client_key_exchange'],
]);

const HEADER_LENGTH = 5;
/** TLSCiphertext.length of TLS 1.2, which allows the longest (RFC 5246 §6.2.3). */
const MAX_FRAGMENT = 2 ** 14 + 2048;
/** More than any token holds; a hostile one of millions of empty records would fill the memory. */
const MAX_RECORDS = 10_000;

/**
 * The headers of the TLS records that a token of CredSSP consists of (MS-CSSP 3.1.5).
 *
 * @throws ProtocolError - it is something else, or it breaks off
 * @throws LimitError - there are more than 10,000
 */
export function describeCredsspToken(token: Uint8Array): CredsspTokenDescription {
  const records: TlsRecordDescription[] = [];
  for (let offset = 0; offset < token.length; ) {
    if (records.length === MAX_RECORDS) throw new LimitError(`More than ${MAX_RECORDS} TLS records in one token`);
    const record = describeRecord(token, offset);
    records.push(record);
    offset += HEADER_LENGTH + record.fragment.bytes;
  }
  const handshakeType = records[0]?.contentType === 'handshake' ? token[HEADER_LENGTH] : undefined;
  return { handshake: handshakeType === undefined ? null : (HANDSHAKE_TYPES.get(handshakeType) ?? null), records };
}

function describeRecord(token: Uint8Array, offset: number): TlsRecordDescription {
  const header = dataView(token.subarray(offset, offset + HEADER_LENGTH));
  if (header.byteLength < HEADER_LENGTH) throw new ProtocolError(`The header of the TLS record at offset ${offset} breaks off`);
  const contentType = CONTENT_TYPES.get(header.getUint8(0));
  const recordVersion = RECORD_VERSIONS.get(header.getUint16(1));
  const bytes = header.getUint16(3);
  if (contentType === undefined || recordVersion === undefined || bytes > MAX_FRAGMENT) throw new ProtocolError(`There is no TLS record at offset ${offset}`);
  if (offset + HEADER_LENGTH + bytes > token.length) throw new ProtocolError(`The TLS record at offset ${offset} ends beyond the ${token.length} bytes of the token`);
  return { contentType, recordVersion, fragment: { bytes } };
}
