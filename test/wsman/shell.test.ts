import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';
import {
  type ShellOptions,
  readShellCommandRequest,
  readShellCommandResponse,
  readShellCreateRequest,
  readShellCreateResponse,
  shellCommandRequest,
  shellCommandResponseBody,
  shellCreateRequest,
  shellCreateResponseBody,
  shellDeleteRequest,
  shellIdOf,
} from '../../src/wsman/shell.js';
import {
  readShellReceiveRequest,
  readShellReceiveResponse,
  readShellSendRequest,
  readShellSignalRequest,
  shellReceiveRequest,
  shellReceiveResponseBody,
  shellSendRequest,
  shellSendResponseBody,
  shellSignalRequest,
  shellSignalResponseBody,
} from '../../src/wsman/shell-streams.js';
import { answer, answered, answeredBody, bodyOf, ownHeadersOf, received, reference } from './support.js';

const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
const CMD = { resourceUri: `${SHELL}/cmd`, shellId: '91D7' };
const SELECTORS = '<w:SelectorSet><w:Selector Name="ShellId">91D7</w:Selector></w:SelectorSet>';
const option = (name: string, value: string) => `<w:Option Name="${name}">${value}</w:Option>`;

describe('the Create of a shell (MS-WSMV 3.1.4.5.2)', () => {
  const whole: ShellOptions = { environment: { A: '1', B: 'x y' }, workingDirectory: 'C:\\Temp', idleTimeoutMs: 7_200_000, noProfile: false, codePage: 437 };

  it('asks for the three streams, in UTF-8, without a profile', () => {
    const request = shellCreateRequest();
    expect([request.action, request.resourceUri]).toEqual(['http://schemas.xmlsoap.org/ws/2004/09/transfer/Create', `${SHELL}/cmd`]);
    expect(ownHeadersOf(request)).toBe(`<w:OptionSet s:mustUnderstand="true">${option('WINRS_NOPROFILE', 'TRUE')}${option('WINRS_CODEPAGE', '65001')}</w:OptionSet>|`);
    expect(bodyOf(request)).toBe(`<rsp:Shell xmlns:rsp="${SHELL}"><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>`);
  });

  it('asks for more, in the order of the schema (MS-WSMV 2.2.4.37)', () => {
    const request = shellCreateRequest(whole);
    expect(ownHeadersOf(request)).toContain(`${option('WINRS_NOPROFILE', 'FALSE')}${option('WINRS_CODEPAGE', '437')}`);
    expect(bodyOf(request)).toBe(
      `<rsp:Shell xmlns:rsp="${SHELL}"><rsp:Environment><rsp:Variable Name="A">1</rsp:Variable><rsp:Variable Name="B">x y</rsp:Variable></rsp:Environment>` +
        '<rsp:WorkingDirectory>C:\\Temp</rsp:WorkingDirectory><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut>' +
        '<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>',
    );
    expect(readShellCreateRequest(received(request))).toEqual(whole);
    expect(readShellCreateRequest(answer('<rsp:Shell/>'))).toEqual({});
  });

  const created = (inside: string) => answer(`<x:ResourceCreated>${inside}</x:ResourceCreated><rsp:Shell><rsp:ShellId>other</rsp:ShellId></rsp:Shell>`);

  it.each(['ShellId', 'ShellID'])('gives the shell in the selector %s', (name) => {
    expect(readShellCreateResponse(created(reference(`${SHELL}/cmd`, { [name]: '91D7' })))).toEqual(CMD);
  });

  it.each([
    ['nothing', ''],
    ['no ShellId', reference(`${SHELL}/cmd`, { Name: 'x' })],
    ['an empty ShellId', reference(`${SHELL}/cmd`, { ShellId: '' })],
  ])('is refused when it gives %s', (_name, inside) => {
    expect(() => readShellCreateResponse(created(inside))).toThrow(ProtocolError);
    expect(() => readShellCreateResponse(created(inside))).toThrow('ResourceCreated names no shell');
  });

  it('is answered by a service, which then knows the shell by its selectors', () => {
    expect(readShellCreateResponse(answered(shellCreateResponseBody(CMD)))).toEqual(CMD);
    expect(shellIdOf({ SHELLID: '91D7' })).toBe('91D7');
    expect(shellIdOf({ Name: 'x' })).toBeNull();
  });
});

