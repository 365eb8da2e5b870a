import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/run.js';
import { FakeIo } from '../fake-io.js';
import { type ScriptedService, page, scripted } from './scripted-service.js';

const WEB = '7F0B6A1E-2C4D-4E8B-9A31-5D6C7E8F9012';
const MAIL = '8A1C7B2F-3D5E-4F9C-8B42-6E7D8F90A123';

function machine(id: string, name: string, state: number): string {
  return (
    '<p:Msvm_ComputerSystem xsi:type="p:Msvm_ComputerSystem_Type"><p:Caption>Virtual Machine</p:Caption>' +
    `<p:CreationClassName>Msvm_ComputerSystem</p:CreationClassName><p:ElementName>${name}</p:ElementName><p:EnabledState>${state}</p:EnabledState>` +
    `<p:InstallDate xsi:nil="true"/><p:Name>${id}</p:Name><p:OnTimeInMilliseconds>4294967296</p:OnTimeInMilliseconds></p:Msvm_ComputerSystem>`
  );
}

function reference(id: string): string {
  return (
    '<a:EndpointReference><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>' +
    '<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ComputerSystem</w:ResourceURI><w:SelectorSet>' +
    `<w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector><w:Selector Name="Name">${id}</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>`
  );
}

const TWO = page('Enumerate', [machine(WEB, 'web01', 2), machine(MAIL, '邮件\u0085[2J', 3)], null);
const ENDLESS = { Enumerate: page('Enumerate', [machine(WEB, 'web01', 2)], 'uuid:1'), Pull: page('Pull', [machine(MAIL, 'mail', 3)], 'uuid:2'), Release: '' };

let service: ScriptedService;

