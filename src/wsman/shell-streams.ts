import { fromBase64, toBase64 } from '../bytes.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { SHELL } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childText, readBody, requiredText } from './body.js';
import type { WsmanRequest } from './request.js';
import { type ShellReference, shellRequest } from './shell.js';

/** The action that sends input to a command (MS-WSMV 3.1.4.13). */
export const SHELL_SEND_ACTION: string = `${SHELL}/Send`;
/** The action that fetches output of a command (MS-WSMV 3.1.4.14). */
export const SHELL_RECEIVE_ACTION: string = `${SHELL}/Receive`;
/** The action that signals a command (MS-WSMV 3.1.4.12). */
export const SHELL_SIGNAL_ACTION: string = `${SHELL}/Signal`;

const STATE = `${SHELL}/CommandState/`;
const SIGNAL = `${SHELL}/signal/`;

/** A piece of a stream (MS-WSMV 2.2.4.40). */
export type StreamPiece = {
  /** `stdin`, `stdout` or `stderr`. */
  readonly name: string;
  /** In the code page of the shell. A character may be cut in two: decode the stream, not the piece. */
  readonly data: Uint8Array;
  /** Whether nothing more comes in this stream. */
  readonly end: boolean;
};

/** How far a command is (MS-WSMV 2.2.4.9). */
export type CommandState = {
  /** `Pending`, `Running` or `Done`. */
  readonly state: string;
  /** What the program returned, when it is done. */
  readonly exitCode: number | null;
};

/** What a Receive brought. */
export type ShellOutput = {
  readonly streams: readonly StreamPiece[];
  /** `null` when it was not told. */
  readonly commandState: CommandState | null;
};

/**
 * A signal (MS-WSMV 2.2.4.38): the two key strokes, or `terminate`, which ends the command and lets the service forget it.
 * Every command has to be terminated, also one that is done.
 */
export type ShellSignal = 'ctrl_c' | 'ctrl_break' | 'terminate';

/**
 * The request that sends bytes to a command's stdin (MS-WSMV 3.1.4.13).
 *
 * @param end - whether these are the last
 */
export function shellSendRequest(shell: ShellReference, commandId: string, data: Uint8Array, end: boolean): WsmanRequest {
  return {
    ...shellRequest(shell, SHELL_SEND_ACTION),
    body: xmlNode('rsp:Send', { 'xmlns:rsp': SHELL }, streamNode({ name: 'stdin', data, end }, commandId)),
  };
}

/**
 * Reads what is sent to a command, as a service does.
 *
 * @throws ProtocolError - the body is something else, or a stream is not base64
 */
export function readShellSendRequest(envelope: OpenEnvelope): { readonly commandId: string | null; readonly streams: readonly StreamPiece[] } {
  const streams = elementsOf(readBody(envelope, SHELL, 'Send'), SHELL, 'Stream');
  return { commandId: streams[0] === undefined ? null : attributeOf(streams[0], 'CommandId'), streams: streams.map(readStream) };
}

/** The body that answers Send. */
export function shellSendResponseBody(): XmlNode {
  return xmlNode('rsp:SendResponse', { 'xmlns:rsp': SHELL });
}

/**
 * The request for output of a command (MS-WSMV 3.1.4.14). Without any within the OperationTimeout it is answered with a
 * fault that `isTimedOut` knows: ask again.
 */
export function shellReceiveRequest(shell: ShellReference, commandId: string): WsmanRequest {
  return {
    ...shellRequest(shell, SHELL_RECEIVE_ACTION),
    body: xmlNode('rsp:Receive', { 'xmlns:rsp': SHELL }, xmlNode('rsp:DesiredStream', { CommandId: commandId }, 'stdout stderr')),
  };
}

/**
 * Reads output of a command, in the order it was sent.
 *
 * @throws ProtocolError - the body is something else, a stream is not base64, or an exit code is no number
 */
