import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../src/bytes.js';
import type { CommandInput, SimulatedHost } from '../../../src/testing/index.js';
import {
  type ShellOptions, type ShellReference, readShellCommandResponse, readShellCreateResponse, shellCommandRequest, shellCreateRequest, shellDeleteRequest,
} from '../../../src/wsman/shell.js';
import {
  type ShellOutput, type ShellSignal, readShellReceiveResponse, shellReceiveRequest, shellSendRequest, shellSignalRequest,
} from '../../../src/wsman/shell-streams.js';
import { type AskOptions, ask } from '../ask.js';
import { startHost } from '../support.js';

const open = (host: SimulatedHost, options?: ShellOptions, settings?: AskOptions) => ask(host, shellCreateRequest(options), readShellCreateResponse, settings);
const receive = (host: SimulatedHost, shell: ShellReference, commandId: string, settings?: AskOptions) =>
  ask(host, shellReceiveRequest(shell, commandId), readShellReceiveResponse, settings);
const send = (host: SimulatedHost, shell: ShellReference, commandId: string, text: string, end: boolean) =>
  ask(host, shellSendRequest(shell, commandId, utf8(text), end), () => null);
const signal = (host: SimulatedHost, shell: ShellReference, commandId: string, name: ShellSignal) => ask(host, shellSignalRequest(shell, commandId, name), () => null);

async function start(host: SimulatedHost, shell: ShellReference, command: string, ...args: readonly string[]): Promise<string> {
  return (await ask(host, shellCommandRequest(shell, { command, arguments: args }), readShellCommandResponse)).commandId;
}

async function outputOf(host: SimulatedHost, shell: ShellReference, commandId: string, settings?: AskOptions): Promise<{ stdout: string; stderr: string; exitCode: number | null; answers: number }> {
  const answers: ShellOutput[] = [];
  do answers.push(await receive(host, shell, commandId, settings));
  while (answers.at(-1)?.commandState?.state !== 'Done');
  const text = (wanted: string) => new TextDecoder().decode(concat(...answers.flatMap(({ streams }) => streams.filter(({ name }) => name === wanted).map(({ data }) => data))));
  return { stdout: text('stdout'), stderr: text('stderr'), exitCode: answers.at(-1)!.commandState!.exitCode, answers: answers.length };
}

describe('commands', () => {
  it.each<[string, string[], { stdout?: string; stderr?: unknown; exitCode: number }]>([
    ['hostname', [], { stdout: 'SIMHOST\r\n', exitCode: 0 }],
    ['echo', ['eins', '"zwei drei"'], { stdout: 'eins "zwei drei"\r\n', exitCode: 0 }],
    ['EXIT', ['42'], { exitCode: 42 }],
    ['exit', ['/b', '-1'], { exitCode: -1 }],
    ['frobnicate', ['/all'], { stderr: expect.stringMatching(/^'frobnicate' is not recognized.*\r\n$/) as string, exitCode: 1 }],
  ])('%s %j', async (command, args, expected) => {
    const host = await startHost();
    const shell = await open(host);
    expect(await outputOf(host, shell, await start(host, shell, command, ...args))).toMatchObject({ stdout: '', stderr: '', ...expected });
  });

  it('a handler gets the line, the environment and all of stdin; one that does not know the line leaves it to the earlier', async () => {
    const host = await startHost();
    host.onCommand(async (commandLine, { stdin, environment }) => ({ stdout: `${commandLine}|${environment.WER ?? ''}|${await stdin}` }));
    host.onCommand((commandLine) => (commandLine === 'ver' ? { stdout: 'Version' } : null));
    const shell = await open(host, { environment: { WER: 'ops' } });
    const id = await start(host, shell, 'sort', '/r');
    await send(host, shell, id, 'grün', false);
    await send(host, shell, id, ' und rot', true);
    expect((await outputOf(host, shell, id)).stdout).toBe('sort /r|ops|grün und rot');
    expect((await outputOf(host, shell, await start(host, shell, 'ver'))).stdout).toBe('Version');
  });

  it('what a handler throws is on stderr', async () => {
    const host = await startHost();
    host.onCommand(() => Promise.reject(new Error('Im Test ist ein Fehler')));
    const shell = await open(host);
    expect(await outputOf(host, shell, await start(host, shell, 'x'))).toMatchObject({ stderr: 'Im Test ist ein Fehler\r\n', exitCode: 1 });
  });

  it('long output comes in pieces that fit the envelope', async () => {
    const host = await startHost();
    const long = 'äö€ '.repeat(5000);
    host.onCommand(() => ({ stdout: long, stderr: 'Warnung' }));
    const shell = await open(host);
    const { answers, ...output } = await outputOf(host, shell, await start(host, shell, 'x'), { maxEnvelopeSize: 8192 });
    expect(output).toEqual({ stdout: long, stderr: 'Warnung', exitCode: 0 });
    expect(answers).toBeGreaterThan(8);
  });

  it('Receive of nothing is TimedOut, and the command goes on', async () => {
    const host = await startHost();
    host.onCommand(async (_line: string, { stdin }: CommandInput) => ({ stdout: await stdin }));
    const shell = await open(host);
    const id = await start(host, shell, 'cat');
    await expect(receive(host, shell, id, { operationTimeoutMs: 20 })).rejects.toMatchObject({ soapCode: 'Receiver', subcode: 'TimedOut', wsman: 2150858793 });
    await send(host, shell, id, 'doch', true);
    expect((await outputOf(host, shell, id)).stdout).toBe('doch');
  });

  it('Ctrl-C ends a command; terminate lets the host forget it', async () => {
    const host = await startHost();
    host.onCommand(() => new Promise(() => undefined));
    const shell = await open(host);
    const id = await start(host, shell, 'ping', '-t');
    await signal(host, shell, id, 'ctrl_c');
    expect((await outputOf(host, shell, id)).exitCode).toBe(-1_073_741_510);
    await signal(host, shell, id, 'terminate');
    await expect(receive(host, shell, id)).rejects.toMatchObject({ subcode: 'InvalidParameter' });
  });
});

describe('shells', () => {
  it('are gone after Delete', async () => {
    const host = await startHost();
    const shell = await open(host);
    expect(host.openShells).toBe(1);
    await ask(host, shellDeleteRequest(shell), () => null);
    expect(host.openShells).toBe(0);
    await expect(start(host, shell, 'hostname')).rejects.toMatchObject({ subcode: 'InvalidSelectors', wsman: 2150858843 });
  });

  it('are their user\'s alone', async () => {
    const users = ['Administrator', 'wartung'].map((username) => ({ username, password: 'Simulated-1' }));
    const host = await startHost({ users });
    const shell = await open(host, {}, { username: 'wartung' });
    await expect(start(host, shell, 'hostname')).rejects.toMatchObject({ subcode: 'InvalidSelectors' });
  });

  it('close when they are idle for too long', async () => {
    const host = await startHost();
    const shell = await open(host, { idleTimeoutMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(start(host, shell, 'hostname')).rejects.toMatchObject({ subcode: 'InvalidSelectors' });
    expect(host.openShells).toBe(0);
  });
});
