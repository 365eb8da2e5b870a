import { afterEach, describe, expect, it } from 'vitest';
import { FakeIo, type Run } from '../fake-io.js';
import { type ScriptedService, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const MACHINE = 'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="A1"';
const body = (name: string): string =>
  `<p:Msvm_ComputerSystem xsi:type="p:Msvm_ComputerSystem_Type"><p:ElementName>${name}</p:ElementName><p:EnabledState>2</p:EnabledState><p:Name>A1</p:Name></p:Msvm_ComputerSystem>`;

async function put(script: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Run> {
  service = await scripted(script);
  return new FakeIo().run('put', MACHINE, ...argv, ...service.options);
}

describe('hyperv-wsman put', () => {
  it('reads the instance, sends it with the changes, and prints it as it then is', async () => {
    expect(await put({ Get: body('old'), Put: body('new') }, '--set', 'elementname=new', '--set-json', 'EnabledState=3')).toEqual({
      status: 0,
      stderr: '',
      stdout: '{"ElementName":"new","EnabledState":2,"Name":"A1"}\n',
    });
    expect(service.actions).toEqual(['Get', 'Put']);
    expect(service.requests[1]).toContain('<p:ElementName>new</p:ElementName><p:EnabledState>3</p:EnabledState><p:Name>A1</p:Name>');
  });

  it('sends null', async () => {
    await put({ Get: body('old'), Put: body('') }, '--set', 'ElementName=null');
    expect(service.requests[1]).toContain('<p:ElementName xsi:nil="true"/>');
  });

  it('prints for people', async () => {
    expect((await put({ Get: body('old'), Put: body('new') }, '--set', 'ElementName=new', '--table')).stdout).toBe('ElementName   new\nEnabledState  2 (Enabled)\nName          A1\n');
  });

  it('exits with 1 for a fault', async () => {
    expect(await put({}, '--set', 'ElementName=new')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/no such thing/) as unknown });
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/needs at least one --set/, []],
    [/EnabledState: "on" is not a value of type uint16/, ['--set', 'EnabledState=on']],
    [/--set.*Name=value/, ['--set', 'EnabledState']],
  ])('is 2 and says why: %s', async (message, argv) => {
    const { status, stdout, stderr } = await put({}, ...argv);
    expect([status, stdout, service.requests]).toEqual([2, '', []]);
    expect(stderr).toMatch(message);
  });

  it('is 2 for a property that neither the schema nor the instance has', async () => {
    expect(await put({ Get: body('old') }, '--set', 'ElementNam=new')).toMatchObject({ status: 2, stderr: expect.stringMatching(/has no property ElementNam/) as unknown });
    expect(service.actions).toEqual(['Get']);
  });
});
