import { afterEach, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';
import { FAULT, type ScriptedService, page, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const MACHINE = 'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="A1"';
const FOUND = page('Enumerate', ['<p:Msvm_ComputerSystem><p:Name>A2</p:Name><p:EnabledState>2</p:EnabledState></p:Msvm_ComputerSystem>'], null);

async function associators(body: string, ...argv: readonly string[]): Promise<Run> {
  service = await scripted({ Enumerate: body });
  return new FakeIo().run('associators', MACHINE, ...argv, ...service.options);
}

describe('hyperv-wsman associators', () => {
  it('asks with every restriction, and prints one JSON object a line', async () => {
    const run = await associators(FOUND, '--association', 'Msvm_SettingsDefineState', '--result-class', 'Msvm_VirtualSystemSettingData', '--role', 'ManagedElement', '--result-role', 'SettingData');
    // What the class has and the answer has not stands behind, as null.
    expect(run).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/^\{"Name":"A2","EnabledState":2(,"\w+":null)+\}\n$/) as string });
    expect(service.requests[0]).toMatch(
      /<b:AssociatedInstances[^>]*><b:Object>.*<w:Selector Name="Name">A1<\/w:Selector>.*<\/b:Object><b:AssociationClassName>Msvm_SettingsDefineState<.*<b:Role>ManagedElement<.*<b:ResultClassName>Msvm_VirtualSystemSettingData<.*<b:ResultRole>SettingData</s,
    );
  });

  it('asks for the associations themselves', async () => {
    expect((await associators(FOUND, '--references', '--result-class', 'Msvm_SettingsDefineState', '--role', 'ManagedElement')).status).toBe(0);
    expect(service.requests[0]).toMatch(/<b:AssociationInstances.*<b:Role>ManagedElement<.*<b:ResultClassName>Msvm_SettingsDefineState</s);
  });

  it('prints a table', async () => {
    expect((await associators(FOUND, '--table')).stdout).toBe('Name  EnabledState\nA2    2 (Enabled)\n');
  });

  it('exits with 1 for a fault, and with 2 for restrictions that do not go together', async () => {
    expect(await associators(FAULT)).toMatchObject({ status: 1, stdout: '' });
    await service.stop();
    expect(await associators(FOUND, '--references', '--association', 'A')).toMatchObject({ status: 2, stderr: expect.stringMatching(/--references.*cannot be used with.*--association/) as unknown });
  });
});
