import { describe, expect, it } from 'vitest';
import { HyperVHost } from '../../src/hyperv/host.js';
import { createRecorder } from '../../src/testing/recorder.js';
import type { RecordedExchange, Recording } from '../../src/testing/recording.js';
import { ReplayHost } from '../../src/testing/replay.js';
import { NTLM, SOAP_TYPE, afterTest, send, startHost } from './support.js';

const A = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const W = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
const N = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';

/** A request as another client may write it. */
function request({ id = 'uuid:1', action = 'urn:x/Get', to = 'http://host-1.example/wsman', timeout = 'PT60S', body = '' } = {}): string {
  return (
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${A}" xmlns:w="${W}" xmlns:n="${N}"><e:Header><a:To>${to}</a:To>` +
    `<w:ResourceURI>urn:x/Thing</w:ResourceURI><a:Action>${action}</a:Action><a:MessageID>${id}</a:MessageID>` +
    `<w:OperationTimeout>${timeout}</w:OperationTimeout></e:Header><e:Body>${body}</e:Body></e:Envelope>`
  );
}

const recorded = (asked: string, response: string, status = 200): RecordedExchange => ({ request: asked, status, contentType: SOAP_TYPE, response });

async function start(...exchanges: readonly RecordedExchange[]): Promise<ReplayHost> {
  const host = await ReplayHost.start({ version: 1, exchanges });
  afterTest(() => host.close());
  return host;
}

async function ask(host: ReplayHost, body: string): Promise<{ readonly status: number; readonly text: string; readonly type: unknown }> {
  const { status, body: bytes, headers } = await send(host.url, { headers: { 'Content-Type': SOAP_TYPE }, body });
  return { status, text: bytes.toString('utf8'), type: headers['content-type'] };
}

