import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running service of {@link answering}. */
export type Answering = { readonly url: string; readonly stop: () => Promise<void>; readonly openSockets: () => Promise<number> };

/**
 * A plain service that gives every request the same answer and relates to it: for answers no well-behaved host gives.
 *
 * @param body - the content of the envelope's body; HTTP 500 when it is a fault
 * @param instead - another status, and what stands in the place of the envelope
 */
export async function answering(body: string, instead?: { status: number; envelope: string }): Promise<Answering> {
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const messageId = /<a:MessageID>([^<]*)/.exec(text)?.[1] ?? '';
      response.setHeader('Content-Type', 'application/soap+xml;charset=UTF-8');
      response.statusCode = instead?.status ?? (body.includes('Fault>') ? 500 : 200);
      response.end(
        instead?.envelope ??
          '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
            ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:p">' +
            `<s:Header><a:RelatesTo>${messageId}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openSockets: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}
