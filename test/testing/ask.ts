/** Requests to a simulated host, written and read by the codecs, one connection each. */
import type { OpenEnvelope } from '../../src/soap/envelope.js';
import { DEFAULT_USER, type SimulatedHost } from '../../src/testing/index.js';
import { type RequestSettings, type WsmanRequest, writeRequest } from '../../src/wsman/request.js';
import { openResponse } from '../../src/wsman/response.js';
import { SOAP_TYPE, basicHeader, send } from './support.js';

const MESSAGE_ID = 'uuid:0B9A6D1E-43C7-4F21-9E58-7A2C61D0F3B4';

export type AskOptions = Partial<Pick<RequestSettings, 'maxEnvelopeSize' | 'operationTimeoutMs'>> & { readonly username?: string };

/** The answer's envelope as text, whatever it is. */
export async function askText(host: SimulatedHost, request: WsmanRequest, options: AskOptions = {}): Promise<{ status: number; text: string }> {
  const { username = DEFAULT_USER.username, ...settings } = options;
  const envelope = writeRequest(request, { to: host.httpsUrl, messageId: MESSAGE_ID, maxEnvelopeSize: 512_000, operationTimeoutMs: 5_000, locale: 'en-US', ...settings });
  const headers = { 'Content-Type': SOAP_TYPE, Authorization: basicHeader(username) };
  const { status, body } = await send(host.httpsUrl, { headers, body: envelope, ca: host.certificate });
  return { status, text: body.toString('utf8') };
}

/** What `read` makes of the answer; a fault is thrown. */
export async function ask<T>(host: SimulatedHost, request: WsmanRequest, read: (envelope: OpenEnvelope) => T, options: AskOptions = {}): Promise<T> {
  const { status, text } = await askText(host, request, options);
  return read(openResponse(text, MESSAGE_ID, status));
}
