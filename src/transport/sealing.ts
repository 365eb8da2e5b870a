import type { Authenticator, ContextScheme } from '../auth/authenticator.js';
import type { SecurityContext } from '../auth/security-context.js';
import { concatAll } from '../bytes.js';
import { ProtocolError } from '../errors.js';
import type { HttpResponse } from './connection.js';
import { type EncryptedPart, decodeEncrypted, encodeEncrypted, encryptedContentType, isEncrypted } from './encryption.js';
import { isSoap } from './http-status.js';

/** The most that CredSSP seals at a time: one TLS record (MS-WSMV 2.2.9.1.3.2, RFC 5246 §6.2.1). */
export const CREDSSP_PORTION: number = 16 * 1024;

/** A body and its Content-Type. */
export type TypedBody = { readonly contentType: string; readonly body: Uint8Array };

/** What has agreed on the keys of one connection, and the scheme it was agreed with. */
export type Sealer = { readonly scheme: ContextScheme; readonly context: Pick<SecurityContext, 'wrap' | 'unwrap'> };

/** Seals one message, whole or, with CredSSP, in portions. */
export async function seal({ scheme, context }: Sealer, { contentType, body }: TypedBody): Promise<TypedBody> {
  const parts: EncryptedPart[] = [];
  const portion = scheme === 'CredSSP' ? CREDSSP_PORTION : body.length;
  for (let start = 0; start < body.length || parts.length === 0; start += portion) {
    const message = body.subarray(start, start + portion);
    const sealed = await context.wrap(message);
    parts.push({ contentType, length: scheme === 'CredSSP' ? message.length : sealed.data.length, sealed });
  }
  return { contentType: encryptedContentType(scheme, parts.length), body: encodeEncrypted(scheme, parts) };
}

/**
 * Opens one sealed message. It uses the bytes up: NTLM decrypts in place, and what is opened may lie in their memory.
 *
 * @throws ProtocolError - a layout, a signature or a length that is wrong
 */
export async function open({ context }: Sealer, { contentType, body }: TypedBody): Promise<TypedBody> {
  const parts = decodeEncrypted(contentType, body);
  const messages: Uint8Array[] = [];
  for (const { length, sealed } of parts) {
    const message = await context.unwrap(sealed);
    // With rc4-hmac the length may count the byte of padding.
    if (message.length !== length && sealed.data.length !== length) {
      throw new ProtocolError(`The sealed message has ${message.length} bytes, its header says ${length}`);
    }
    messages.push(message);
  }
  return { contentType: parts[0]!.contentType, body: messages.length === 1 ? messages[0]! : concatAll(messages) };
}

/**
 * Opens a sealed answer. What comes plain on a sealed session may come from anybody: a success or an envelope is refused,
 * another status is passed on with its body, to be told but not believed.
 *
 * @throws ProtocolError - the answer is not what a sealed session allows
 */
export async function unseal(response: HttpResponse, authenticator: Extract<Authenticator, { kind: 'context' }>): Promise<HttpResponse> {
  const { status, headers, body } = response;
  const contentType = headers['content-type'] ?? '';
  if (!isEncrypted(contentType)) {
    if (status < 300 || isSoap(contentType)) {
      throw new ProtocolError(`HTTP ${status} came unencrypted on a connection where every message is sealed`, { status });
    }
    return response;
  }
  const opened = await open(authenticator, { contentType, body });
  // The seal proves that the host worked on the request; the status line, which says that it did not, anybody can change.
  if (status === 401) throw new ProtocolError('HTTP 401 came with a sealed answer', { status });
  return { status, headers: { ...headers, 'content-type': opened.contentType }, body: opened.body };
}
