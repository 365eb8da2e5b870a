import { afterEach, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';
import { FAULT, type ScriptedService, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const MACHINE = 'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="7F0B6A1E-2C4D-4E8B-9A31-5D6C7E8F9012"';
const JOB =
  '<p:Job><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>' +
  '<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ConcreteJob</w:ResourceURI>' +
  '<w:SelectorSet><w:Selector Name="InstanceID">A1</w:Selector></w:SelectorSet></a:ReferenceParameters></p:Job>';

const answer = (returnValue: number, out = ''): string => `<p:RequestStateChange_OUTPUT>${out}<p:ReturnValue>${returnValue}</p:ReturnValue></p:RequestStateChange_OUTPUT>`;

async function invoke(body: string, ...argv: readonly string[]): Promise<Run> {
  service = await scripted({ RequestStateChange: body });
  return new FakeIo().run('invoke', ...argv, ...service.options);
}

describe('hyperv-wsman invoke', () => {
  it('sends parameters typed and spelled by the schema, and prints what came', async () => {
    expect(await invoke(answer(4096, JOB), MACHINE, 'requeststatechange', '--param', 'requestedstate=2', '--param-json', 'TimeoutPeriod=null')).toEqual({
      status: 0,
      stderr: '',
      stdout: '{"returnValue":4096,"returnValueName":"Method Parameters Checked - Transition Started","out":{"Job":{"namespace":"root/virtualization/v2","className":"Msvm_ConcreteJob","keys":{"InstanceID":"A1"}}}}\n',
    });
    expect(service.requests[0]).toContain('<p:RequestedState>2</p:RequestedState><p:TimeoutPeriod xsi:nil="true"/></p:RequestStateChange_INPUT>');
  });

  it('prints for people', async () => {
    expect((await invoke(answer(4096, JOB), MACHINE, 'RequestStateChange', '--param', 'RequestedState=2', '--table')).stdout).toBe(
      'ReturnValue  4096 (Method Parameters Checked - Transition Started)\nJob          root\\virtualization\\v2:Msvm_ConcreteJob.InstanceID="A1"\n',
    );
  });

  it('exits with 1 for a ReturnValue that is neither 0 nor 4096, and prints it all the same', async () => {
    expect(await invoke(answer(32775), MACHINE, 'RequestStateChange', '--param', 'RequestedState=2')).toEqual({
      status: 1,
      stdout: '{"returnValue":32775,"returnValueName":"Invalid state for this operation","out":{}}\n',
      stderr: 'hyperv-wsman: RequestStateChange returned 32775 (Invalid state for this operation)\n',
    });
  });

  it('calls a method that the schema does not know, with text', async () => {
    expect((await invoke(answer(0), 'Win32_Thing', 'RequestStateChange', '--param', 'Any=5')).stdout).toBe('{"returnValue":0,"returnValueName":null,"out":{}}\n');
    expect(service.requests[0]).toContain('<p:Any>5</p:Any>');
    expect(service.requests[0]).toContain('/wmi/root/cimv2/Win32_Thing');
  });

  it('exits with 1 for a fault', async () => {
    const { status, stdout, stderr } = await invoke(FAULT, MACHINE, 'RequestStateChange');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no such thing here.*\(RequestStateChange of Msvm_ComputerSystem on /);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/Msvm_ComputerSystem\.RequestStateChange takes no parameter State/, ['--param', 'State=2']],
    [/RequestStateChange takes no parameter Job/, ['--param', 'Job=null']],
    [/RequestedState: "on" is not a value of type uint16/, ['--param', 'RequestedState=on']],
  ])('is 2 and says why: %s', async (message, argv) => {
    const { status, stdout, stderr } = await invoke(answer(0), MACHINE, 'RequestStateChange', ...argv);
    expect([status, stdout, service.requests]).toEqual([2, '', []]);
    expect(stderr).toMatch(message);
  });
});
