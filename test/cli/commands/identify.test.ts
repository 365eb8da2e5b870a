import { afterEach, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';
import { type ScriptedService, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const ANSWER =
  '<wsmid:IdentifyResponse><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>' +
  '<wsmid:ProductVendor>Example &amp; Co</wsmid:ProductVendor></wsmid:IdentifyResponse>';

async function identify(body: string, ...argv: readonly string[]): Promise<Run> {
  service = await scripted({ Identify: body });
  return new FakeIo().run('identify', ...service.options, ...argv);
}

describe('hyperv-wsman identify', () => {
  it('prints what the service says of itself', async () => {
    expect(await identify(ANSWER)).toEqual({
      status: 0,
      stderr: '',
      stdout: '{"protocolVersion":"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd","productVendor":"Example & Co","productVersion":null}\n',
    });
  });

  it('prints it for people', async () => {
    expect((await identify(ANSWER, '--table')).stdout).toBe('protocolVersion  http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\nproductVendor    Example & Co\n');
  });

  it('exits with 1 for an answer that is none', async () => {
    expect(await identify('<p:Other/>')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/no IdentifyResponse/) as unknown });
  });
});