describe('a replay host', () => {
  it('answers the client as the host did that was recorded', async () => {
    const simulated = await startHost();
    const recorder = createRecorder();
    const original = new HyperVHost({ url: simulated.url, auth: NTLM, observe: recorder.observe });
    afterTest(() => original.close());
    const reference = simulated.addJob({ JobState: 10, errors: [{ Message: 'first' }, { Message: 'second' }] });
    await original.migrationJob(reference).getError();
    await original.migrationJob(reference).getErrorEx();
    simulated.removeJob(reference);
    await expect(original.migrationJob(reference).getError()).rejects.toMatchObject({ code: 'JOB_GONE' });

    const replay = await start(...recorder.exchanges);
    expect(replay.asked.slice(0, 3)).toEqual(['GetError', 'GetErrorEx', 'GetError'].map((method) => `${method} of Msvm_MigrationJob InstanceID="00000000-0000-4000-8000-000000000002"`));
    const host = new HyperVHost({ url: replay.url, auth: { type: 'none' }, allowInsecure: ['none'], locale: 'de-DE', operationTimeoutMs: 5_000, maxEnvelopeSize: 9_000 });
    afterTest(() => host.close());
    const id = '00000000-0000-4000-8000-000000000002';
    expect(await host.migrationJob(id).getErrorEx()).toMatchObject([{ Message: 'first' }, { Message: 'second' }]);
    expect(await host.migrationJob(id).getError()).toMatchObject({ Message: 'first', MessageID: null });
    await expect(host.migrationJob(id).getError()).rejects.toMatchObject({ code: 'JOB_GONE' });
    await expect(host.migrationJob(id).getError()).rejects.toMatchObject({ code: 'FAULT', message: expect.stringMatching(/exchange 1, 3 of \d+, and each was used already/) as string });
  });

  it('relates an answer to the live request, and leaves one wrong that was wrong', async () => {
    const host = await start(recorded(request({ id: 'uuid:aB' }), '<r>UUID:AB</r>'), recorded(request({ id: 'uuid:aB' }), '<r>uuid:other</r>'), recorded(request({ id: '' }), '<r>$&amp;</r>'));
    expect((await ask(host, request({ id: 'uuid:$&amp;&lt;' }))).text).toBe('<r>uuid:$&amp;&lt;</r>');
    expect((await ask(host, request({ id: 'uuid:2' }))).text).toBe('<r>uuid:other</r>');
    expect((await ask(host, request({ id: 'uuid:3' }))).text).toBe('<r>$&amp;</r>');
  });

  it('gives status, type and text as they were recorded', async () => {
    const host = await start({ request: request(), status: 503, contentType: 'text/html', response: '<broken é' }, { request: request(), status: 500, contentType: '', response: '' });
    expect(await ask(host, request())).toEqual({ status: 503, text: '<broken é', type: 'text/html' });
    expect(await ask(host, request())).toEqual({ status: 500, text: '', type: undefined });
  });

  it('does not compare prefixes, white space, address and settings', async () => {
    const host = await start(recorded(request({ body: '<q:Pull xmlns:q="urn:p"><q:Max>1</q:Max></q:Pull>' }), '<found/>'));
    const live = request({ to: 'http://127.0.0.1/', timeout: 'PT1S', body: '\n<Pull xmlns="urn:p">\n  <Max>1</Max>\n</Pull>' }).replaceAll('e:', 's:').replace(':e=', ':s=');
    expect((await ask(host, live)).text).toBe('<found/>');
  });

  it('takes the pages of enumerations in their order, whatever the context', async () => {
    const pull = (context: string): string => request({ body: `<n:Pull><n:EnumerationContext>${context}</n:EnumerationContext></n:Pull>` });
    const host = await start(recorded(pull('one'), '<page-1/>'), recorded(pull('two'), '<page-2/>'));
    expect([(await ask(host, pull('x'))).text, (await ask(host, pull('x'))).text]).toEqual(['<page-1/>', '<page-2/>']);
  });

  it.each<[what: string, exchanges: readonly RecordedExchange[], live: string, expected: RegExp]>([
    ['nothing', [], request(), /The recording is empty; it has no answer to Get of Thing/],
    [
      'something like it',
      [recorded(request({ action: 'urn:x/Put' }), ''), recorded(request({ body: '<X xmlns="urn:t">1</X>' }), '')],
      request({ body: '<X xmlns="urn:t">2</X>' }),
      /Nearest is exchange 2 of 2, Get of Thing: recorded \/Body\/X \{urn:t\} "1", asked \/Body\/X \{urn:t\} "2"\./,
    ],
    ['less', [recorded(request(), '')], request({ body: '<X/>' }), /recorded nothing more, asked \/Body\/X \{\}\./],
    ['more', [recorded(request({ body: `<X>${'y'.repeat(300)}</X>` }), '')], request(), /recorded \/Body\/X \{\} "y{188}\.\.\., asked nothing more\./],
  ])('says what is nearest when it has %s', async (_what, exchanges, live, expected) => {
    const { status, text } = await ask(await start(...exchanges), live);
    const reason = /<s:Text[^>]*>(.*?)<\/s:Text>/.exec(text)![1]!;
    expect(status).toBe(500);
    expect(reason.replaceAll('&quot;', '"')).toMatch(expected);
    expect(text).toContain('<a:RelatesTo>uuid:1</a:RelatesTo>');
  });

  it('answers what is no envelope with a fault', async () => {
    const { status, text } = await ask(await start(), '<a');
    expect([status, text]).toEqual([500, expect.stringContaining('The request cannot be read')]);
  });

  it('refuses a recorded request that cannot be read, and a port that is none', async () => {
    const broken: Recording = { version: 1, exchanges: [recorded(request(), ''), recorded('<a', '')] };
    await expect(ReplayHost.start(broken)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('exchanges[1].request') as string });
    await expect(ReplayHost.start({ version: 1, exchanges: [] }, { port: 70_000 })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('frees its port, and may be closed twice', async () => {
    const host = await start(recorded(request(), ''));
    await host.close();
    await host[Symbol.asyncDispose]();
    await expect(ask(host, request())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
