/** The framing of GSS-API tokens (RFC 2743 §3.1) as the Kerberos mechanism uses it (RFC 4121 §4.1). */
import { dataView } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';
import { contentsOf, readElement, readOid } from '../der/read.js';
import { TAG, applicationTag } from '../der/tag.js';
import { element, oid as oidElement } from '../der/write.js';

/** The mechanism Kerberos 5 (RFC 4121 §1). */
export const KRB5_OID = '1.2.840.113554.1.2.2';

/** The same mechanism under the number that Windows 2000 wrote by mistake, and that Windows still offers (MS-SPNG). */
export const MS_KRB5_OID = '1.2.840.48018.1.2.2';

/** TOK_ID of the context establishment tokens (RFC 4121 §4.1). */
export const TOK_ID = { apReq: 0x0100, apRep: 0x0200, krbError: 0x0300 } as const;

/** What stands inside the framing. */
export type GssToken = {
  /** The mechanism, in its dotted form. */
  readonly oid: string;
  /** TOK_ID as a big-endian number, see {@link TOK_ID}. */
  readonly tokId: number;
  /** The Kerberos message behind TOK_ID. */
  readonly message: Uint8Array;
};

/** The identifier octet of InitialContextToken (RFC 2743 §3.1), `[APPLICATION 0] { thisMech, innerContextToken }`: of every framed token, whatever its mechanism. */
export const INITIAL_CONTEXT_TOKEN: number = applicationTag(0);

/** Puts a message of the Kerberos handshake into its framing. */
export function frameToken({ oid, tokId, message }: GssToken): Uint8Array {
  return element(INITIAL_CONTEXT_TOKEN, oidElement(oid), Uint8Array.of(tokId >> 8, tokId & 0xff), message);
}

/**
 * Takes a token of the Kerberos handshake out of its framing.
 *
 * @throws ProtocolError - it is not framed (a bare AP-REP is DCE style, which HTTP does not have), is of another mechanism,
 *   or has no TOK_ID
 */
export function readToken(token: Uint8Array): GssToken {
  if (token[0] !== INITIAL_CONTEXT_TOKEN) {
    const found = token[0] === undefined ? 'is empty' : `begins with 0x${token[0].toString(16).padStart(2, '0')}`;
    throw new ProtocolError(`A token of the Kerberos handshake ${found}; it must stand in the framing of RFC 2743 §3.1, which begins with 0x60`);
  }
  const contents = readElement(token, INITIAL_CONTEXT_TOKEN);
  // What follows the OID is no DER, so the OID, whose length is one octet, is cut out first.
  const end = 2 + (contents[1] ?? 0);
  const oid = readOid(contentsOf({ tag: contents[0] ?? 0, contents: contents.subarray(2, end) }, TAG.oid));
  if (oid !== KRB5_OID && oid !== MS_KRB5_OID) throw new ProtocolError(`A token of the Kerberos handshake is of the mechanism ${oid}`);
  const inner = contents.subarray(end);
  if (inner.length < 2) throw new ProtocolError('A token of the Kerberos handshake has no TOK_ID (RFC 4121 §4.1)');
  return { oid, tokId: dataView(inner).getUint16(0), message: inner.subarray(2) };
}
