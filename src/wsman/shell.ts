import { ProtocolError } from '../errors.js';
import { endpointReferenceContent, readEndpointReference } from '../soap/addressing.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { ANONYMOUS, SHELL, TRANSFER, WSMAN } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childText, readBody, requiredText } from './body.js';
import { CREATE_ACTION } from './create.js';
import { DELETE_ACTION } from './delete.js';
import { formatDuration, parseDuration } from './duration.js';
import { type WsmanRequest, readOptions } from './request.js';
import { readSelectorSet, selectorSet } from './selector-set.js';

/** The resource of command shells (MS-WSMV 3.1.4.5.2). */
export const COMMAND_SHELL_URI: string = `${SHELL}/cmd`;
/** The action that starts a command in a shell (MS-WSMV 3.1.4.11). */
export const SHELL_COMMAND_ACTION: string = `${SHELL}/Command`;

/** UTF-8, as Windows numbers code pages. */
const UTF8_CODE_PAGE = 65001;

/** A shell that was created: its resource, and its ShellId. */
export type ShellReference = { readonly resourceUri: string; readonly shellId: string };

/** How a shell begins (MS-WSMV 2.2.4.37, 3.1.4.5.2). */
export type ShellOptions = {
  /** Default: the home folder of the user. */
  readonly workingDirectory?: string;
  /** Variables beside those of the user. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Closes the shell when it was not used for so long; left to the service when left out. */
  readonly idleTimeoutMs?: number;
  /** Whether the user's profile is left alone; default true. */
  readonly noProfile?: boolean;
  /** The code page of the streams; default 65001, which is UTF-8. */
  readonly codePage?: number;
};

/** A command line (MS-WSMV 2.2.4.7). */
export type ShellCommand = {
  readonly command: string;
  /** Each goes out as it stands: quoting is the caller's affair. */
  readonly arguments: readonly string[];
  /** Whether standard input is a console; a pipe otherwise. Default true. */
  readonly consoleModeStdin?: boolean;
  /** Whether the program is started directly and not by cmd.exe; default false. */
  readonly skipCmdShell?: boolean;
};

/** The request that opens a command shell with stdin, stdout and stderr (MS-WSMV 3.1.4.5.2). */
export function shellCreateRequest(options: ShellOptions = {}): WsmanRequest {
  const { workingDirectory, environment, idleTimeoutMs, noProfile = true, codePage = UTF8_CODE_PAGE } = options;
  const variables = Object.entries(environment ?? {}).map(([name, value]) => xmlNode('rsp:Variable', { Name: name }, value));
  return {
    action: CREATE_ACTION,
    resourceUri: COMMAND_SHELL_URI,
    selectors: {},
    options: { WINRS_NOPROFILE: upperCase(noProfile), WINRS_CODEPAGE: String(codePage) },
    body: xmlNode(
      'rsp:Shell',
      { 'xmlns:rsp': SHELL },
      ...(variables.length === 0 ? [] : [xmlNode('rsp:Environment', {}, ...variables)]),
      ...(workingDirectory === undefined ? [] : [xmlNode('rsp:WorkingDirectory', {}, workingDirectory)]),
      ...(idleTimeoutMs === undefined ? [] : [xmlNode('rsp:IdleTimeOut', {}, formatDuration(idleTimeoutMs))]),
      xmlNode('rsp:InputStreams', {}, 'stdin'),
      xmlNode('rsp:OutputStreams', {}, 'stdout stderr'),
    ),
  };
}

/**
 * Reads which shell was opened. Windows adds a description of the shell after ResourceCreated, which is not needed.
 *
 * @throws ProtocolError - the body is something else, or names no shell
 */
export function readShellCreateResponse(envelope: OpenEnvelope): ShellReference {
  const parameters = readEndpointReference(readBody(envelope, TRANSFER, 'ResourceCreated'))?.parameters ?? [];
  const parameter = (name: string) => parameters.find((one) => one.namespace === WSMAN && one.name === name);
  const set = parameter('SelectorSet');
  const resourceUri = parameter('ResourceURI');
  const shellId = set === undefined ? null : shellIdOf(readSelectorSet(set));
  if (shellId === null || resourceUri === undefined) throw new ProtocolError('ResourceCreated names no shell');
  return { resourceUri: textOf(resourceUri).trim(), shellId };
}

/**
 * Reads how a shell is to begin, as a service does.
 *
 * @throws ProtocolError - the body is something else, or a part of it means nothing
 */
