import { describe, expect, it } from 'vitest';
import { HyperVHost } from '../../src/hyperv/host.js';
import { createRecorder } from '../../src/testing/recorder.js';
import { readRecording } from '../../src/testing/recording.js';
import { readElement } from '../../src/xml/element.js';
import { openXml } from '../../src/xml/parse.js';
import { afterTest, startHost } from './support.js';

const USER = { username: 'operator', domain: 'LAB', password: 'Correct-Horse-7' };
const VM = '9D7E4A10-6C2F-4B58-8E33-51F0A7C6D2B9';
const MESSAGE = `web01 (${VM}) failed at hv07.corp.test: LAB\\operator has no access to \\\\FILES3\\vms, 10.20.30.40, 00-15-5D-0A-1B-2C, Correct-Horse-7`;

/** A session in which everything that may not leave the house comes up. */
async function session(): Promise<{ readonly recorder: ReturnType<typeof createRecorder>; readonly originals: readonly string[] }> {
  const simulated = await startHost({ users: [USER] });
  const recorder = createRecorder({ users: ['LAB\\operator'], secrets: [USER.password], hosts: ['hv07.corp.test'] });
  const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', username: 'LAB\\operator', password: USER.password }, observe: recorder.observe });
  afterTest(() => host.close());
  const reference = simulated.addJob({ JobState: 10, errors: [{ Message: MESSAGE, MessageArguments: ['web01', VM, 'hv07'] }] });
  const job = host.migrationJob(reference);
  await job.getError();
  await job.getErrorEx();
  simulated.removeJob(reference);
  await expect(job.getError()).rejects.toMatchObject({ code: 'JOB_GONE', machine: 'SIMHOST' });
  return { recorder, originals: [reference.keys.InstanceID, VM, 'SIMHOST', 'hv07', 'corp.test', 'operator', 'LAB', 'FILES3', '127.0.0.1', '10.20.30.40', '00-15-5D-0A-1B-2C', USER.password] };
}

describe('a recorder', () => {
  it('leaves no name, address, GUID or secret of a session', async () => {
    const { recorder, originals } = await session();
    const text = recorder.toJson().toLowerCase();
    expect(originals.filter((original) => text.includes(original.toLowerCase()))).toEqual([]);
    const guids = [...text.matchAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g)].map(([guid]) => guid);
    expect(guids.filter((guid) => !guid.startsWith('00000000-0000-4000-8000-0000000000'))).toEqual([]);
  });

  it('keeps what the session was about', async () => {
    const { recorder } = await session();
    const [error, , gone] = recorder.exchanges;
    expect(error).toMatchObject({ status: 200, contentType: 'application/soap+xml;charset=UTF-8' });
    expect(error?.request).toContain('Msvm_MigrationJob/GetError</a:Action>');
    expect(error?.response).toMatch(/web01 \(00000000-0000-4000-8000-\d{12}\) failed at host-1\.example: DOMAIN-\d\\user-1 has no access to \\\\host-\d\\vms, 192\.0\.2\.\d, 02-00-00-00-00-01, removed/);
    expect(gone).toMatchObject({ status: 500 });
    expect(gone?.response).toMatch(/Machine="host-\d"/);
  });

  it('changes no element, no attribute and no order', async () => {
    const simulated = await startHost({ users: [USER] });
    const recorder = createRecorder();
    const originals: string[] = [];
    const host = new HyperVHost({
      url: simulated.url,
      auth: { type: 'ntlm', username: 'LAB\\operator', password: USER.password },
      observe: (exchange) => {
        originals.push(exchange.request, exchange.response);
        recorder.observe(exchange);
      },
    });
    afterTest(() => host.close());
    await host.migrationJob(simulated.addJob({ JobState: 10, errors: [{ Message: MESSAGE }] })).getError();
    expect(recorder.exchanges.flatMap(({ request, response }) => [shapeOf(request), shapeOf(response)])).toEqual(originals.map(shapeOf));
  });

  it('writes what can be read', async () => {
    const { recorder } = await session();
    expect(readRecording(recorder.toJson())).toEqual({ version: 1, exchanges: recorder.exchanges });
    expect(recorder.exchanges).not.toHaveLength(0);
  });
});

/** Names of elements and attributes, and where there is text; the same of CIM-XML inside. */
function shapeOf(xml: string): unknown {
  const shape = (element: ReturnType<typeof readElement>): unknown => [
    element.namespace,
    element.name,
    element.attributes.map(({ name }) => name),
    element.children.map((child) => (typeof child !== 'string' ? shape(child) : child.startsWith('<') ? shapeOf(child) : 'text')),
  ];
  return shape(readElement(openXml(xml)));
}