describe('Command (MS-WSMV 3.1.4.11)', () => {
  it('starts a command line', () => {
    const request = shellCommandRequest(CMD, { command: 'vmms.exe', arguments: ['/a', '"b c"'], skipCmdShell: true, consoleModeStdin: false });
    expect(request.action).toBe(`${SHELL}/Command`);
    expect(ownHeadersOf(request)).toBe(
      `${SELECTORS}<w:OptionSet s:mustUnderstand="true">${option('WINRS_CONSOLEMODE_STDIN', 'FALSE')}${option('WINRS_SKIP_CMD_SHELL', 'TRUE')}</w:OptionSet>|`,
    );
    expect(bodyOf(request)).toBe(
      `<rsp:CommandLine xmlns:rsp="${SHELL}"><rsp:Command>vmms.exe</rsp:Command><rsp:Arguments>/a</rsp:Arguments><rsp:Arguments>"b c"</rsp:Arguments></rsp:CommandLine>`,
    );
    expect(readShellCommandRequest(received(request))).toEqual({ command: 'vmms.exe', arguments: ['/a', '"b c"'], skipCmdShell: true, consoleModeStdin: false });
    const plain = shellCommandRequest(CMD, { command: 'dir', arguments: [] });
    expect(plain.options).toEqual({ WINRS_CONSOLEMODE_STDIN: 'TRUE', WINRS_SKIP_CMD_SHELL: 'FALSE' });
  });

  it('gives a CommandId', () => {
    expect(readShellCommandResponse(answer('<rsp:CommandResponse><rsp:CommandId>7A</rsp:CommandId></rsp:CommandResponse>'))).toEqual({ commandId: '7A' });
    expect(readShellCommandResponse(answered(shellCommandResponseBody('7A')))).toEqual({ commandId: '7A' });
    expect(() => readShellCommandResponse(answer('<rsp:CommandResponse/>'))).toThrow('CommandResponse has no CommandId');
    expect(() => readShellCommandRequest(answer('<rsp:CommandLine/>'))).toThrow(ProtocolError);
  });
});

describe('Send (MS-WSMV 3.1.4.13)', () => {
  it('carries bytes to stdin', () => {
    const request = shellSendRequest(CMD, '7A', utf8('y\r\n'), true);
    expect(request.action).toBe(`${SHELL}/Send`);
    expect(ownHeadersOf(request)).toBe(`${SELECTORS}|`);
    expect(bodyOf(request)).toBe(`<rsp:Send xmlns:rsp="${SHELL}"><rsp:Stream Name="stdin" CommandId="7A" End="true">eQ0K</rsp:Stream></rsp:Send>`);
    expect(readShellSendRequest(received(request))).toEqual({ commandId: '7A', streams: [{ name: 'stdin', data: utf8('y\r\n'), end: true }] });
    expect(readShellSendRequest(received(shellSendRequest(CMD, '7A', utf8(''), false))).streams).toEqual([{ name: 'stdin', data: new Uint8Array(), end: false }]);
    expect(readShellSendRequest(answer('<rsp:Send/>'))).toEqual({ commandId: null, streams: [] });
    expect(answeredBody(shellSendResponseBody())).toBe(`<rsp:SendResponse xmlns:rsp="${SHELL}"/>`);
  });
});

