import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/run.js';
import { FakeIo, type Run } from '../fake-io.js';
import { type ScriptedService, scripted } from './scripted-service.js';

let service: ScriptedService;
afterEach(() => service.stop());

const CREATED =
  '<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd</w:ResourceURI>' +
  '<w:SelectorSet><w:Selector Name="ShellId">5A</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>';
const stream = (name: string, base64: string): string => `<rsp:Stream Name="${name}" CommandId="6B">${base64}</rsp:Stream>`;
const state = (name: string, exitCode = ''): string =>
  `<rsp:CommandState CommandId="6B" State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/${name}">${exitCode}</rsp:CommandState>`;
const received = (...content: readonly string[]): string => `<rsp:ReceiveResponse>${content.join('')}</rsp:ReceiveResponse>`;
const done = (exitCode: number): string => received(state('Done', `<rsp:ExitCode>${exitCode}</rsp:ExitCode>`));

/** "hello\r\n", "oops\r\n", and "ü" cut in two. */
const OUTPUT = [received(stream('stdout', 'aGVsbG8NCg=='), stream('stderr', 'b29wcw0K'), stream('stdout', 'ww=='), state('Running')), received(stream('stdout', 'vA=='), state('Running'))];

const shell = (...receives: readonly string[]): Parameters<typeof scripted>[0] => ({
  Create: CREATED,
  Command: '<rsp:CommandResponse><rsp:CommandId>6B</rsp:CommandId></rsp:CommandResponse>',
  Receive: receives,
  Signal: '<rsp:SignalResponse/>',
  Delete: '',
});

async function runOn(script: Parameters<typeof scripted>[0], ...argv: readonly string[]): Promise<Run> {
  service = await scripted(script);
  return new FakeIo().run('run', ...service.options, '--', ...argv);
}

describe('hyperv-wsman run', () => {
  it('passes both streams on as they are, and exits with the exit code', async () => {
    expect(await runOn(shell(...OUTPUT, done(7)), 'dir', '/b', '--json')).toEqual({ status: 7, stdout: 'hello\r\nü', stderr: 'oops\r\n' });
    expect(service.requests[1]).toContain('<rsp:Command>dir</rsp:Command><rsp:Arguments>/b</rsp:Arguments><rsp:Arguments>--json</rsp:Arguments>');
    expect(service.actions).toEqual(['Create', 'Command', 'Receive', 'Receive', 'Receive', 'Signal', 'Delete']);
  });

  it.each([
    [0, 0],
    [255, 255],
    [256, 255],
    [3221225786, 255],
    [-1, 255],
  ])('makes of the exit code %i the status %i', async (exitCode, status) => {
    expect(await runOn(shell(done(exitCode)), 'x')).toEqual({ status, stdout: '', stderr: '' });
  });

  it('says so when the host tells no exit code', async () => {
    expect(await runOn(shell(received(state('Done'))), 'x')).toMatchObject({ status: 1, stderr: expect.stringMatching(/told no exit code/) as unknown });
  });

  it('ends the command and deletes the shell when the reader goes away', async () => {
    service = await scripted(shell(...OUTPUT));
    const stdout = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) });
    const { stdin, stderr, env, signal } = new FakeIo();
    expect(await run(['run', ...service.options, '--', 'x'], { stdin, stdout, stderr, env, signal })).toBe(0);
    expect(service.actions).toEqual(['Create', 'Command', 'Receive', 'Signal', 'Delete']);
  });

  it('ends the command and deletes the shell on Ctrl-C, and exits with 130', async () => {
    service = await scripted(shell(received(state('Running'))));
    const io = new FakeIo();
    service.onRequest = () => {
      if (service.actions.length === 5) io.interrupt(new Interruption('SIGINT'));
    };
    expect(await io.run('run', ...service.options, '--', 'x')).toEqual({ status: 130, stdout: '', stderr: 'hyperv-wsman: interrupted by SIGINT\n' });
    expect(service.actions.slice(-2)).toEqual(['Signal', 'Delete']);
  });

  it('exits with 1 for a fault', async () => {
    expect(await runOn({}, 'x')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/no such thing.*Create of a shell/) as unknown });
  });

  it('says in its help what it exits with', async () => {
    service = await scripted({});
    expect((await new FakeIo().run('run', '--help')).stdout).toMatch(/exit status is the command's exit code, 255/);
  });
});
