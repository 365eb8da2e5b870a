/** What this package tells of its work on `node:diagnostics_channel`: nothing is made or sent while nobody listens. */
import { channel } from 'node:diagnostics_channel';

/** A call on its way: the same object in its start and its end, so that a listener can hang its own state on it. */
export type CallSignal = {
  /** `GetError of Msvm_MigrationJob`. */
  readonly asked: string;
  /** `host:port` of the service. */
  readonly host: string;
  /** Whether the call changes something on the host. */
  readonly changes: boolean;
};

/** The messages by the names of their channels. */
export type Signals = {
  /** A call begins. */
  readonly 'hyperv-wsman:call:start': { readonly call: CallSignal };
  /** A call has ended; `error` is what it rejects with, `null` when it succeeded. */
  readonly 'hyperv-wsman:call:end': { readonly call: CallSignal; readonly durationMs: number; readonly error: unknown };
  /** An exchange of HTTP, handshakes among them: bytes of the bodies. */
  readonly 'hyperv-wsman:exchange': { readonly host: string; readonly status: number; readonly bytesSent: number; readonly bytesReceived: number };
  /** A connection was authenticated, or was not. `scheme` is that of the Authorization header. */
  readonly 'hyperv-wsman:handshake': { readonly host: string; readonly scheme: string; readonly durationMs: number; readonly error: unknown };
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
  /** A migration was asked for, began, was found again, or may or may not have begun. */
  readonly 'hyperv-wsman:migration': {
    readonly host: string;
    /** The GUID of the machine. */
    readonly machine: string;
    readonly to: string | null;
    readonly phase: 'intended' | 'started' | 'refused' | 'unknown' | 'reconciled';
    /** The InstanceID of its job, once there is one. */
    readonly instanceId: string | null;
  };
  /** A migration of a queue enters another state. */
  readonly 'hyperv-wsman:queue': { readonly host: string; readonly machine: string; readonly to: string | null; readonly state: string };
};

/** The name of a channel. */
export type SignalName = keyof Signals;

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
