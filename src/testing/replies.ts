import type { ContextScheme } from '../auth/authenticator.js';
import { toBase64, utf8 } from '../bytes.js';
import { SOAP_TYPE } from '../transport/http-status.js';
import { type Sealer, seal } from '../transport/sealing.js';

/** An HTTP answer; Server, Date and Content-Length are the listener's. */
export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array;
};

const NO_BODY = new Uint8Array();

/** The end of a handshake. */
export const ACCEPTED: HttpReply = { status: 200, headers: {}, body: NO_BODY };

/** What Windows says to anyone it does not know or who does not seal: what it offers, and that it hangs up. */
export function refusedReply(offered: readonly ContextScheme[]): HttpReply {
  return { status: 401, headers: { 'WWW-Authenticate': [...offered, 'Basic realm="WSMAN"'], Connection: 'close' }, body: NO_BODY };
}

/** A leg of a handshake. */
export function challengeReply(scheme: ContextScheme, token: Uint8Array): HttpReply {
  return withToken({ status: 401, headers: {}, body: NO_BODY }, scheme, token);
}

/** The reply with the last token of a handshake. */
export function withToken(reply: HttpReply, scheme: ContextScheme, token: Uint8Array): HttpReply {
  return { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': `${scheme} ${toBase64(token)}` } };
}

/** An answer that comes from in front of WS-Management: a page of HTML, and the end of the connection. For 401 see {@link refusedReply}. */
export function statusReply(status: number): HttpReply {
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
export async function sealedReply(status: number, envelope: Uint8Array, sealer: Sealer): Promise<HttpReply> {
  const { contentType, body } = await seal(sealer, { contentType: SOAP_TYPE, body: envelope });
  return { status, headers: { 'Content-Type': contentType }, body };
}