export function readShellCreateRequest(envelope: OpenEnvelope): ShellOptions {
  const body = readBody(envelope, SHELL, 'Shell');
  const options = readOptions(envelope);
  const workingDirectory = childText(body, SHELL, 'WorkingDirectory');
  const idleTimeout = childText(body, SHELL, 'IdleTimeOut');
  const environment = childOf(body, SHELL, 'Environment');
  return {
    ...(workingDirectory === null ? {} : { workingDirectory }),
    ...(environment === null ? {} : { environment: readEnvironment(environment) }),
    ...(idleTimeout === null ? {} : { idleTimeoutMs: parseDuration(idleTimeout) }),
    ...flag(options, 'WINRS_NOPROFILE', 'noProfile'),
    ...(/^\d{1,5}$/.test(options.WINRS_CODEPAGE ?? '') ? { codePage: Number(options.WINRS_CODEPAGE) } : {}),
  };
}

/** The body that answers the Create of a shell. */
export function shellCreateResponseBody({ resourceUri, shellId }: ShellReference): XmlNode {
  const reference = endpointReferenceContent(ANONYMOUS, xmlNode('w:ResourceURI', {}, resourceUri), selectorSet({ ShellId: shellId })!);
  return xmlNode('x:ResourceCreated', { 'xmlns:x': TRANSFER }, ...reference);
}

/** The request that starts a command (MS-WSMV 3.1.4.11). */
export function shellCommandRequest(shell: ShellReference, command: ShellCommand): WsmanRequest {
  const { consoleModeStdin = true, skipCmdShell = false } = command;
  return {
    ...shellRequest(shell, SHELL_COMMAND_ACTION),
    options: { WINRS_CONSOLEMODE_STDIN: upperCase(consoleModeStdin), WINRS_SKIP_CMD_SHELL: upperCase(skipCmdShell) },
    body: xmlNode(
      'rsp:CommandLine',
      { 'xmlns:rsp': SHELL },
      xmlNode('rsp:Command', {}, command.command),
      ...command.arguments.map((argument) => xmlNode('rsp:Arguments', {}, argument)),
    ),
  };
}

/**
 * Reads the CommandId of a command that was started.
 *
 * @throws ProtocolError - the body is something else, or has none
 */
export function readShellCommandResponse(envelope: OpenEnvelope): { readonly commandId: string } {
  return { commandId: requiredText(readBody(envelope, SHELL, 'CommandResponse'), SHELL, 'CommandId') };
}

/**
 * Reads the command that is to be started, as a service does.
 *
 * @throws ProtocolError - the body is something else, or has no Command
 */
export function readShellCommandRequest(envelope: OpenEnvelope): ShellCommand {
  const body = readBody(envelope, SHELL, 'CommandLine');
  const options = readOptions(envelope);
  return {
    command: requiredText(body, SHELL, 'Command'),
    arguments: elementsOf(body, SHELL, 'Arguments').map(textOf),
    ...flag(options, 'WINRS_CONSOLEMODE_STDIN', 'consoleModeStdin'),
    ...flag(options, 'WINRS_SKIP_CMD_SHELL', 'skipCmdShell'),
  };
}

/** The body that answers Command. */
export function shellCommandResponseBody(commandId: string): XmlNode {
  return xmlNode('rsp:CommandResponse', { 'xmlns:rsp': SHELL }, xmlNode('rsp:CommandId', {}, commandId));
}

/** The request that closes a shell and ends what runs in it (MS-WSMV 3.1.4.4.1); request and answer have an empty body. */
export function shellDeleteRequest(shell: ShellReference): WsmanRequest {
  return shellRequest(shell, DELETE_ACTION);
}

/** A request to a shell, with an empty body. */
export function shellRequest({ resourceUri, shellId }: ShellReference, action: string): WsmanRequest {
  return { action, resourceUri, selectors: { ShellId: shellId }, body: null };
}

/** The shell that a request's selectors name, in any letter case of the name; `null` for none. */
export function shellIdOf(selectors: WsmanRequest['selectors']): string | null {
  const shellId = Object.entries(selectors).find(([name]) => name.toLowerCase() === 'shellid')?.[1];
  return typeof shellId === 'string' && shellId !== '' ? shellId : null;
}

function readEnvironment(environment: XmlElement): Record<string, string> {
  return Object.fromEntries(elementsOf(environment, SHELL, 'Variable').map((variable) => [attributeOf(variable, 'Name') ?? '', textOf(variable)]));
}

function upperCase(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

function flag<K extends string>(options: Readonly<Record<string, string>>, option: string, key: K): Partial<Record<K, boolean>> {
  const text = options[option];
  return (text === undefined ? {} : { [key]: /^\s*(true|1)\s*$/i.test(text) }) as Partial<Record<K, boolean>>;
}
