import { afterEach, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { FakeIo, type Run } from '../fake-io.js';
import { type ScriptedService, page, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const WQL = "SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA 'Msvm_ComputerSystem'";
const GRANTED =
  '<e:SubscribeResponse><e:SubscriptionManager><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>' +
  '<a:ReferenceParameters><e:Identifier>7B</e:Identifier></a:ReferenceParameters></e:SubscriptionManager>' +
  '<e:Expires>PT600S</e:Expires><n:EnumerationContext>uuid:1</n:EnumerationContext></e:SubscribeResponse>';
const event = (name: string, state: number): string => `<p:Msvm_ComputerSystem><p:ElementName>${name}</p:ElementName><p:EnabledState>${state}</p:EnabledState></p:Msvm_ComputerSystem>`;
const NOTHING_YET =
  '<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">Nothing yet.</s:Text></s:Reason></s:Fault>';
const EVENTS = {
  Subscribe: GRANTED,
  Pull: [page('Pull', [event('web01', 2)], 'uuid:2'), NOTHING_YET, page('Pull', [event('mail', 3)], 'uuid:3'), NOTHING_YET],
  Unsubscribe: '',
};

async function subscribe(script: Parameters<typeof scripted>[0], ...argv: readonly string[]): Promise<Run> {
  service = await scripted(script);
  return new FakeIo().run('subscribe', WQL, '--namespace', 'root/virtualization/v2', ...service.options, ...argv);
}

describe('hyperv-wsman subscribe', () => {
  it('prints one JSON object a line as they come, and ends the subscription when it has enough', async () => {
    expect(await subscribe(EVENTS, '--limit', '2')).toEqual({ status: 0, stderr: '', stdout: '{"ElementName":"web01","EnabledState":2}\n{"ElementName":"mail","EnabledState":3}\n' });
    expect(service.actions).toEqual(['Subscribe', 'Pull', 'Pull', 'Pull', 'Unsubscribe']);
    expect(service.requests[0]).toContain("WHERE TargetInstance ISA 'Msvm_ComputerSystem'");
    expect(service.requests[0]).not.toContain('Bookmark');
  });

  it('prints each event apart for people', async () => {
    expect((await subscribe(EVENTS, '--limit', '2', '--table')).stdout).toBe('ElementName   web01\nEnabledState  2 (Enabled)\n\nElementName   mail\nEnabledState  3 (Disabled)\n\n');
  });

  it('goes on after a bookmark, and asks for bookmarks when told', async () => {
    await subscribe(EVENTS, '--limit', '1', '--bookmark', '<b:Bookmark xmlns:b="urn:b">7</b:Bookmark>', '--bookmarks');
    expect(service.requests[0]).toContain('<Bookmark xmlns="urn:b">7</Bookmark>');
    expect(service.requests[0]).toContain('<w:SendBookmarks/>');
  });

  it('gives the host half of the time to say that nothing happened', async () => {
    await subscribe(EVENTS, '--limit', '1', '--timeout', '10');
    expect(service.requests[0]).toMatch(/<w:OperationTimeout>PT5(\.000)?S</);
  });

  it('ends the subscription on Ctrl-C, and exits with 130', async () => {
    service = await scripted(EVENTS);
    const io = new FakeIo();
    service.onRequest = () => {
      if (service.actions.length === 5) io.interrupt(new Interruption('SIGINT'));
    };
    expect(await io.run('subscribe', WQL, ...service.options, '--json')).toMatchObject({ status: 130, stderr: 'hyperv-wsman: interrupted by SIGINT\n' });
    expect(service.actions.at(-1)).toBe('Unsubscribe');
  });

  it('exits with 1 for a fault', async () => {
    expect(await subscribe({})).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/no such thing.*Subscribe on/) as unknown });
  });

  it('is 2 for a bookmark that is none, and asks nothing', async () => {
    expect(await subscribe(EVENTS, '--bookmark', '7')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/--bookmark takes the XML/) as unknown });
    expect(service.actions).toEqual([]);
  });

  it('writes bookmarks on standard error', async () => {
    service = await scripted({ ...EVENTS, Pull: page('Pull', [event('web01', 2)], 'uuid:2') }, '<w:Bookmark><b:Place xmlns:b="urn:b">7</b:Place></w:Bookmark>');
    const { stderr } = await new FakeIo().run('subscribe', WQL, ...service.options, '--limit', '1', '--bookmarks');
    expect(stderr).toBe('<Bookmark xmlns="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><Place xmlns="urn:b">7</Place></Bookmark>\n');
  });
});