export function readShellReceiveResponse(envelope: OpenEnvelope): ShellOutput {
  const body = readBody(envelope, SHELL, 'ReceiveResponse');
  const state = childOf(body, SHELL, 'CommandState');
  return {
    streams: elementsOf(body, SHELL, 'Stream').map(readStream),
    commandState: state === null ? null : { state: lastPart(attributeOf(state, 'State') ?? ''), exitCode: readExitCode(state) },
  };
}

/**
 * Reads which command's output is asked for, as a service does.
 *
 * @throws ProtocolError - the body is something else
 */
export function readShellReceiveRequest(envelope: OpenEnvelope): { readonly commandId: string | null; readonly streams: readonly string[] } {
  const stream = childOf(readBody(envelope, SHELL, 'Receive'), SHELL, 'DesiredStream');
  if (stream === null) throw new ProtocolError('The Receive has no DesiredStream');
  return { commandId: attributeOf(stream, 'CommandId'), streams: textOf(stream).split(/\s+/).filter((name) => name !== '') };
}

/** The body that answers Receive. */
export function shellReceiveResponseBody(commandId: string, output: ShellOutput): XmlNode {
  const { streams, commandState } = output;
  return xmlNode(
    'rsp:ReceiveResponse',
    { 'xmlns:rsp': SHELL },
    ...streams.map((stream) => streamNode(stream, commandId)),
    ...(commandState === null ? [] : [commandStateNode(commandState, commandId)]),
  );
}

/** The request that signals a command (MS-WSMV 3.1.4.12). */
export function shellSignalRequest(shell: ShellReference, commandId: string, signal: ShellSignal): WsmanRequest {
  return {
    ...shellRequest(shell, SHELL_SIGNAL_ACTION),
    body: xmlNode('rsp:Signal', { 'xmlns:rsp': SHELL, CommandId: commandId }, xmlNode('rsp:Code', {}, SIGNAL + signal)),
  };
}

/**
 * Reads a signal, as a service does.
 *
 * @throws ProtocolError - the body is something else, or no signal of the three
 */
export function readShellSignalRequest(envelope: OpenEnvelope): { readonly commandId: string | null; readonly signal: ShellSignal } {
  const body = readBody(envelope, SHELL, 'Signal');
  const signal = lastPart(requiredText(body, SHELL, 'Code')).toLowerCase();
  if (signal !== 'ctrl_c' && signal !== 'ctrl_break' && signal !== 'terminate') throw new ProtocolError(`The signal ${signal} is not known`);
  return { commandId: attributeOf(body, 'CommandId'), signal };
}

/** The body that answers Signal. */
export function shellSignalResponseBody(): XmlNode {
  return xmlNode('rsp:SignalResponse', { 'xmlns:rsp': SHELL });
}

function streamNode({ name, data, end }: StreamPiece, commandId: string): XmlNode {
  return xmlNode('rsp:Stream', { Name: name, CommandId: commandId, ...(end ? { End: 'true' } : {}) }, toBase64(data));
}

function readStream(stream: XmlElement): StreamPiece {
  const name = attributeOf(stream, 'Name') ?? '';
  const data = fromBase64(textOf(stream).replace(/\s/g, ''));
  if (data === null) throw new ProtocolError(`The stream ${name} is not base64`);
  return { name, data, end: /^\s*(true|1)\s*$/i.test(attributeOf(stream, 'End') ?? '') };
}

function commandStateNode({ state, exitCode }: CommandState, commandId: string): XmlNode {
  const code = exitCode === null ? [] : [xmlNode('rsp:ExitCode', {}, String(exitCode))];
  return xmlNode('rsp:CommandState', { CommandId: commandId, State: STATE + state }, ...code);
}

function readExitCode(state: XmlElement): number | null {
  const text = childText(state, SHELL, 'ExitCode');
  if (text !== null && !/^-?\d{1,10}$/.test(text)) throw new ProtocolError('The ExitCode is no number', { text });
  return text === null ? null : Number(text);
}

/** The part of a URI after its last slash. */
function lastPart(uri: string): string {
  return uri.trim().replace(/^.*\//s, '');
}
