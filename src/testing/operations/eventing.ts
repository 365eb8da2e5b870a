/** Subscribe with pull delivery, Renew and Unsubscribe (DSP0226 §10). [specification, not seen on Windows] */
import { CimInterval } from '../../cim/datetime.js';
import type { Bookmark } from '../../wsman/bookmark.js';
import { ALL_CLASSES } from '../../wsman/dialect.js';
import { type PullOptions, pullResponseBody } from '../../wsman/pull.js';
import {
  readRenewRequest, readSubscribeRequest, readSubscriptionIdentifier, renewResponseBody, subscribeResponseBody,
} from '../../wsman/subscribe.js';
import type { Filter } from '../../wsman/filter.js';
import { parseXml, textOf } from '../../xml/element.js';
import { xmlNode } from '../../xml/write.js';
import {
  cannotProcessFilter, filteringUnavailable, invalidBookmark, invalidEnumerationContext, invalidExpirationTime, timedOut, unknownSubscription,
} from '../operation-faults.js';
import { takePage } from '../page.js';
import { WmiError } from '../repository/wmi-error.js';
import { type Call, type HostState, type Outcome, ServiceFault } from '../service.js';
import { type Subscription, queued } from '../subscriptions.js';
import { targetOf } from '../target.js';
import { parseWql } from '../wql/parse.js';
import type { SelectQuery } from '../wql/query.js';

/** How long a subscription lasts that does not say; an invention of this host. */
const EXPIRES_MS = 600_000;
/** Stands for the oldest event there is (DSP0226 §10.2.6). */
const EARLIEST = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/bookmark/earliest';

/** Begins a subscription to instances created, modified or deleted. Events of its past come when a bookmark asks for them. */
export function subscribe(call: Call, host: HostState): Outcome {
  const { filter, expiresMs = EXPIRES_MS, sendBookmarks = false, bookmark } = readSubscribeRequest(call.envelope);
  const { namespace, className } = targetOf(call, host);
  const query = queryOf(filter, namespace, className, host);
  checkExpires(expiresMs);
  const identifier = host.enumerations.newContext();
  host.subscriptions.open(identifier, { user: call.user, namespace, query, sendBookmarks, expiresMs }, bookmark === undefined ? null : positionOf(bookmark));
  const manager = { resourceUri: call.request.resourceUri!, selectors: {}, identifier };
  const body = subscribeResponseBody({ manager, context: identifier, expires: CimInterval.fromMilliseconds(expiresMs) });
  return { action: `${call.request.action}Response`, body };
}

/** The next events of a subscription; waits for one as long as the client does, and then says so with a fault: the subscription goes on. */
export async function pullEvents(call: Call, host: HostState, subscription: Subscription, pull: PullOptions & { readonly context: string }): Promise<Outcome> {
  const { context, maxElements = 1, maxTimeMs = Infinity } = pull;
  const { queue, query, namespace, sendBookmarks, wake } = subscription;
  if (queue.length === 0) await wake.wait(Math.min(maxTimeMs, call.operationTimeoutMs), host.closing);
  if (host.subscriptions.find(context, call.user) === null) throw new ServiceFault(invalidEnumerationContext());
  if (queue.length === 0) throw new ServiceFault(timedOut());
  const numbers = queue.map(({ number }) => number);
  const action = `${call.request.action}Response`;
  const writing = { namespace, fragments: query.properties !== null, typeOf: host.schema.typeOf };
  const source = { items: queued(queue), toItem: ({ event }: (typeof queue)[number]) => event, writing, context };
  const { items } = takePage(source, maxElements, call, { action, body: pullResponseBody });
  const body = pullResponseBody({ items, context, endOfSequence: false }, writing);
  return { action, body, headers: sendBookmarks ? [xmlNode('w:Bookmark', {}, String(numbers[items.length - 1]))] : [] };
}

/** Lets a subscription last for another time from now on. */
export function renew(call: Call, { subscriptions }: HostState): Outcome {
  const { expiresMs } = readRenewRequest(call.envelope);
  const duration = expiresMs ?? EXPIRES_MS;
  checkExpires(duration);
  subscriptions.renew(identifierOf(call, subscriptions, 'UnableToRenew'), duration);
  return { action: `${call.request.action}Response`, body: renewResponseBody(CimInterval.fromMilliseconds(duration)) };
}

/** Ends a subscription. */
export function unsubscribe(call: Call, { subscriptions }: HostState): Outcome {
  subscriptions.close(identifierOf(call, subscriptions, 'InvalidMessage'));
  return { action: `${call.request.action}Response`, body: null };
}

function identifierOf({ envelope, user }: Call, subscriptions: HostState['subscriptions'], subcode: 'UnableToRenew' | 'InvalidMessage'): string {
  const identifier = readSubscriptionIdentifier(envelope);
  if (identifier === null || subscriptions.find(identifier, user) === null) throw new ServiceFault(unknownSubscription(subcode));
  return identifier;
}

/** Without a filter the class of the resource URI is the class of events; with one it is all classes. */
function queryOf(filter: Filter | undefined, namespace: string, className: string, { repository }: HostState): SelectQuery {
  if (filter !== undefined && filter.dialect !== 'wql') throw new ServiceFault(filteringUnavailable());
  if ((filter === undefined) === (className === ALL_CLASSES)) throw new ServiceFault(cannotProcessFilter('The class of the resource URI is * for a query, and for nothing else.'));
  const query = parsed(filter?.query ?? `SELECT * FROM ${className}`, namespace);
  if (query.kind !== 'select' || !repository.context.isA(query.className, '__Event')) {
    throw new ServiceFault(cannotProcessFilter('It is no query for instances created, modified or deleted.'));
  }
  return query;
}

function parsed(query: string, namespace: string): ReturnType<typeof parseWql> {
  try {
    return parseWql(query, namespace);
  } catch (error) {
    if (error instanceof WmiError) throw new ServiceFault(cannotProcessFilter(error.message));
    throw error;
  }
}

function positionOf(bookmark: Bookmark): number {
  const text = textOf(parseXml(bookmark)).trim();
  if (text === EARLIEST) return 0;
  if (!/^\d{1,15}$/.test(text)) throw new ServiceFault(invalidBookmark());
  return Number(text);
}

function checkExpires(milliseconds: number): void {
  if (milliseconds <= 0) throw new ServiceFault(invalidExpirationTime());
}
