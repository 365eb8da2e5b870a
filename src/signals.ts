/**
 * What this package tells of its work on `node:diagnostics_channel`: no message is made or sent while nobody listens. None
 * holds a header, a body or a credential.
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A call on its way: the same object in its start and its end, so that a listener can keep its own state by it. */
export type CallSignal = {
  /** The verb or method, and the class where there is one: `GetError of Msvm_MigrationJob`, `Pull of Enumerate of Msvm_ComputerSystem`, `Identify`. */
  readonly asked: string;
  /** `host:port` of the service. */
  readonly host: string;
  /** Whether the call may change something on the host; it is then sent again only where it was certainly not carried out. */
  readonly changes: boolean;
};

/** The messages by the names of their channels. */
export type Signals = {
  /** A call begins: before it waits for a connection, and also when it is then refused without anything being sent. */
  readonly 'hyperv-wsman:call:start': { readonly call: CallSignal };
  /** A call has ended. */
  readonly 'hyperv-wsman:call:end': {
    readonly call: CallSignal;
    /** From its start, the wait for a connection included. */
    readonly durationMs: number;
    /** The HTTP status of its answer; `null` when none came. */
    readonly status: number | null;
    /** What the call rejects with; `null` when it succeeded. */
    readonly error: unknown;
  };
  /** An HTTP request was answered, one of a handshake too. The bytes are those of the bodies as they crossed the network, sealed or not. */
  readonly 'hyperv-wsman:exchange': { readonly host: string; readonly status: number; readonly bytesSent: number; readonly bytesReceived: number };
  /**
   * A new connection was authenticated, or `error` is why not. `scheme` is that of the Authorization header. Basic, which
   * proves itself with every request, has no handshake.
   */
  readonly 'hyperv-wsman:handshake': {
    readonly host: string;
    readonly scheme: string;
    /** `Kerberos` or `NTLM`; `null` when it failed before one was chosen. */
    readonly mechanism: string | null;
    readonly durationMs: number;
    /** What the caller should know, in sentences: why it is NTLM, which clock is wrong, that no channel binding could be sent. */
    readonly notes: readonly string[];
    readonly error: unknown;
  };
  /** A request is sent again on a new connection; `error` is why, `null` after an HTTP 401. */
  readonly 'hyperv-wsman:retry': { readonly host: string; readonly error: unknown };
  /** A job that is followed shows another state or percentage. */
  readonly 'hyperv-wsman:job': {
    readonly host: string;
    readonly className: string;
    readonly instanceId: string;
    /** The name of its JobState: `Running`. */
    readonly state: string;
    readonly percent: number | null;
  };
  /** A migration enters a phase. */
  readonly 'hyperv-wsman:migration': {
    readonly host: string;
    /** The GUID of the machine. */
    readonly machine: string;
    readonly to: string | null;
    /**
     * `intended`: about to be asked for; `started`: its job is known; `refused`: the host said no; `notSent`: it could not be asked; `unknown`: it
     * may or may not have begun; `reconciled`: what became of it was looked up.
     */
    readonly phase: 'intended' | 'started' | 'refused' | 'notSent' | 'unknown' | 'reconciled';
    /** The InstanceID of its job, once there is one. */
    readonly instanceId: string | null;
    /** What reconciling found; `null` in every other phase. */
    readonly finding: 'job' | 'moved' | 'notMoved' | 'unknown' | null;
  };
  /** A migration of a queue enters another state. */
  readonly 'hyperv-wsman:queue': { readonly host: string; readonly machine: string; readonly to: string | null; readonly state: string };
};

/** The name of a channel. */
export type SignalName = keyof Signals;

/**
 * Listens on a channel: `subscribe` of `node:diagnostics_channel`, with the type of the message. The listener runs at
 * once, in the asynchronous context of whoever made the call, so that an AsyncLocalStorage holds what it held there. What
 * it throws does not reach the call: Node makes it an uncaught exception.
 *
 * @param listener - is given the message; it must not change it
 * @returns a function that ends the listening
 * @example
 * ```ts
 * import { onSignal } from 'hyperv-wsman';
 * const stop = onSignal('hyperv-wsman:call:end', ({ call, durationMs }) => console.log(call.asked, durationMs));
 * stop();
 * ```
 */
export function onSignal<N extends SignalName>(name: N, listener: (message: Signals[N]) => void): () => void {
  const receive = (message: unknown): void => listener(message as Signals[N]);
  subscribe(name, receive);
  return () => void unsubscribe(name, receive);
}

const channels = new Map<SignalName, ReturnType<typeof channel>>();

/**
 * Tells whoever listens on a channel.
 *
 * @param make - makes the message; not called while nobody listens
 */
export function publish<N extends SignalName>(name: N, make: () => Signals[N]): void {
  let its = channels.get(name);
  if (its === undefined) {
    its = channel(name);
    channels.set(name, its);
  }
  if (its.hasSubscribers) its.publish(make());
}
