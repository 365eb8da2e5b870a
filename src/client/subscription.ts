import type { CimInstance } from '../cim/instance.js';
import { isCimInstance } from '../cim/instance.js';
import { FaultError } from '../errors.js';
import { readBookmark } from '../wsman/bookmark.js';
import { ALL_CLASSES } from '../wsman/dialect.js';
import { pullRequest, readPullResponse } from '../wsman/pull.js';
import { readRenewResponse, readSubscribeResponse, renewRequest, subscribeRequest, unsubscribeRequest } from '../wsman/subscribe.js';
import type { TypeOf } from '../wsman/instance.js';
import { isTimedOut } from '../wsman/timed-out.js';
import type { Caller } from './caller.js';
import type { CallOptions } from './options.js';
import { typesFor } from './schema-types.js';

/** How a subscription is kept. */
export type SubscribeCall = CallOptions & {
  /** How long the host keeps the subscription unless it is renewed, in milliseconds; it is, at half that time. Default 600,000. */
  readonly expiresMs?: number;
  /** Go on after this bookmark of an earlier subscription. */
  readonly bookmark?: string;
  /** Is told of the bookmark behind each page of events, where the host sends them: keep it to go on later. */
  readonly onBookmark?: (bookmark: string) => void;
};

const EXPIRES_MS = 600_000;
const FAREWELL_TIMEOUT_MS = 5_000;

/**
 * Events as they come (WS-Eventing with pull delivery, DSP0226 §10). A Pull that finds none in time is asked again; the
 * subscription is renewed while the consumer listens and ended when it leaves. [specification, not seen on Windows]
 *
 * @param query - WQL for events, for example `SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA 'Msvm_MigrationJob'`
 */
export async function* subscribe(caller: Caller, namespace: string, query: string, call: SubscribeCall): AsyncGenerator<CimInstance, void, undefined> {
  const { expiresMs = EXPIRES_MS, bookmark, onBookmark } = call;
  const { dialect } = caller.options;
  const scope = { namespace, className: ALL_CLASSES };
  const typeOf = eventTypes(await typesFor(namespace, call));
  const request = subscribeRequest(
    scope,
    { filter: { dialect: 'wql', query }, expiresMs, sendBookmarks: onBookmark !== undefined, ...(bookmark === undefined ? {} : { bookmark }) },
    dialect,
  );
  const subscription = await caller.call({ asked: 'Subscribe', effect: 'change', request, read: (envelope) => readSubscribeResponse(envelope, request) }, call);
  let { context } = subscription;
  let renewAt = performance.now() + expiresMs / 2;
  let hasEnded = false;
  try {
    while (!hasEnded) {
      if (performance.now() >= renewAt) {
        await caller.call({ asked: 'Renew', effect: 'none', request: renewRequest(subscription.manager, expiresMs), read: readRenewResponse }, call);
        renewAt = performance.now() + expiresMs / 2;
      }
      const pull = pullRequest(scope, context, { maxElements: 20 }, dialect);
      const page = await caller
        .call({ asked: 'Pull of events', effect: 'cursor', request: pull, read: (envelope) => ({ ...readPullResponse(envelope, { typeOf }), bookmark: readBookmark(envelope) }) }, call)
        .catch(nothingYet);
      if (page === null) continue;
      context = page.context ?? context;
      hasEnded = page.endOfSequence;
      if (page.bookmark !== null) onBookmark?.(page.bookmark);
      yield* page.items.filter(isCimInstance);
    }
  } finally {
    if (!hasEnded) {
      const farewell = { asked: 'Unsubscribe', effect: 'none', request: unsubscribeRequest(subscription.manager), read: () => undefined } as const;
      await caller.call(farewell, { timeoutMs: FAREWELL_TIMEOUT_MS }).catch(() => undefined);
    }
  }
}

function nothingYet(error: unknown): null {
  if (error instanceof FaultError && isTimedOut(error)) return null;
  throw error;
}

/** WMI's own events are in no schema; what they tell of is embedded in them (MS-WMI 2.2.1, __InstanceOperationEvent). */
function eventTypes(typeOf: TypeOf): TypeOf {
  const embedded = { type: 'string', array: false, embedded: true } as const;
  return (owner, member) => typeOf(owner, member) ?? (owner.startsWith('__') && /^(Target|Previous)(Instance|Class)$/i.test(member) ? embedded : null);
}
