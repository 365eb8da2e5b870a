import { TRANSFER } from '../soap/namespaces.js';
import { GET_ACTION } from '../wsman/get.js';
import { identifyResponse } from '../wsman/identify.js';
import { instanceNode } from '../wsman/instance.js';
import { invokeResponseBody } from '../wsman/invoke.js';
import { writeResponse } from '../wsman/response.js';
import type { XmlNode } from '../xml/write.js';
import { type ExtendedStatus, type Fault, actionNotSupported, destinationUnreachable, invalidSelectors, writeFault } from './faults.js';
import type { Keys, Provider } from './providers/provider.js';
import { IDENTIFY_ACTION, type ServiceRequest } from './requests.js';

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

/**
 * Carries out a request on what the providers serve: Identify, Get and the methods they have.
 *
 * @param address - how the client addressed the host; faults name it
 */
export function carryOut(request: ServiceRequest, providers: readonly Provider[], address: string): Answer {
  if (request.action === IDENTIFY_ACTION) return { status: 200, relatesTo: null, write: () => identifyResponse(IDENTITY) };
  const outcome = perform(request, providers);
  if ('fault' in outcome) return faultAnswer(outcome.fault, request.messageId, address);
  return {
    status: 200,
    relatesTo: request.messageId,
    write: ({ messageId, relatesTo }) => writeResponse({ action: outcome.action, messageId, relatesTo: relatesTo ?? '', lang: LANG }, outcome.body),
  };
}

/** The answer that is a fault. */
export function faultAnswer(fault: Fault, relatesTo: string | null, address: string): Answer {
  return { status: 500, relatesTo, write: (header) => writeFault(fault, header, address) };
}

type Outcome = { readonly action: string; readonly body: XmlNode } | { readonly fault: Fault };

function perform(request: ServiceRequest, providers: readonly Provider[]): Outcome {
  const { action, method, className, namespace } = request;
  if (className === null || namespace === null) return { fault: destinationUnreachable(null) };
  const provider = providers.find((one) => sameName(one.namespace, namespace) && sameName(one.className, className));
  const operation = method === null ? 'GetObject' : 'ExecMethod';
  if (provider === undefined) return notFound({ operation, parameterInfo: className, providerName: 'WinMgmt' });
  const call = method === null ? undefined : provider.methods.get(method);
  if (call === undefined && action !== GET_ACTION) return { fault: actionNotSupported() };
  const keys = readKeys(request, provider);
  if ('fault' in keys) return keys;
  const gone = (): Outcome => notFound({ operation, parameterInfo: objectPath(provider, keys.keys), providerName: 'VmmsWmiInstanceAndMethodProvider' });
  if (call === undefined) {
    const instance = provider.get(keys.keys);
    return instance === null ? gone() : { action: `${TRANSFER}/GetResponse`, body: instanceNode(instance, provider.namespace) };
  }
  const result = call(keys.keys, request.parameters);
  if (result === null) return gone();
  const path = { namespace: provider.namespace, className: provider.className, keys: keys.keys };
  return { action: `${action}Response`, body: invokeResponseBody(path, method ?? '', result) };
}

function notFound(status: ExtendedStatus): Outcome {
  return { fault: destinationUnreachable(status) };
}

/** The keys by their own names. `__cimnamespace` may stand among the selectors when it says what the resource URI says. */
function readKeys({ selectors }: ServiceRequest, provider: Provider): { readonly keys: Keys } | { readonly fault: Fault } {
  const keys: Record<string, string> = {};
  for (const [name, value] of Object.entries(selectors)) {
    if (sameName(name, '__cimnamespace') && typeof value === 'string' && sameName(value, provider.namespace)) continue;
    const key = provider.keys.find((one) => sameName(one, name));
    if (key === undefined || typeof value !== 'string') return { fault: invalidSelectors('UnexpectedSelectors') };
    keys[key] = value;
  }
  return provider.keys.every((key) => Object.hasOwn(keys, key)) ? { keys } : { fault: invalidSelectors('InsufficientSelectors') };
}

/** The path as WMI writes it into its status: without a namespace. */
function objectPath({ className }: Provider, keys: Keys): string {
  const pairs = Object.entries(keys).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`);
  return `${className}.${pairs.join(',')}`;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