describe('Receive (MS-WSMV 3.1.4.14)', () => {
  const DONE = `<rsp:CommandState CommandId="7A" State="${SHELL}/CommandState/Done"><rsp:ExitCode>-1073741510</rsp:ExitCode></rsp:CommandState>`;

  it('asks for both streams of a command', () => {
    const request = shellReceiveRequest(CMD, '7A');
    expect(request.action).toBe(`${SHELL}/Receive`);
    expect(bodyOf(request)).toBe(`<rsp:Receive xmlns:rsp="${SHELL}"><rsp:DesiredStream CommandId="7A">stdout stderr</rsp:DesiredStream></rsp:Receive>`);
    expect(readShellReceiveRequest(received(request))).toEqual({ commandId: '7A', streams: ['stdout', 'stderr'] });
    expect(() => readShellReceiveRequest(answer('<rsp:Receive/>'))).toThrow('no DesiredStream');
  });

  it('reads output in the order it came, the ends of streams, and how the command ended', () => {
    const body =
      '<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="7A">w7w\n=</rsp:Stream><rsp:Stream Name="stderr" CommandId="7A">IQ==</rsp:Stream>' +
      `<rsp:Stream Name="stdout" CommandId="7A" End="true"></rsp:Stream>${DONE}</rsp:ReceiveResponse>`;
    expect(readShellReceiveResponse(answer(body))).toEqual({
      streams: [
        { name: 'stdout', data: new Uint8Array([0xc3, 0xbc]), end: false },
        { name: 'stderr', data: new Uint8Array([0x21]), end: false },
        { name: 'stdout', data: new Uint8Array(), end: true },
      ],
      commandState: { state: 'Done', exitCode: -1073741510 },
    });
  });

  it('reads a command that is still running, and an answer that does not tell', () => {
    const running = `<rsp:ReceiveResponse><rsp:CommandState CommandId="7A" State="${SHELL}/CommandState/Running"/></rsp:ReceiveResponse>`;
    expect(readShellReceiveResponse(answer(running))).toEqual({ streams: [], commandState: { state: 'Running', exitCode: null } });
    expect(readShellReceiveResponse(answer('<rsp:ReceiveResponse/>'))).toEqual({ streams: [], commandState: null });
  });

  it.each([
    ['a stream that is not base64', '<rsp:Stream Name="stdout">?</rsp:Stream>', 'The stream stdout is not base64'],
    ['an exit code that is no number', DONE.replace('-1073741510', 'one'), 'The ExitCode is no number'],
  ])('refuses %s', (_name, inside, message) => {
    expect(() => readShellReceiveResponse(answer(`<rsp:ReceiveResponse>${inside}</rsp:ReceiveResponse>`))).toThrow(ProtocolError);
    expect(() => readShellReceiveResponse(answer(`<rsp:ReceiveResponse>${inside}</rsp:ReceiveResponse>`))).toThrow(message);
  });

  it('is answered by a service', () => {
    const body = shellReceiveResponseBody('7A', { streams: [{ name: 'stdout', data: utf8('!'), end: false }], commandState: { state: 'Done', exitCode: 0 } });
    expect(answeredBody(body)).toBe(
      `<rsp:ReceiveResponse xmlns:rsp="${SHELL}"><rsp:Stream Name="stdout" CommandId="7A">IQ==</rsp:Stream>` +
        `<rsp:CommandState CommandId="7A" State="${SHELL}/CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>`,
    );
    expect(answeredBody(shellReceiveResponseBody('7A', { streams: [], commandState: null }))).toBe(`<rsp:ReceiveResponse xmlns:rsp="${SHELL}"/>`);
  });
});

describe('Signal (MS-WSMV 3.1.4.12) and Delete', () => {
  it.each(['ctrl_c', 'ctrl_break', 'terminate'] as const)('sends %s', (signal) => {
    const request = shellSignalRequest(CMD, '7A', signal);
    expect(request.action).toBe(`${SHELL}/Signal`);
    expect(bodyOf(request)).toBe(`<rsp:Signal xmlns:rsp="${SHELL}" CommandId="7A"><rsp:Code>${SHELL}/signal/${signal}</rsp:Code></rsp:Signal>`);
    expect(readShellSignalRequest(received(request))).toEqual({ commandId: '7A', signal });
  });

  it('reads a signal in the spelling of the specification and of PowerShell, and no other', () => {
    const signal = (code: string) => readShellSignalRequest(answer(`<rsp:Signal><rsp:Code>${code}</rsp:Code></rsp:Signal>`));
    expect(signal(`${SHELL}/signal/Terminate`)).toEqual({ commandId: null, signal: 'terminate' });
    expect(signal('powershell/signal/ctrl_c').signal).toBe('ctrl_c');
    expect(() => signal(`${SHELL}/signal/hup`)).toThrow('The signal hup is not known');
    expect(answeredBody(shellSignalResponseBody())).toBe(`<rsp:SignalResponse xmlns:rsp="${SHELL}"/>`);
  });

  it('closes the shell with an empty body', () => {
    const request = shellDeleteRequest(CMD);
    expect([request.action, request.resourceUri, request.body]).toEqual(['http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete', `${SHELL}/cmd`, null]);
    expect(ownHeadersOf(request)).toBe(`${SELECTORS}|`);
  });
});
