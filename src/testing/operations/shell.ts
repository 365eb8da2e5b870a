/** The shell service (MS-WSMV 3.1.4.5.2, 3.1.4.11 to 3.1.4.14): Create, Command, Send, Receive, Signal, Delete. */
import { CREATE_ACTION } from '../../wsman/create.js';
import { DELETE_ACTION } from '../../wsman/delete.js';
import {
  COMMAND_SHELL_URI, SHELL_COMMAND_ACTION, readShellCommandRequest, readShellCreateRequest, shellCommandResponseBody,
  shellCreateResponseBody, shellIdOf,
} from '../../wsman/shell.js';
import {
  SHELL_RECEIVE_ACTION, SHELL_SEND_ACTION, SHELL_SIGNAL_ACTION, readShellReceiveRequest, readShellSendRequest, readShellSignalRequest,
  shellReceiveResponseBody, shellSendResponseBody, shellSignalResponseBody,
} from '../../wsman/shell-streams.js';
import type { XmlNode } from '../../xml/write.js';
import { invalidSelectors } from '../faults.js';
import { invalidParameter, timedOut } from '../operation-faults.js';
import { type Call, type HostState, type Operation, type Outcome, ServiceFault } from '../service.js';
import type { ShellCommandRun } from '../shell-command.js';
import type { Shell } from '../shells.js';

/** What is in an answer to Receive beside the output. */
const ENVELOPE_BYTES = 2048;
/** The most output in one answer, however large it may be. */
const PIECE_BYTES = 32 * 1024;

/** By action. */
export const SHELL_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [CREATE_ACTION, create],
  [SHELL_COMMAND_ACTION, command],
  [SHELL_SEND_ACTION, send],
  [SHELL_RECEIVE_ACTION, receive],
  [SHELL_SIGNAL_ACTION, signal],
  [DELETE_ACTION, close],
]);

function create(call: Call, { shells }: HostState): Outcome {
  const shellId = shells.create(call.user, readShellCreateRequest(call.envelope));
  return answer(call, shellCreateResponseBody({ resourceUri: COMMAND_SHELL_URI, shellId }));
}

function command(call: Call, { shells }: HostState): Outcome {
  const { shell } = shellOf(call, shells);
  const request = readShellCommandRequest(call.envelope);
  return answer(call, shellCommandResponseBody(shells.start(shell, [request.command, ...request.arguments].join(' '))));
}

function send(call: Call, { shells }: HostState): Outcome {
  const { shell } = shellOf(call, shells);
  const { commandId, streams } = readShellSendRequest(call.envelope);
  const { run } = commandOf(shell, commandId);
  for (const piece of streams) run.send(piece);
  return answer(call, shellSendResponseBody());
}

/** Waits for output as long as the client does, and then says so with a fault: the command goes on. */
async function receive(call: Call, { shells, closing }: HostState): Promise<Outcome> {
  const { shell } = shellOf(call, shells);
  const { id, run } = commandOf(shell, readShellReceiveRequest(call.envelope).commandId);
  // Base64 makes four characters of three bytes.
  const maxBytes = Math.min(PIECE_BYTES, Math.floor(((call.maxEnvelopeSize - ENVELOPE_BYTES) * 3) / 4));
  let output = run.receive(maxBytes);
  if (output === null) {
    await run.wake.wait(call.operationTimeoutMs, closing);
    output = run.receive(maxBytes);
  }
  if (output === null) throw new ServiceFault(timedOut());
  return answer(call, shellReceiveResponseBody(id, output));
}

function signal(call: Call, { shells }: HostState): Outcome {
  const { shell } = shellOf(call, shells);
  const request = readShellSignalRequest(call.envelope);
  const { id, run } = commandOf(shell, request.commandId);
  run.interrupt();
  if (request.signal === 'terminate') shell.commands.delete(id);
  return answer(call, shellSignalResponseBody());
}

function close(call: Call, { shells }: HostState): Outcome {
  shells.close(shellOf(call, shells).id);
  return answer(call, null);
}

function answer({ request }: Call, body: XmlNode | null): Outcome {
  return { action: `${request.action}Response`, body };
}

/** A shell that is not there, or is another user's: InvalidSelectors, as seen on Windows. */
function shellOf({ request, user }: Call, shells: HostState['shells']): { readonly id: string; readonly shell: Shell } {
  const id = shellIdOf(request.selectors);
  if (id === null) throw new ServiceFault(invalidSelectors('InsufficientSelectors'));
  const shell = shells.find(id, user);
  if (shell === null) throw new ServiceFault(invalidSelectors('InvalidValue'));
  return { id, shell };
}

function commandOf(shell: Shell, id: string | null): { readonly id: string; readonly run: ShellCommandRun } {
  const run = id === null ? undefined : shell.commands.get(id.toUpperCase());
  if (id === null || run === undefined) throw new ServiceFault(invalidParameter(`The shell has no command ${id ?? 'without a CommandId'}.`));
  return { id, run };
}
