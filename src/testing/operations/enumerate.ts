/** Enumerate, Pull and Release (DSP0226 §8). */
import { type CimInstance, pathOf } from '../../cim/instance.js';
import { ALL_CLASSES } from '../../wsman/dialect.js';
import { type EnumerationMode, enumerateResponseBody, readEnumerateRequest } from '../../wsman/enumerate.js';
import type { EnumerationItem } from '../../wsman/enumeration-page.js';
import type { Filter } from '../../wsman/filter.js';
import { pullResponseBody, readPullRequest, readReleaseRequest } from '../../wsman/pull.js';
import { destinationUnreachable } from '../faults.js';
import { cannotProcessFilter, invalidEnumerationContext } from '../operation-faults.js';
import type { Found } from '../instance-source.js';
import { Lookahead } from '../lookahead.js';
import { takePage } from '../page.js';
import { WmiError } from '../repository/wmi-error.js';
import { type Call, type HostState, type Outcome, ServiceFault } from '../service.js';
import { targetOf } from '../target.js';
import { pullEvents } from './eventing.js';

const ITEMS: Readonly<Record<EnumerationMode, (instance: CimInstance) => EnumerationItem>> = {
  EnumerateObject: (instance) => instance,
  EnumerateEPR: (instance) => pathOf(instance)!,
  EnumerateObjectAndEPR: (instance) => ({ instance, path: pathOf(instance)! }),
};

/** Begins an enumeration; an optimised one brings its first items at once. Derived classes come too, whatever is asked. */
export function enumerate(call: Call, host: HostState): Outcome {
  const { mode = 'EnumerateObject', filter, maxElements } = readEnumerateRequest(call.envelope);
  const { namespace, className } = targetOf(call, host);
  const found = find(namespace, className, filter, host);
  const enumeration = {
    items: new Lookahead(found.instances),
    toItem: ITEMS[mode],
    writing: { namespace, fragments: found.fragments, typeOf: host.schema.typeOf },
  };
  const context = host.enumerations.newContext();
  const action = `${call.request.action}Response`;
  const answer = { action, body: enumerateResponseBody };
  const page = maxElements === undefined ? { items: [], context, endOfSequence: false } : takePage({ ...enumeration, context }, maxElements, call, answer);
  if (!page.endOfSequence) host.enumerations.keep(context, enumeration, call.user);
  return { action, body: enumerateResponseBody(page, enumeration.writing) };
}

/** The next page of an enumeration, with a new context; or the next events of a subscription. */
export function pull(call: Call, host: HostState): Outcome | Promise<Outcome> {
  const request = readPullRequest(call.envelope);
  const { context, maxElements = 1 } = request;
  const subscription = host.subscriptions.find(context, call.user);
  if (subscription !== null) return pullEvents(call, host, subscription, request);
  const enumeration = host.enumerations.take(context, call.user);
  if (enumeration === null) throw new ServiceFault(invalidEnumerationContext());
  const action = `${call.request.action}Response`;
  const next = host.enumerations.newContext();
  try {
    const page = takePage({ ...enumeration, context: next }, maxElements, call, { action, body: pullResponseBody });
    if (!page.endOfSequence) host.enumerations.keep(next, enumeration, call.user);
    return { action, body: pullResponseBody(page, enumeration.writing) };
  } catch (error) {
    // An item that is too large can be asked for again, with a larger envelope.
    if (error instanceof ServiceFault) host.enumerations.keep(context, enumeration, call.user);
    throw error;
  }
}

/** Forgets an enumeration. */
export function release(call: Call, host: HostState): Outcome {
  const { context } = readReleaseRequest(call.envelope);
  if (host.enumerations.take(context, call.user) === null) throw new ServiceFault(invalidEnumerationContext());
  return { action: `${call.request.action}Response`, body: null };
}

/** Windows takes queries for all classes of a namespace only, and all classes for queries only. */
function find(namespace: string, className: string, filter: Filter | undefined, host: HostState): Found {
  const isQuery = filter !== undefined && filter.dialect !== 'selector';
  if (isQuery !== (className === ALL_CLASSES)) throw new ServiceFault(cannotProcessFilter('The class of the resource URI is * for a query, and for nothing else.'));
  try {
    return host.instances.find(namespace, className, filter);
  } catch (error) {
    if (!(error instanceof WmiError)) throw error;
    if (isQuery) throw new ServiceFault(cannotProcessFilter(error.message));
    throw new ServiceFault(destinationUnreachable({ operation: 'CreateInstanceEnum', parameterInfo: className, providerName: 'WinMgmt' }));
  }
}
