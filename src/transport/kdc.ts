import { connect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type { KdcExchange, KdcRequest } from '../auth/kerberos/kdc-exchange.js';
import { KRB_ERROR } from '../auth/kerberos/messages/krb-error-code.js';
import { decodeKrbError, isKrbError } from '../auth/kerberos/messages/krb-error.js';
import { concat, dataView, uint32be } from '../bytes.js';
import { AuthError, LimitError, TransportError } from '../errors.js';
import { Deadline } from './deadline.js';
import type { KdcAddress, LocateKdcs } from './kdc-locator.js';

/** How KDCs are found, and how long each may take. */
export type KdcOptions = {
  readonly locate: LocateKdcs;
  /** How long one KDC may take for one answer, the connection included, in milliseconds. */
  readonly timeoutMs: number;
};

/** Far above any answer: tickets are some kilobytes, with a large PAC up to 64. */
const LARGEST_ANSWER = 1024 * 1024;

/**
 * Drives a conversation with KDCs over TCP (RFC 4120 §7.2.2), one connection a message. UDP is not spoken: every KDC since
 * Windows 2000 and MIT Kerberos 1.2 takes TCP, and tickets of Windows outgrow a datagram anyway.
 *
 * A KDC that cannot be reached, does not answer in time, breaks off or says KDC_ERR_SVC_UNAVAILABLE is passed over for the next
 * one of the realm; the one that answered is asked first from then on, for it alone knows the cookie it gave.
 *
 * @param signal - gives up; the promise then rejects with the signal's reason
 * @returns what the conversation came to
 * @throws TransportError - no KDC of the realm answered; the message has the reason of each
 * @throws AuthError - no KDC of the realm is known, or the conversation ended in one
 */
export async function runKdcExchange<T>(exchange: KdcExchange<T>, options: KdcOptions, signal: AbortSignal): Promise<T> {
  const located = new Map<string, readonly KdcAddress[]>();
  let step = exchange.next();
  while (step.done !== true) {
    const { realm } = step.value;
    const kdcs = located.get(realm) ?? (await options.locate(realm, signal));
    const { answer, by } = await askInTurn(step.value, kdcs, options.timeoutMs, signal);
    located.set(realm, [by, ...kdcs.filter((kdc) => kdc !== by)]);
    step = exchange.next(answer);
  }
  return step.value;
}

type Answer = { readonly answer: Uint8Array; readonly by: KdcAddress };

async function askInTurn({ realm, message }: KdcRequest, kdcs: readonly KdcAddress[], timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  if (kdcs.length === 0) {
    throw new AuthError(`No KDC of realm ${realm} is known: give it a kdc in [realms] of krb5.conf, or have DNS answer for _kerberos._tcp.${realm}`);
  }
  let unavailable: Answer | null = null;
  const failures: { readonly kdc: string; readonly error: Error }[] = [];
  for (const by of kdcs) {
    try {
      const answer = await ask(by, message, timeoutMs, signal);
      if (!saysUnavailable(answer)) return { answer, by };
      unavailable = { answer, by };
    } catch (error) {
      signal.throwIfAborted();
      failures.push({ kdc: `${by.host}:${by.port}`, error: error as Error });
    }
  }
  if (unavailable !== null) return unavailable;
  throw new TransportError(`No KDC of realm ${realm} answered: ${failures.map(({ kdc, error }) => `${kdc}: ${reasonOf(error)}`).join('; ')}`, {
    cause: new AggregateError(failures.map(({ error }) => error)),
  });
}

async function ask({ host, port }: KdcAddress, message: Uint8Array, timeoutMs: number, signal: AbortSignal): Promise<Uint8Array> {
  const deadline = new Deadline(timeoutMs, signal);
  const socket = addAbortSignal(deadline.signal, connect({ host, port, noDelay: true }));
  try {
    socket.write(concat(uint32be(message.length), message));
    return await readAnswer(socket);
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.dispose();
    socket.destroy();
  }
}

/** Four octets of length, the highest bit reserved, then the message; what comes behind it is ignored. */
async function readAnswer(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  let answer: Uint8Array | null = null;
  let received = 0;
  for await (const part of stream) {
    let rest = part;
    if (answer === null) {
      head = concat(head, part);
      if (head.length < 4) continue;
      answer = new Uint8Array(announced(head));
      rest = head.subarray(4);
    }
    const taken = rest.subarray(0, answer.length - received);
    answer.set(taken, received);
    received += taken.length;
    if (received === answer.length) return answer;
  }
  throw new TransportError('the connection was closed before the answer was complete');
}

function announced(head: Uint8Array): number {
  const length = dataView(head).getUint32(0);
  if (length > LARGEST_ANSWER) throw new LimitError(`an answer of ${length} bytes announced, which no KDC gives`);
  return length;
}

function saysUnavailable(answer: Uint8Array): boolean {
  return isKrbError(answer) && decodeKrbError(answer).code === KRB_ERROR.KDC_ERR_SVC_UNAVAILABLE;
}

/** The error of an address with several families has no message of its own. */
function reasonOf(error: Error): string {
  return error.message === '' ? ((error as NodeJS.ErrnoException).code ?? error.name) : error.message;
}
