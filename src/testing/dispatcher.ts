import { HyperVWsmanError } from '../errors.js';
import { CONFIG } from '../soap/namespaces.js';
import { CREATE_ACTION } from '../wsman/create.js';
import { DELETE_ACTION } from '../wsman/delete.js';
import { ENUMERATE_ACTION } from '../wsman/enumerate.js';
import { GET_ACTION } from '../wsman/get.js';
import { identifyResponse } from '../wsman/identify.js';
import { PULL_ACTION, RELEASE_ACTION } from '../wsman/pull.js';
import { PUT_ACTION } from '../wsman/put.js';
import { COMMAND_SHELL_URI } from '../wsman/shell.js';
import { RENEW_ACTION, SUBSCRIBE_ACTION, UNSUBSCRIBE_ACTION } from '../wsman/subscribe.js';
import { writeResponse } from '../wsman/response.js';
import { type Fault, type FaultOrigin, actionNotSupported, schemaValidationError, writeFault } from './faults.js';
import { internalError, quotaLimit, wmiFault } from './operation-faults.js';
import { getConfig } from './operations/config.js';
import { enumerate, pull, release } from './operations/enumerate.js';
import { renew, subscribe, unsubscribe } from './operations/eventing.js';
import { invoke } from './operations/invoke.js';
import { SHELL_OPERATIONS } from './operations/shell.js';
import { create, get, put, remove } from './operations/transfer.js';
import { WmiError } from './repository/wmi-error.js';
import { IDENTIFY_ACTION } from './requests.js';
import { type Call, type HostState, type Operation, type Outcome, ServiceFault } from './service.js';
import { targetOf } from './target.js';

/** An answer that was decided on and is not written yet. */
export type Answer = {
  /** The HTTP status: 500 for every fault. */
  readonly status: 200 | 500;
  /** The MessageID it answers; `null` when it names none. */
  readonly relatesTo: string | null;
  /** Writes the envelope. */
  readonly write: (header: { readonly messageId: string; readonly relatesTo: string | null }) => string;
};

/** Windows Server 2022, as it says of itself. */
const IDENTITY = { productVendor: 'Microsoft Corporation', productVersion: 'OS: 10.0.20348 SP: 0.0 Stack: 3.0' };
const LANG = 'en-US';

/** The operations on classes and instances of WMI. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [GET_ACTION, get],
  [PUT_ACTION, put],
  [CREATE_ACTION, create],
  [DELETE_ACTION, remove],
  [ENUMERATE_ACTION, enumerate],
  [PULL_ACTION, pull],
  [RELEASE_ACTION, release],
  [SUBSCRIBE_ACTION, subscribe],
  [RENEW_ACTION, renew],
  [UNSUBSCRIBE_ACTION, unsubscribe],
]);

/** What goes on with, or ends, something that counts already. */
const FREE_OF_QUOTA: ReadonlySet<string> = new Set([PULL_ACTION, RELEASE_ACTION, RENEW_ACTION, UNSUBSCRIBE_ACTION]);

/**
 * Carries out a request.
 *
 * @param origin - how faults name the host
 */
export async function carryOut(call: Call, host: HostState, origin: FaultOrigin): Promise<Answer> {
  const { action, messageId: relatesTo } = call.request;
  if (action === IDENTIFY_ACTION) return { status: 200, relatesTo: null, write: () => identifyResponse(IDENTITY) };
  const leave = FREE_OF_QUOTA.has(action) ? () => undefined : host.quota.enter(call.user, host.enumerations.count(call.user));
  if (leave === null) return faultAnswer(quotaLimit(host.quota.maxOperations), relatesTo, origin);
  try {
    const outcome = await operationOf(call, host)(call, host);
    return { status: 200, relatesTo, write: (header) => write(outcome, header) };
  } catch (error) {
    return faultAnswer(faultOf(error), relatesTo, origin);
  } finally {
    leave();
  }
}

/** The answer that is a fault. */
export function faultAnswer(fault: Fault, relatesTo: string | null, origin: FaultOrigin): Answer {
  return { status: 500, relatesTo, write: (header) => writeFault(fault, header, origin) };
}

function operationOf(call: Call, host: HostState): Operation {
  const { action, method, resourceUri } = call.request;
  const resource = resourceUri?.toLowerCase();
  if (resource === CONFIG && action === GET_ACTION) return getConfig;
  if (method !== null) return invoke;
  const isShell = resource === COMMAND_SHELL_URI;
  // Throws when the resource is no class of WMI: that is told before what can be done with it.
  if (!isShell) targetOf(call, host);
  const operation = (isShell ? SHELL_OPERATIONS : OPERATIONS).get(action);
  if (operation === undefined) throw new ServiceFault(actionNotSupported());
  return operation;
}

function write({ action, body, headers }: Outcome, { messageId, relatesTo }: { readonly messageId: string; readonly relatesTo: string | null }): string {
  return writeResponse({ action, messageId, relatesTo: relatesTo ?? '', lang: LANG }, body, headers);
}

/** What our codecs refuse is the client's doing. Anything that is no error of ours is a defect here, and thrown on. */
function faultOf(error: unknown): Fault {
  if (error instanceof ServiceFault) return error.fault;
  if (error instanceof WmiError) return wmiFault(error);
  if (!(error instanceof HyperVWsmanError)) throw error;
  return error.code === 'USAGE' ? internalError(error.message) : schemaValidationError(`The request cannot be read: ${error.message} `);
}
