import type { SealedMessage } from '../auth/security-context.js';
import { toBase64, utf8 } from '../bytes.js';
import { ENCRYPTED_CONTENT_TYPE, encodeEncrypted } from '../transport/encryption.js';

/** An HTTP answer; Server, Date and Content-Length are the listener's. */
export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array;
};

const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';
const NO_BODY = new Uint8Array();

/** The end of a handshake. */
export const ACCEPTED: HttpReply = { status: 200, headers: {}, body: NO_BODY };

/** What Windows says to anyone it does not know or who does not seal: what it offers, and that it hangs up. */
export const REFUSED: HttpReply = {
  status: 401,
  headers: { 'WWW-Authenticate': ['Negotiate', 'Basic realm="WSMAN"'], Connection: 'close' },
  body: NO_BODY,
};

/** A leg of a handshake. */
export function challengeReply(token: Uint8Array): HttpReply {
  return { status: 401, headers: { 'WWW-Authenticate': `Negotiate ${toBase64(token)}` }, body: NO_BODY };
}

/** An answer that comes from in front of WS-Management: a page of HTML, and the end of the connection. 401 is {@link REFUSED}. */
export function statusReply(status: number): HttpReply {
  if (status === 401) return REFUSED;
  const title = `HTTP Error ${status}`;
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=us-ascii', Connection: 'close' },
    body: utf8(`<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\r\n<BODY><h2>${title}</h2>\r\n<p>This did not reach WS-Management.</p></BODY></HTML>\r\n`),
  };
}

/** An envelope as it is. */
export function plainReply(status: number, envelope: Uint8Array): HttpReply {
  return { status, headers: { 'Content-Type': SOAP_TYPE }, body: envelope };
}

/** A sealed envelope. */
export function sealedReply(status: number, length: number, sealed: SealedMessage): HttpReply {
  return { status, headers: { 'Content-Type': ENCRYPTED_CONTENT_TYPE }, body: encodeEncrypted({ contentType: SOAP_TYPE, length, sealed }) };
}
