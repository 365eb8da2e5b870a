import { equalConstantTime } from '../../bytes.js';
import type { EncryptionKey } from './credential.js';
import { etypeOf } from './crypto/etypes.js';
import { replyRefused } from './kdc-reply.js';
import { decode } from './messages/asn1-type.js';
import { CHECKSUM } from './messages/basic-types.js';
import type { EncKdcRepPart } from './messages/kdc-rep.js';
import { PA_TYPE } from './messages/pa-data.js';

/** TicketFlags bit 15, enc-pa-rep. */
const FLAG_ENC_PA_REP = 0x00010000;

const KEY_USAGE_AS_REQ = 56;

/**
 * Checks that the KDC got the AS-REQ as it was sent (RFC 6806 §11): a KDC that sets the flag enc-pa-rep puts a checksum over the request
 * into the encrypted part. So nobody can take canonicalisation or the better encryption types out of a request unnoticed. A KDC
 * that does not set the flag does not know the extension.
 *
 * @param key - the one that the encrypted part was encrypted with
 * @param request - the AS-REQ, octet for octet
 * @throws ProtocolError - the checksum is missing, or it is that of another request
 */
export function requireConfirmation({ flags, encryptedPaData }: EncKdcRepPart, key: EncryptionKey, request: Uint8Array): void {
  if ((flags & FLAG_ENC_PA_REP) === 0) return;
  const confirmation = encryptedPaData.find(({ type }) => type === PA_TYPE.reqEncPaRep);
  if (confirmation === undefined) throw replyRefused('does not confirm the request, though it says that it does');
  const { type, value } = decode('PA-REQ-ENC-PA-REP', CHECKSUM, confirmation.value);
  const etype = etypeOf(key.etype);
  if (type !== etype.checksumType || !equalConstantTime(value, etype.checksum(key.value, KEY_USAGE_AS_REQ, request))) {
    throw replyRefused('confirms another request than the one that was sent: it was changed on its way');
  }
}
