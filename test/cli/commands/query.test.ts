import { afterEach, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';
import { FAULT, type ScriptedService, page, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const fragment = (name: string, state: number): string => `<w:XmlFragment><p:ElementName>${name}</p:ElementName><p:EnabledState>${state}</p:EnabledState></w:XmlFragment>`;
const TWO = page('Enumerate', [fragment('web01', 2), fragment('mail', 3)], null);
const WQL = 'SELECT EnabledState, ElementName FROM Msvm_ComputerSystem';

async function query(body: string, ...argv: readonly string[]): Promise<Run> {
  service = await scripted({ Enumerate: body });
  return new FakeIo().run('query', ...argv, ...service.options);
}

describe('hyperv-wsman query', () => {
  it('prints one JSON object a line, typed by the class that the query names', async () => {
    expect(await query(TWO, WQL)).toEqual({ status: 0, stderr: '', stdout: '{"ElementName":"web01","EnabledState":2}\n{"ElementName":"mail","EnabledState":3}\n' });
    expect(service.requests[0]).toContain(`>${WQL}<`);
    expect(service.requests[0]).toContain('/wmi/root/virtualization/v2/*');
  });

  it('prints a table of the properties it lists, in their order', async () => {
    expect((await query(TWO, WQL, '--table')).stdout).toBe('EnabledState  ElementName\n2 (Enabled)   web01\n3 (Disabled)  mail\n');
  });

  it('prints as many as are wanted', async () => {
    expect((await query(TWO, WQL, '--limit', '1')).stdout).toBe('{"ElementName":"web01","EnabledState":2}\n');
  });

  it('exits with 1 for a fault, and with 2 without a query', async () => {
    expect(await query(FAULT, WQL)).toMatchObject({ status: 1, stdout: '' });
    expect(await new FakeIo().run('query', ...service.options)).toMatchObject({ status: 2, stderr: expect.stringMatching(/missing required argument 'wql'/) as unknown });
  });
});
