import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The content of the body that answers every request. */
export type AnswerBody = string;

/** A plain service that gives every request the same body and relates to it: for answers no well-behaved host gives. */
export async function answering(body: AnswerBody): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const messageId = /<a:MessageID>([^<]*)/.exec(text)?.[1] ?? '';
      response.setHeader('Content-Type', 'application/soap+xml;charset=UTF-8');
      response.statusCode = body.includes('Fault>') ? 500 : 200;
      response.end(
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
          ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:p">' +
          `<s:Header><a:RelatesTo>${messageId}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
