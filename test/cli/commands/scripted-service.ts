import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A body, or several that are given one after the other, the last again and again. */
type Answer = string | readonly string[];

/** A service whose every answer is written by hand. */
export type ScriptedService = {
  /** The options that connect a command to it. */
  readonly options: readonly string[];
  /** The requests that came, each by the last part of its action; without those for winrm/config. */
  readonly actions: string[];
  readonly requests: string[];
  /** Called after a request came and before it is answered. */
  onRequest: (action: string) => void;
  readonly stop: () => Promise<void>;
};

/** The class that `p` stands for in every answer. */
export const CLASS_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ComputerSystem';

/** The fault of a class that does not exist (DSP0226 §14.6.6). */
export const FAULT =
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>a:DestinationUnreachable</s:Value></s:Subcode></s:Code>' +
  '<s:Reason><s:Text xml:lang="en-US">There is no such thing here.</s:Text></s:Reason></s:Fault>';

/**
 * @param script - bodies by the last part of the action: `Get`, `Pull`, `RequestStateChange`; what is not in it is a fault
 * @param header - what stands in the header of every answer beside RelatesTo
 */
export async function scripted(script: Readonly<Record<string, Answer>>, header = ''): Promise<ScriptedService> {
  const given = new Map<string, number>();
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const action = /<a:Action[^>]*>[^<]*\/([^</]+)<\/a:Action>/.exec(text)?.[1] ?? 'Identify';
      const isConfig = text.includes('/wsman/1/config<');
      if (!isConfig) {
        service.actions.push(action);
        service.requests.push(text);
        service.onRequest(action);
      }
      const answers = isConfig ? FAULT : (script[action] ?? FAULT);
      const count = given.get(action) ?? 0;
      given.set(action, count + 1);
      const body = typeof answers === 'string' ? answers : (answers[Math.min(count, answers.length - 1)] ?? FAULT);
      response.setHeader('Content-Type', 'application/soap+xml;charset=UTF-8');
      response.statusCode = body.includes('Fault>') ? 500 : 200;
      response.end(envelope(/<a:MessageID>([^<]*)/.exec(text)?.[1] ?? '', header, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: ScriptedService = {
    options: ['--url', url, '--auth', 'none', '--allow-insecure', 'none'],
    actions: [],
    requests: [],
    onRequest: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return service;
}

/** One page of an enumeration: the body of Enumerate or Pull. */
export function page(kind: 'Enumerate' | 'Pull', items: readonly string[], context: string | null): string {
  const holder = kind === 'Enumerate' ? 'w' : 'n';
  return (
    `<n:${kind}Response>${context === null ? '' : `<n:EnumerationContext>${context}</n:EnumerationContext>`}` +
    `<${holder}:Items>${items.join('')}</${holder}:Items>${context === null ? `<${holder}:EndOfSequence/>` : ''}</n:${kind}Response>`
  );
}

function envelope(messageId: string, header: string, body: string): string {
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
    ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing"' +
    ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"' +
    ` xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd" xmlns:p="${CLASS_URI}">` +
    `<s:Header><a:RelatesTo>${messageId}</a:RelatesTo>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}
