/** What the tests of machines share: hosts with machines on them, and a plain service with prepared answers. */
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { WsmanClient } from '../../../src/client/wsman-client.js';
import { DEFAULT_USER, SimulatedHost } from '../../../src/testing/index.js';

export const WEB01 = '3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20';
export const DB01 = '8D41F3A7-02B6-4E0C-A7D9-6C5E1B9F4420';
export const OTHER_WEB01 = 'C2A9E6D1-5F38-4B7A-9E14-70D3B8A5612F';

const SYSTEM_KEYS = { CreationClassName: 'Msvm_ComputerSystem' };

export const machine = (Name: string, ElementName: string, more: Readonly<Record<string, number | string>> = {}) => ({
  className: 'Msvm_ComputerSystem',
  properties: { ...SYSTEM_KEYS, Name, ElementName, EnabledState: 2, ...more },
});
/** The host itself, which is a computer system too. */
export const itself = (name: string) => machine(name, name);

/** An integration component of a machine. */
export const component = (className: string, id: string, properties: Readonly<Record<string, string | readonly string[]>> = {}) => ({
  className,
  properties: {
    SystemCreationClassName: 'Msvm_ComputerSystem',
    SystemName: id,
    CreationClassName: className,
    DeviceID: `Microsoft:${id}\\C0FFEE00-0000-4000-8000-000000000001`,
    ...properties,
  },
});

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A simulated host with itself and these instances on it, and a client of it; both are closed after the test. */
export async function hostWith(seeds: Parameters<SimulatedHost['seed']>[0] & readonly unknown[] = []): Promise<{ simulated: SimulatedHost; client: WsmanClient }> {
  const simulated = await SimulatedHost.start();
  cleanups.push(() => simulated.close());
  simulated.seed([itself('SIMHOST')]);
  simulated.seed(seeds);
  return { simulated, client: clientOf(simulated.url) };
}

export function clientOf(url: string, timeoutMs = 8000): WsmanClient {
  // Another namespace than Hyper-V's, so that none of the functions may rely on the client's.
  const client = new WsmanClient({ url, auth: { type: 'ntlm', ...DEFAULT_USER }, namespace: 'root/cimv2', timeoutMs });
  cleanups.push(() => client.close());
  return client;
}

/**
 * A plain service that answers by the last part of the action, for bodies as no simulated host writes them; with a fault
 * where nothing is prepared.
 *
 * @param items - what an enumeration finds, as elements
 * @param methods - the bodies of the answers of methods, by name
 */
export async function answeringWith({ items = '', methods = {} }: { items?: string; methods?: Readonly<Record<string, string>> }): Promise<WsmanClient> {
  const bodies: Readonly<Record<string, string>> = {
    Enumerate: `<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>${items}</w:Items><w:EndOfSequence/></n:EnumerateResponse>`,
    ...methods,
  };
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const [, action = ''] = /<a:Action[^>]*>(?:[^<]*\/)?([^</]*)</.exec(text) ?? [];
      const body = bodies[action] ?? fault('w:AccessDenied', 'Access is denied.');
      response.setHeader('Content-Type', 'application/soap+xml;charset=UTF-8');
      response.statusCode = body.includes('Fault>') ? 500 : 200;
      response.end(envelope(/<a:MessageID>([^<]*)/.exec(text)?.[1] ?? '', body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  const client = new WsmanClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, auth: { type: 'none' }, allowInsecure: ['none'], timeoutMs: 8000 });
  cleanups.push(() => client.close());
  return client;
}

export const fault = (subcode: string, reason: string, detail = '') =>
  `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
  `<s:Reason><s:Text xml:lang="en-US">${reason}</s:Text></s:Reason><s:Detail>${detail}</s:Detail></s:Fault>`;

function envelope(relatesTo: string, body: string): string {
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<s:Header><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}