async function enumerate(script: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Awaited<ReturnType<FakeIo['run']>>> {
  service = await scripted(script);
  return new FakeIo().run('enum', 'Msvm_ComputerSystem', ...service.options, ...argv);
}

afterEach(() => service.stop());

describe('hyperv-wsman enum', () => {
  it('prints one JSON object a line, typed by the schema, every control character escaped', async () => {
    const { status, stderr, stdout } = await enumerate({ Enumerate: TWO });
    expect([status, stderr]).toEqual([0, '']);
    // What the class has and the answer has not stands behind, as null.
    expect(stdout.replaceAll(/,"\w+":null(?=[,}])/g, '')).toBe(
      `{"Caption":"Virtual Machine","CreationClassName":"Msvm_ComputerSystem","ElementName":"web01","EnabledState":2,"Name":"${WEB}","OnTimeInMilliseconds":"4294967296"}\n` +
        `{"Caption":"Virtual Machine","CreationClassName":"Msvm_ComputerSystem","ElementName":"邮件\\u0085[2J","EnabledState":3,"Name":"${MAIL}","OnTimeInMilliseconds":"4294967296"}\n`,
    );
    expect(stdout.match(/"InstallDate":null/g)).toHaveLength(2);
    expect(stdout.match(/"IdentifyingDescriptions":null/g)).toHaveLength(2);
    expect(service.requests[0]).toContain('/wmi/root/virtualization/v2/Msvm_ComputerSystem');
  });

  it('prints a table: keys first, then what tells most, null columns left out', async () => {
    const { stdout } = await enumerate({ Enumerate: TWO }, '--table');
    expect(stdout.split('\n')).toEqual([
      'Name                                  ElementName  EnabledState  Caption',
      '7F0B6A1E-2C4D-4E8B-9A31-5D6C7E8F9012  web01        2 (Enabled)   Virtual Machine',
      '8A1C7B2F-3D5E-4F9C-8B42-6E7D8F90A123  邮件\uFFFD[2J     3 (Disabled)  Virtual Machine',
      '',
    ]);
  });

  it('prints what was selected, in any letter case; what is not there is null', async () => {
    expect((await enumerate({ Enumerate: TWO }, '--select', 'elementname, EnabledState,Nothing', '--limit', '1')).stdout).toBe('{"elementname":"web01","EnabledState":2,"Nothing":null}\n');
    await service.stop();
    expect((await enumerate({ Enumerate: TWO }, '--select', 'EnabledState,Name', '--table')).stdout).toBe(
      `EnabledState  Name\n2 (Enabled)   ${WEB}\n3 (Disabled)  ${MAIL}\n`,
    );
  });

  it('prints paths', async () => {
    const paths = page('Enumerate', [reference(WEB)], null);
    expect((await enumerate({ Enumerate: paths }, '--paths')).stdout).toBe(
      `{"namespace":"root/virtualization/v2","className":"Msvm_ComputerSystem","keys":{"CreationClassName":"Msvm_ComputerSystem","Name":"${WEB}"}}\n`,
    );
    await service.stop();
    expect((await enumerate({ Enumerate: paths }, '--paths', '--table')).stdout).toBe(
      `root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${WEB}"\n`,
    );
  });

  it('prints nothing for nothing', async () => {
    expect(await enumerate({ Enumerate: page('Enumerate', [], null) }, '--table')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('asks for the values it was given, the page size and the namespace', async () => {
    await enumerate({ Enumerate: TWO }, '--filter', 'enabledstate=2', '--page-size', '7', '--namespace', 'root\\other');
    expect(service.requests[0]).toMatch(/SelectorFilter.*<w:Selector Name="EnabledState">2<\/w:Selector>/s);
    expect(service.requests[0]).toContain('<w:MaxElements>7</w:MaxElements>');
    expect(service.requests[0]).toContain('/wmi/root/other/Msvm_ComputerSystem');
  });

  it('releases the enumeration when it has enough', async () => {
    expect(await enumerate(ENDLESS, '--limit', '2', '--select', 'ElementName')).toEqual({ status: 0, stderr: '', stdout: '{"ElementName":"web01"}\n{"ElementName":"mail"}\n' });
    expect(service.actions.at(-1)).toBe('Release');
  });

  it('releases the enumeration when the reader goes away', async () => {
    service = await scripted(ENDLESS);
    let lines = 0;
    const stdout = new Writable({
      write: (_chunk, _encoding, callback) => callback(++lines < 3 ? null : Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const { stdin, stderr, env, signal } = new FakeIo();
    expect(await run(['enum', 'Msvm_ComputerSystem', ...service.options], { stdin, stdout, stderr, env, signal })).toBe(0);
    expect([lines, service.actions.at(-1)]).toEqual([3, 'Release']);
  });

  it('waits for a slow reader', async () => {
    service = await scripted(ENDLESS);
    let held: (() => void) | null = null;
    let lines = 0;
    const stdout = new Writable({
      write: (_chunk, _encoding, callback) => {
        lines++;
        held = callback;
      },
    });
    const io = new FakeIo();
    const running = run(['enum', 'Msvm_ComputerSystem', '--limit', '2', ...service.options], { stdin: io.stdin, stdout, stderr: io.stderr, env: io.env, signal: io.signal });
    await expect.poll(() => held).not.toBeNull();
    expect(lines).toBe(1);
    (held as (() => void) | null)?.();
    await expect.poll(() => lines).toBe(2);
    (held as (() => void) | null)?.();
    expect(await running).toBe(0);
  });

  it('releases the enumeration when it is interrupted, and exits with 130', async () => {
    service = await scripted(ENDLESS);
    const io = new FakeIo();
    service.onRequest = (action) => {
      if (action === 'Pull' && service.actions.length > 3) io.interrupt(new Interruption('SIGINT'));
    };
    expect(await io.run('enum', 'Msvm_ComputerSystem', '--select', 'EnabledState', ...service.options)).toMatchObject({ status: 130, stderr: 'hyperv-wsman: interrupted by SIGINT\n' });
    expect(service.actions.at(-1)).toBe('Release');
  });

  it('exits with 1 for a fault', async () => {
    const { status, stdout, stderr } = await enumerate({});
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^hyperv-wsman: .*There is no such thing here.*Enumerate of Msvm_ComputerSystem on 127\.0\.0\.1:\d+\)\n$/);
  });

  it.each<[message: RegExp, argv: readonly string[]]>([
    [/"a b" is not the name of a class/, ['enum', 'a b']],
    [/EnabledState: "on" is not a value of type uint16/, ['enum', 'Msvm_ComputerSystem', '--filter', 'EnabledState=on']],
    [/EnabledState is given twice/, ['enum', 'Msvm_ComputerSystem', '--filter', 'EnabledState=2', '--filter', 'enabledState=3']],
    [/--filter.*Name=value/, ['enum', 'Msvm_ComputerSystem', '--filter', 'EnabledState']],
    [/--limit.*whole number from 1/, ['enum', 'Msvm_ComputerSystem', '--limit', '0']],
    [/--select.*names of properties/, ['enum', 'Msvm_ComputerSystem', '--select', 'a,,b']],
    [/--paths.*cannot be used with.*--select/, ['enum', 'Msvm_ComputerSystem', '--paths', '--select', 'Name']],
    [/--table.*cannot be used with.*--json/, ['enum', 'Msvm_ComputerSystem', '--table', '--json']],
  ])('is 2 and says why: %s', async (message, argv) => {
    service = await scripted({});
    const { status, stdout, stderr } = await new FakeIo().run(...argv, ...service.options);
    expect([status, stdout, service.requests]).toEqual([2, '', []]);
    expect(stderr).toMatch(message);
  });
});
